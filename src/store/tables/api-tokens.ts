import type { Db } from '../database/database.js';
import { ownedBy } from '../database/owned-by.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { Role } from './users.js';

const apiTokens = table('api_tokens', {
  id: text(),
  accountId: text(),
  userId: text(),
  name: text(),
  tokenHash: text(),
  createdAt: number,
  expiresAt: nullable(number),
  lastUsedAt: nullable(number),
  revokedAt: nullable(number),
});
export type ApiTokenRecord = RecordOf<typeof apiTokens>;

/** A token in force together with whose it is. */
export interface TokenOwner {
  token: ApiTokenRecord;
  userName: string;
  role: Role;
}

export const insertApiToken = (db: Db, token: ApiTokenRecord) => apiTokens.insert(db, [token]);

/** By the SHA-256 of the token; not the revoked, the expired, nor those of disabled users. */
export async function findTokenOwner(db: Db, tokenHash: string, now: number): Promise<TokenOwner | null> {
  const row = await db('api_tokens')
    .join('users', 'users.id', 'api_tokens.user_id')
    .select(apiTokens.columns as string[])
    .select({ user_name: 'users.name', role: 'users.role' })
    .where('api_tokens.token_hash', tokenHash)
    .whereNull('api_tokens.revoked_at')
    .whereNull('users.disabled_at')
    .whereRaw('(api_tokens.expires_at is null or api_tokens.expires_at > ?)', [now])
    .first();
  return row ? { token: apiTokens.read(row), userName: row.user_name, role: row.role } : null;
}

export const findApiToken = (db: Db, accountId: string, id: string) =>
  apiTokens.row(db, (query) => query.where({ account_id: accountId, id }).whereNull('revoked_at'));

/** The tokens in force of these users, oldest first. */
export const tokensOfUsers = (db: Db, accountId: string, userIds: readonly string[]) =>
  apiTokens
    .rowsIn(db, 'userId', userIds, (query) =>
      query.whereNull('api_tokens.revoked_at').orderBy(['api_tokens.created_at', 'api_tokens.id']),
    )
    .then(ownedBy(accountId));

export const updateApiToken = (db: Db, id: string, change: Partial<ApiTokenRecord>) =>
  apiTokens.update(db, (query) => query.where({ id }), change);
