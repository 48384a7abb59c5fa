import { badInput, conflict } from '../errors.js';
import {
  type AccountRecord,
  type AutoApproval,
  findAccount,
  lockAccount,
  type PublishCondition,
  updateAccount,
} from '../store/tables/accounts.js';
import { assertMay, type Viewer } from './access.js';
import { type DomainDeps, differences, runCommand } from './command.js';
import type { KnownProviders } from './sign-in/providers/known-providers.js';

/** Days that conversations may be kept; beyond: BAD_USER_INPUT. */
const MAX_RETENTION_DAYS = 3650;

/** The tenant's own settings. */
export function createAccounts(deps: DomainDeps, providers: Pick<KnownProviders, 'ofAccount'>) {
  async function assertAnotherWay(accountId: string): Promise<void> {
    const ways = await providers.ofAccount(accountId);
    if (!ways.some(({ enabled }) => enabled))
      throw conflict('Nobody could sign in but with an API token. Add a sign-in provider first, and enable it.');
  }

  return {
    async settings(viewer: Viewer): Promise<AccountRecord> {
      assertMay(viewer, 'read');
      return present(await findAccount(deps.database.read, viewer.accountId));
    },

    /** BAD_USER_INPUT (`retentionDays`), CONFLICT where passwords are switched off and there is no provider. */
    update(
      viewer: Viewer,
      input: {
        fourEyes?: boolean | null;
        autoApprove?: AutoApproval[] | null;
        retentionDays?: number | null;
        passwordSignIn?: boolean | null;
        publishCondition?: PublishCondition | null;
      },
    ): Promise<AccountRecord> {
      return runCommand(deps, viewer, 'account.update', async ({ trx, audit, changed }) => {
        const account = present(await lockAccount(trx, viewer.accountId));
        const retentionDays = input.retentionDays ?? account.retentionDays;
        if (retentionDays < 1 || retentionDays > MAX_RETENTION_DAYS) {
          throw badInput('retentionDays', `Keep data between 1 and ${MAX_RETENTION_DAYS} days.`);
        }
        const updated: AccountRecord = {
          ...account,
          fourEyes: input.fourEyes ?? account.fourEyes,
          autoApprove: input.autoApprove ? [...new Set(input.autoApprove)].sort() : account.autoApprove,
          retentionDays,
          passwordSignIn: input.passwordSignIn ?? account.passwordSignIn,
          publishCondition: conditionOf(input.publishCondition, account),
        };
        const { fourEyes, autoApprove, passwordSignIn, publishCondition } = updated;
        if (!passwordSignIn && account.passwordSignIn) await assertAnotherWay(account.id);
        await updateAccount(trx, account.id, {
          ...{ fourEyes, autoApprove, retentionDays, passwordSignIn, publishCondition },
        });
        audit(
          account.id,
          differences(account, updated, [
            'fourEyes',
            'autoApprove',
            'retentionDays',
            'passwordSignIn',
            'publishCondition',
          ]),
        );
        changed('account', account.id);
        return updated;
      });
    },
  };
}

/** Null takes it away; left out, it stays. BAD_USER_INPUT. */
function conditionOf(given: PublishCondition | null | undefined, { publishCondition }: AccountRecord) {
  if (given === undefined) return publishCondition;
  if (given === null) return null;
  const { maxFailing, maxDifferent } = given;
  if (maxFailing < 0) throw badInput('publishCondition.maxFailing', 'It takes 0 or more.');
  if (!(maxDifferent >= 0 && maxDifferent <= 1))
    throw badInput('publishCondition.maxDifferent', 'It takes a share between 0 and 1, such as 0.05 for 5 %.');
  return { maxFailing, maxDifferent };
}

function present(account: AccountRecord | null): AccountRecord {
  if (!account) throw new Error('the account of a viewer is gone');
  return account;
}
