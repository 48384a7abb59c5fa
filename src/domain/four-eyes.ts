import { AppError } from '../errors.js';
import type { Db } from '../store/database/database.js';
import { findAccount } from '../store/tables/accounts.js';
import { hasMadeTokenOf } from '../store/tables/api-tokens.js';
import { findUser } from '../store/tables/users.js';
import type { Viewer } from './access.js';
import type { Command } from './command.js';

/** FORBIDDEN where the account wants two people and the viewer made the request, or could have made it in the other's name. */
export async function assertFourEyes({ trx, viewer }: Command, requestedBy: string | null): Promise<void> {
  const account = await findAccount(trx, viewer.accountId);
  if (!account?.fourEyes || requestedBy === null) return;
  if (requestedBy !== viewer.id) {
    if (await hasMadeTokenOf(trx, { maker: viewer.id, userId: requestedBy })) {
      throw new AppError(
        'FORBIDDEN',
        'You made an API token of the user who made this request: another ADMIN must decide.',
      );
    }
    await assertPasswordsApart(trx, viewer, requestedBy);
    return;
  }
  throw new AppError('FORBIDDEN', 'You made this request yourself: this account wants another ADMIN to decide it.');
}

/** Who knows the password of the other could be both. */
async function assertPasswordsApart(trx: Db, viewer: Viewer, requestedBy: string): Promise<void> {
  const [decider, requester] = await Promise.all([
    findUser(trx, viewer.accountId, viewer.id),
    findUser(trx, viewer.accountId, requestedBy),
  ]);
  if (decider?.passwordSetBy === requestedBy) {
    throw new AppError(
      'FORBIDDEN',
      'Your password was set by the user who made this request: change it first, or have another ADMIN decide.',
    );
  }
  if (requester?.passwordSetBy === viewer.id) {
    throw new AppError(
      'FORBIDDEN',
      'You set the password of the user who made this request: another ADMIN must decide, until that user has changed it.',
    );
  }
}
