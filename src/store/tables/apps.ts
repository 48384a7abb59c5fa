import type { Knex } from 'knex';
import type { AppScope, AppScopeStatus, JwtAlgorithm, TokenEncryption } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { descending } from '../database/order.js';
import { ownedBy } from '../database/owned-by.js';
import { findPage, type Page, type PageRequest } from '../database/page.js';
import { findPageByPlace } from '../database/page-by-place.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import { beginning, containing, type ListOrder } from './bot-list.js';
import { tagged } from './tags.js';

const apps = table('apps', {
  clientId: text(),
  accountId: text(),
  name: text(),
  algorithm: text<JwtAlgorithm>(),
  requireJti: flag,
  /** The client secret, sealed; for an app with keys, an empty text, sealed. */
  secretCipher: text(),
  previousSecretCipher: nullable(text()),
  previousSecretValidUntil: nullable(number),
  createdAt: number,
  secretRotatedAt: nullable(number),
  deletedAt: nullable(number),
  /** What verifies its tokens, as PEM; none while there is a secret or a `jwksUrl`. */
  publicKeys: json<string[]>(),
  jwksUrl: nullable(text()),
  tokenEncryption: text<TokenEncryption>(),
  /** What opens its encrypted tokens, the current one first. */
  decryptionKeys: json<StoredDecryptionKey[]>(),
  /** What it may do at the management API, or waits to be allowed. */
  scopes: json<StoredScope[]>(),
});

/** A key pair of this server: callers encrypt tokens with the public half. */
export interface StoredDecryptionKey {
  /** Names the app too: `<client id>.<hash of the key>`. */
  kid: string;
  /** Modulus and exponent, as in a JWK. */
  n: string;
  e: string;
  privateKeyCipher: string;
  /** Null for the current one; one that was replaced ends then. */
  validUntil: number | null;
}

/** One scope of an app; a user asks for it, and another or the same grants it. */
export interface StoredScope {
  scope: AppScope;
  status: AppScopeStatus;
  requestedBy: string;
  requestedAt: number;
  grantedBy: string | null;
  grantedAt: number | null;
}

export type AppRecord = RecordOf<typeof apps>;

const NEWEST_FIRST = descending(apps, 'createdAt', 'clientId');

export const insertApp = (db: Db, app: AppRecord) => apps.insert(db, [app]);

/** Leaves the apps of channels of these bots, as saved or as approved; null: all. */
const ofBots =
  (db: Db, botIds: readonly string[] | null) =>
  (query: Knex.QueryBuilder): void => {
    if (!botIds) return;
    void query.whereExists(
      db('channels')
        .whereRaw('apps.client_id in (channels.client_id, channels.approved_client_id)')
        .whereNull('channels.deleted_at')
        .whereIn('channels.bot_id', botIds as string[]),
    );
  };

export const findApp = (db: Db, accountId: string, clientId: string, botIds: readonly string[] | null = null) =>
  apps.row(db, (query) =>
    query.where({ account_id: accountId, client_id: clientId }).whereNull('deleted_at').modify(ofBots(db, botIds)),
  );

/** Held until the transaction ends: an app is not deleted while a channel is being given it, nor the other way round. */
export const lockApp = (db: Db, accountId: string, clientId: string) =>
  apps.row(db, (query) =>
    query.where({ account_id: accountId, client_id: clientId }).whereNull('deleted_at').forUpdate(),
  );

export const findApps = (db: Db, accountId: string, clientIds: readonly string[]) =>
  apps.rowsIn(db, 'clientId', clientIds, (query) => query.whereNull('apps.deleted_at')).then(ownedBy(accountId));

/** Which apps somebody looks for; what is left out matches all. */
export interface AppFilter {
  /** A part of the name, or the beginning of the client id. */
  search?: string | null | undefined;
  tag?: string | null | undefined;
}

/** SQL after `order by`. An app that has kept its secret changed when it was made. */
const ORDERS: Partial<Record<ListOrder, string>> = {
  NAME: 'lower(apps.name), apps.client_id',
  CHANGED: 'coalesce(apps.secret_rotated_at, apps.created_at) desc, apps.client_id desc',
};

export async function listApps(
  db: Db,
  accountId: string,
  request: PageRequest & AppFilter & { botIds: readonly string[] | null; order?: ListOrder | null | undefined },
): Promise<Page<AppRecord>> {
  const narrow = (query: Knex.QueryBuilder): Knex.QueryBuilder => {
    const own = query
      .where('apps.account_id', accountId)
      .whereNull('apps.deleted_at')
      .modify(ofBots(db, request.botIds));
    const { search, tag } = request;
    if (tag) void own.whereIn('apps.client_id', tagged(db, accountId, tag));
    if (search)
      void own.whereRaw(`(lower(apps.name) like ? escape '!' or apps.client_id like ? escape '!')`, [
        containing(search),
        beginning(search),
      ]);
    return own;
  };
  const orderBy = ORDERS[request.order ?? 'NEWEST'];
  if (orderBy === undefined) return findPage(db, apps, NEWEST_FIRST, request, narrow);
  return findPageByPlace(db, request, {
    table: 'apps',
    id: 'apps.client_id',
    orderBy,
    narrow,
    find: (ids) => findApps(db, accountId, ids),
    idOf: ({ clientId }) => clientId,
  });
}

/** All apps of an account, or of channels of these bots; `lock` holds them until the transaction ends. */
export const appsOfAccount = (db: Db, accountId: string, botIds: readonly string[] | null, lock: boolean) =>
  apps.rows(db, (query) => {
    const own = query
      .where('apps.account_id', accountId)
      .whereNull('apps.deleted_at')
      .modify(ofBots(db, botIds))
      .orderBy('apps.client_id');
    return lock ? own.forUpdate() : own;
  });

export const updateApp = (db: Db, clientId: string, change: Partial<AppRecord>) =>
  apps.update(db, (query) => query.where({ client_id: clientId }), change);
