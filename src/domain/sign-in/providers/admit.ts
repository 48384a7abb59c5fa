import { rowId } from '../../../ids.js';
import { recordAudit } from '../../../store/audit-log.js';
import type { Db } from '../../../store/database/database.js';
import { inTransaction } from '../../../store/database/transaction.js';
import { lockAccount } from '../../../store/tables/accounts.js';
import { findIdentity, insertIdentity } from '../../../store/tables/user-identities.js';
import {
  findUser,
  findUserByEmail,
  insertUser,
  type Role,
  type UserRecord,
  updateUser,
} from '../../../store/tables/users.js';
import type { DomainDeps } from '../../command.js';
import { changeRole, isLastAdmin } from '../../roles.js';
import { type Admission, admissionOf, type Refusal } from './admission.js';
import type { Redeemed } from './open-id.js';
import type { Provider } from './provider.js';

export type Refused = Refusal | 'DISABLED' | 'UNKNOWN' | 'SERVICE_ACCOUNT';

type Admitted = Extract<Admission, { status: 'ADMITTED' }>;

/**
 * The user whom a provider has signed in: found by the provider's subject, else by a verified e-mail address, else made
 * where the account wants that. Their role follows the provider's claims, but the last ADMIN stays one.
 */
export async function admit(
  { database, clock }: Pick<DomainDeps, 'database' | 'clock'>,
  provider: Provider,
  { subject, claims }: Redeemed,
  address: string,
): Promise<{ user: UserRecord; roleChanged: boolean } | { refused: Refused }> {
  const admission = admissionOf(provider, claims);
  const { id: providerId, accountId } = provider;
  return inTransaction(database.write, async (trx) => {
    const now = clock.now();
    const audit = (action: string, of: string, details: Record<string, unknown>) =>
      recordAudit(trx, database.dialect, [
        { accountId, at: now, actor: provider.name, actorId: null, address, action, subject: of, details },
      ]);
    const refuse = async (refused: Refused, of = providerId) => {
      await audit('sign-in.refuse', of, { provider: provider.name, reason: refused });
      return { refused };
    };
    await lockAccount(trx, accountId);
    const user = await find(trx, provider, subject, admission.status === 'ADMITTED' ? admission.email : null);
    if (admission.status === 'REFUSED') return refuse(admission.reason, user?.id);
    if (user?.disabledAt) return refuse('DISABLED', user.id);
    if (user?.service) return refuse('SERVICE_ACCOUNT', user.id);
    if (user && !(await findIdentity(trx, providerId, subject))) {
      await insertIdentity(trx, { providerId, subject, userId: user.id, createdAt: now });
      await updateUser(trx, user.id, { person: true });
      await audit('user.link', user.id, { provider: provider.name });
    }
    if (user) {
      const role = await roleNow(trx, user, admission);
      if (role === user.role) return { user, roleChanged: false };
      await changeRole(trx, user, role, now);
      await audit('user.update', user.id, { role: { from: user.role, to: role }, provider: provider.name });
      return { user: { ...user, role }, roleChanged: true };
    }
    const role = admission.role ?? provider.defaultRole;
    if (!provider.createsUsers || role === null) return refuse('UNKNOWN');
    const made = newUser(accountId, admission, role, now);
    await insertUser(trx, made);
    await insertIdentity(trx, { providerId, subject, userId: made.id, createdAt: now });
    await audit('user.create', made.id, { name: made.name, email: made.email, role, provider: provider.name });
    return { user: made, roleChanged: false };
  });
}

/** By subject; a user who is not linked yet, by the address that the provider has verified. */
async function find(db: Db, provider: Provider, subject: string, email: string | null): Promise<UserRecord | null> {
  const identity = await findIdentity(db, provider.id, subject);
  if (identity) return findUser(db, provider.accountId, identity.userId);
  return email === null ? null : findUserByEmail(db, provider.accountId, email);
}

async function roleNow(db: Db, user: UserRecord, { role }: Admitted): Promise<Role> {
  if (role === null || role === user.role) return user.role;
  return (await isLastAdmin(db, user)) ? user.role : role;
}

const newUser = (accountId: string, { name, email }: Admitted, role: Role, now: number): UserRecord => ({
  id: rowId('u'),
  accountId,
  name,
  email,
  role,
  passwordHash: null,
  createdAt: now,
  disabledAt: null,
  service: false,
  person: true,
  passwordSetBy: null,
});
