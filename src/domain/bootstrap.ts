import { rowId } from '../ids.js';
import { recordAudit } from '../store/audit-log.js';
import { inTransaction } from '../store/database/transaction.js';
import { anyAccount, insertAccount } from '../store/tables/accounts.js';
import { insertApiToken } from '../store/tables/api-tokens.js';
import { insertUser } from '../store/tables/users.js';
import { hashToken } from '../store/vault.js';
import type { DomainDeps } from './command.js';
import { apiToken } from './secrets.js';

/** Days that the first account keeps conversations, until an admin sets others. */
const DEFAULT_RETENTION_DAYS = 30;

/**
 * Makes the account and its first ADMIN on an empty database, once, by one process at a time. Gives the token to print where it
 * was made here; null where there was an account already or the token was given (`BOOTSTRAP_ADMIN_TOKEN`).
 */
export async function bootstrap(
  { database, clock }: Pick<DomainDeps, 'database' | 'clock'>,
  given?: string,
): Promise<string | null> {
  if (await anyAccount(database.read)) return null;
  const now = clock.now();
  const token = given ?? apiToken();
  return inTransaction(database.write, async (trx) => {
    const accountId = rowId('ac');
    const userId = rowId('u');
    await insertAccount(trx, {
      id: accountId,
      name: 'Main',
      fourEyes: false,
      autoApprove: [],
      retentionDays: DEFAULT_RETENTION_DAYS,
      publishCondition: null,
      passwordSignIn: true,
      createdAt: now,
    });
    await insertUser(trx, {
      id: userId,
      accountId,
      name: 'Admin',
      email: null,
      role: 'ADMIN',
      passwordHash: null,
      createdAt: now,
      disabledAt: null,
      service: false,
      person: true,
      passwordSetBy: null,
    });
    await insertApiToken(trx, {
      id: rowId('tk'),
      accountId,
      userId,
      name: 'First token',
      tokenHash: hashToken(token),
      createdAt: now,
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      parentId: null,
      createdBy: null,
      session: false,
      actions: null,
      botIds: null,
    });
    await recordAudit(trx, database.dialect, [
      {
        accountId,
        at: now,
        actor: 'Hookswitch',
        actorId: null,
        address: null,
        action: 'account.create',
        subject: accountId,
        details: { admin: userId },
      },
    ]);
    return given === undefined ? token : null;
  });
}
