import type { Knex } from 'knex';
import type { EngineKind } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { descending } from '../database/order.js';
import { ownedBy } from '../database/owned-by.js';
import { findPage, type Page, type PageRequest } from '../database/page.js';
import { findPageByPlace } from '../database/page-by-place.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import { type BotFilter, type ListOrder, narrowBots } from './bot-list.js';

export type BotKind = 'STANDARD' | 'SMART';
export type EngineSettings = Record<string, unknown>;

const bots = table('bots', {
  id: text(),
  accountId: text(),
  name: text(),
  description: nullable(text()),
  kind: text<BotKind>(),
  parentId: nullable(text()),
  engine: text<EngineKind>(),
  engineSettings: nullable(json<EngineSettings>()),
  engineSecretsCipher: nullable(text()),
  defaultLanguage: text(),
  sessionTimeoutMinutes: number,
  definitionId: nullable(text()),
  liveVersionId: nullable(text()),
  nextVersionNumber: number,
  revision: number,
  ownDefinition: flag,
  ownEngine: flag,
  ownSettings: flag,
  suspendedAt: nullable(number),
  suspendedReason: nullable(text()),
  createdAt: number,
  updatedAt: number,
  deletedAt: nullable(number),
});
export type BotRecord = RecordOf<typeof bots>;

const NEWEST_FIRST = descending(bots, 'createdAt', 'id');
const LAST_CHANGED_FIRST = descending(bots, 'updatedAt', 'id');

export const insertBot = (db: Db, bot: BotRecord) => bots.insert(db, [bot]);

export const findBot = (db: Db, accountId: string, id: string) =>
  bots.row(db, (query) => query.where({ account_id: accountId, id }).whereNull('deleted_at'));

/** Held until the transaction ends: whatever changes a bot, its channels or its requests takes turns on this row. */
export const lockBot = (db: Db, accountId: string, id: string) =>
  bots.row(db, (query) => query.where({ account_id: accountId, id }).whereNull('deleted_at').forUpdate());

export const findBots = (db: Db, accountId: string, ids: readonly string[]) =>
  bots.rowsIn(db, 'id', ids).then(ownedBy(accountId));

/** Bots by id in any account, for versions and channels known already. */
export const findBotsById = (db: Db, ids: readonly string[]) => bots.rowsIn(db, 'id', ids);

/** `ids`: the only ones that are shown; null for all. */
export async function listBots(
  db: Db,
  accountId: string,
  request: PageRequest & BotFilter & { ids?: readonly string[] | null; order?: ListOrder | null | undefined },
): Promise<Page<BotRecord>> {
  const narrow = (query: Knex.QueryBuilder) => narrowBots(db, query, accountId, request);
  if (request.order !== 'NAME')
    return findPage(db, bots, request.order === 'CHANGED' ? LAST_CHANGED_FIRST : NEWEST_FIRST, request, narrow);
  return findPageByPlace(db, request, {
    table: 'bots',
    id: 'bots.id',
    orderBy: 'lower(bots.name), bots.id',
    narrow,
    find: (ids) => findBots(db, accountId, ids),
    idOf: ({ id }) => id,
  });
}

/** All bots of an account, or those of them with these ids; `lock` holds them until the transaction ends. */
export async function botsOfAccount(
  db: Db,
  accountId: string,
  ids: readonly string[] | null,
  lock: boolean,
): Promise<BotRecord[]> {
  const found = await bots.rows(db, (query) => {
    const own = query.where('bots.account_id', accountId).whereNull('bots.deleted_at').orderBy('bots.id');
    return lock ? own.forUpdate() : own;
  });
  return ids === null ? found : found.filter((bot) => ids.includes(bot.id));
}

/** The children of these bots, oldest first. */
export async function childrenOf(db: Db, parentIds: readonly string[]): Promise<Map<string, BotRecord[]>> {
  const found = await bots.rowsIn(db, 'parentId', parentIds, (query) =>
    query.whereNull('bots.deleted_at').orderBy(['bots.created_at', 'bots.id']),
  );
  return groupBy(found, (bot) => bot.parentId ?? '');
}

export const updateBot = (db: Db, id: string, change: Partial<BotRecord>) =>
  bots.update(db, (query) => query.where({ id }), change);

/** Notes that what a version would hold has changed. */
export const touchBot = (db: Db, id: string, now: number) =>
  db('bots')
    .where({ id })
    .update({ revision: db.raw('revision + 1'), updated_at: now });
