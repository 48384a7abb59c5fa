import type { Db } from '../database/database.js';
import { ownedBy } from '../database/owned-by.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';
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
  /** The token it was made with, and ends with; null where a person had signed in with a password, and for the first of all. */
  parentId: nullable(text()),
  /** The user who made it; null for the first of all. */
  createdBy: nullable(text()),
  /** Whether it is a session of the console, which stands for the user who signed in. */
  session: flag,
  /** The only actions it is good for; null: all that its user may do. */
  actions: nullable(json<readonly string[]>()),
  /** The only bots it is good for; null: all that its user may see. */
  botIds: nullable(json<readonly string[]>()),
});
export type ApiTokenRecord = RecordOf<typeof apiTokens>;

/** A token in force together with whose it is. */
export interface TokenOwner {
  token: ApiTokenRecord;
  userName: string;
  role: Role;
  service: boolean;
}

/** Before the hash of a token with limits: a process of a release that knows no limits does not find it. */
const LIMITED = 'limited:';

export const insertApiToken = (db: Db, token: ApiTokenRecord) => {
  const limited = token.actions !== null || token.botIds !== null;
  return apiTokens.insert(db, [{ ...token, tokenHash: limited ? `${LIMITED}${token.tokenHash}` : token.tokenHash }]);
};

/** By the SHA-256 of the token; not the revoked, the expired, nor those of disabled users. */
export async function findTokenOwner(db: Db, tokenHash: string, now: number): Promise<TokenOwner | null> {
  const row = await db('api_tokens')
    .join('users', 'users.id', 'api_tokens.user_id')
    .select(apiTokens.columns as string[])
    .select({ user_name: 'users.name', role: 'users.role', service: 'users.service' })
    .whereIn('api_tokens.token_hash', [tokenHash, `${LIMITED}${tokenHash}`])
    .whereNull('api_tokens.revoked_at')
    .whereNull('users.disabled_at')
    .whereRaw('(api_tokens.expires_at is null or api_tokens.expires_at > ?)', [now])
    .first();
  return row
    ? { token: apiTokens.read(row), userName: row.user_name, role: row.role, service: Boolean(row.service) }
    : null;
}

export const findApiToken = (db: Db, accountId: string, id: string) =>
  apiTokens.row(db, (query) => query.where({ account_id: accountId, id }).whereNull('revoked_at'));

/** Held until the transaction ends: what is made with a token, and its end, come one after the other. */
export const lockApiToken = (db: Db, id: string) => apiTokens.row(db, (query) => query.where({ id }).forUpdate());

/** Revokes these tokens and all that were made with them. */
export async function revokeTokens(db: Db, tokens: readonly Pick<ApiTokenRecord, 'id'>[], now: number): Promise<void> {
  let generation = tokens.map((token) => token.id);
  while (generation.length > 0) {
    // First, so that a token being made with one of these is made before, or finds it revoked.
    await apiTokens.update(db, (query) => query.whereIn('id', generation), { revokedAt: now });
    const made = await apiTokens.rowsIn(db, 'parentId', generation, (query) =>
      query.whereNull('api_tokens.revoked_at'),
    );
    generation = made.map((token) => token.id);
  }
}

/** Tokens in force that the user did not make. */
export const tokensMadeByOthers = (db: Db, userId: string) =>
  apiTokens.rows(db, (query) =>
    query
      .where({ user_id: userId })
      .whereNull('revoked_at')
      .where((made) => void made.whereNull('created_by').orWhereNot('created_by', userId)),
  );

/** Tokens in force that act as the user, or that the user made. */
export const tokensInHandsOf = (db: Db, userId: string) =>
  apiTokens.rows(db, (query) =>
    query.whereNull('revoked_at').where((held) => void held.where({ user_id: userId }).orWhere({ created_by: userId })),
  );

/** Whether one user has ever made a token that acts as the other. */
export const hasMadeTokenOf = async (db: Db, { maker, userId }: { maker: string; userId: string }): Promise<boolean> =>
  (await apiTokens.row(db, (query) => query.where({ user_id: userId, created_by: maker }))) !== null;

/** The sessions of a user that go on, but for one. */
export const sessionsOf = (db: Db, userId: string, exceptId: string | null) =>
  apiTokens.rows(db, (query) => {
    void query.where({ user_id: userId, session: true }).whereNull('revoked_at');
    return exceptId === null ? query : query.whereNot('id', exceptId);
  });

/** The tokens in force of these users, oldest first. */
export const tokensOfUsers = (db: Db, accountId: string, userIds: readonly string[]) =>
  apiTokens
    .rowsIn(db, 'userId', userIds, (query) =>
      query.whereNull('api_tokens.revoked_at').orderBy(['api_tokens.created_at', 'api_tokens.id']),
    )
    .then(ownedBy(accountId));

/** When each of these users was last seen with any token, or session, of theirs; those who never were are left out. */
export async function lastUsesOf(
  db: Db,
  accountId: string,
  userIds: readonly string[],
): Promise<{ userId: string; at: number }[]> {
  const rows: { user_id: string; at: number | string }[] = await db('api_tokens')
    .select('user_id', db.raw('max(last_used_at) as at'))
    .where({ account_id: accountId })
    .whereIn('user_id', userIds as string[])
    .whereNotNull('last_used_at')
    .groupBy('user_id');
  return rows.map(({ user_id, at }) => ({ userId: user_id, at: Number(at) }));
}

export const updateApiToken = (db: Db, id: string, change: Partial<ApiTokenRecord>) =>
  apiTokens.update(db, (query) => query.where({ id }), change);
