import type { Db } from '../store/database/database.js';
import { revokeTokens, tokensMadeByOthers } from '../store/tables/api-tokens.js';
import { lockActiveAdmins, type Role, type UserRecord, updateUser } from '../store/tables/users.js';
import { approves } from './access.js';

const STRONGEST_FIRST: readonly Role[] = ['ADMIN', 'DEVELOPER', 'VIEWER', 'NONE'];

/** The role among these that allows most; null for none. */
export const strongestOf = (roles: readonly Role[]): Role | null =>
  STRONGEST_FIRST.find((role) => roles.includes(role)) ?? null;

/** Whether nothing could be approved any more without this user. Locks the ADMINs until the transaction ends. */
export async function isLastAdmin(db: Db, user: UserRecord): Promise<boolean> {
  if (user.role !== 'ADMIN' || user.disabledAt !== null) return false;
  return (await lockActiveAdmins(db, user.accountId)).length < 2;
}

/** Ends the tokens that others made for a user who may approve from now on: they would approve as this one. */
export const endTokensOfOthers = async (db: Db, userId: string, now: number): Promise<void> =>
  revokeTokens(db, await tokensMadeByOthers(db, userId), now);

export async function changeRole(db: Db, user: UserRecord, role: Role, now: number): Promise<void> {
  await updateUser(db, user.id, { role });
  if (approves(user.role) || !approves(role)) return;
  await endTokensOfOthers(db, user.id, now);
}
