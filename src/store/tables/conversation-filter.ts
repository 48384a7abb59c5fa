import type { Knex } from 'knex';
import { SECOND } from '../../time.js';
import type { Db } from '../database/database.js';
import type { Part, Range } from '../database/order.js';
import { usingIndex, withoutIndex } from '../database/using-index.js';

/** Which conversations somebody looks for; what is left out matches all. */
export interface ConversationFilter {
  channelId?: string | null | undefined;
  botId?: string | null | undefined;
  /** Bots outside which nothing is seen; null: none are. */
  botIds?: readonly string[] | null | undefined;
  ids?: readonly string[] | null | undefined;
  /** The whole id. */
  user?: string | null | undefined;
  /** Whether one of its turns has failed. */
  failed?: boolean | null | undefined;
  /** Those in which somebody of the account tried the bot, instead of those of users. */
  test?: boolean | null | undefined;
  /** Those of both kinds; `test` then counts for nothing. */
  withTests?: boolean | null | undefined;
  /** Bounds of the last message's time, in milliseconds since the epoch; `to` excluded. */
  from?: number | undefined;
  to?: number | undefined;
}

/**
 * How often an active conversation moves up in the list. Its row and its places in two indexes are most of what a turn
 * would change on disk.
 */
export const TOUCHED_EVERY_MS = 10 * SECOND;

/** How ids of test conversations begin, and no others do. */
export const TEST_PREFIX = 'ct-';

/** The newest turn knows it exactly; those of long ago are gone. */
export const LAST_MESSAGE_AT = `coalesce((select max(turns.created_at) from turns
  where turns.conversation_id = conversations.id), conversations.last_message_at)`;

/** Parts of one list, one for each channel; beyond, all conversations of the account are looked through for those that match. */
const MAX_PARTS = 200;

const hasFailed = (db: Db): Knex.Raw =>
  db.raw('exists (select 1 from ? where turns.conversation_id = conversations.id and turns.error is not null)', [
    usingIndex(db, 'turns', 'turns_failed'),
  ]);

/**
 * The conversations of an account that match, as parts that an index gives in the list's order; what it does not tell is looked
 * for in the rows.
 */
export async function conversationParts(db: Db, accountId: string, filter: ConversationFilter): Promise<Part[]> {
  const { channelId, from, to } = filter;
  const match = rarely(db, filter);
  const between = { from: from === undefined ? from : from - TOUCHED_EVERY_MS + 1, to };
  const part = (range: Range): Part => ({ ...between, range, match });
  if (!filter.botId && !filter.botIds)
    return [part(channelId ? ofChannel(db, accountId, channelId, filter) : ofAccount(db, accountId, filter))];
  const ids: string[] = await channelsOf(db, accountId, filter)
    .limit(MAX_PARTS + 1)
    .pluck('id');
  if (ids.length <= MAX_PARTS) return ids.map((id) => part(ofChannel(db, accountId, id, filter)));
  const ofBots: Range = (query) =>
    query.whereRaw(`${withoutIndex(db, 'conversations.channel_id')} in ?`, [
      channelsOf(db, accountId, filter).select('id'),
    ]);
  return [
    { ...between, range: ofAccount(db, accountId, filter), match: (query) => ofBots(match ? match(query) : query) },
  ];
}

/** What may be true of few among many. Null: nothing that is asked for. */
function rarely(db: Db, { failed, test, withTests }: ConversationFilter): Range | null {
  const conditions = [
    ...(test && !withTests ? [`conversations.id like '${TEST_PREFIX}%'`] : []),
    ...(failed === true ? [hasFailed(db)] : []),
    ...(failed === false ? [`not ${hasFailed(db)}`] : []),
  ];
  return conditions.length === 0 ? null : (query) => query.whereRaw(conditions.join(' and '));
}

/** Deleted ones too. */
function channelsOf(db: Db, accountId: string, { channelId, botId, botIds }: ConversationFilter): Knex.QueryBuilder {
  const query = db('channels').whereRaw(`${withoutIndex(db, 'account_id')} = ?`, [accountId]); // by bot, not all of the account
  if (channelId) void query.where({ id: channelId });
  if (botId) void query.where({ bot_id: botId });
  if (botIds) void query.whereIn('bot_id', botIds as string[]);
  return query;
}

const ofAccount =
  (db: Db, accountId: string, filter: ConversationFilter): Range =>
  (query) =>
    narrowed(
      isById(filter)
        ? query.whereRaw(`${withoutIndex(db, 'conversations.account_id')} = ?`, [accountId])
        : query.where('conversations.account_id', accountId),
      accountId,
      filter,
    );

/** The words keep SQLite, which has no statistics, from the index of the account, and of the channel where there are ids. */
const ofChannel =
  (db: Db, accountId: string, channelId: string, filter: ConversationFilter): Range =>
  (query) =>
    narrowed(
      (isById(filter)
        ? query.whereRaw(`${withoutIndex(db, 'conversations.channel_id')} = ?`, [channelId])
        : query.where('conversations.channel_id', channelId)
      ).whereRaw(`${withoutIndex(db, 'conversations.account_id')} = ?`, [accountId]),
      accountId,
      filter,
    );

/** They are found one by one, and sorted then. */
const isById = ({ ids, user }: ConversationFilter): boolean => Boolean(ids || user);

function narrowed(
  query: Knex.QueryBuilder,
  accountId: string,
  { ids, user, test, withTests, from, to }: ConversationFilter,
): Knex.QueryBuilder {
  if (!withTests && !test) void query.whereRaw(`conversations.id not like '${TEST_PREFIX}%'`);
  if (ids) void query.whereIn('conversations.id', [...ids]);
  if (user) {
    const ofUser = { account_id: accountId, user_id: user };
    void query.whereIn('conversations.id', (own) => void own.from('conversations').select('id').where(ofUser));
  }
  // Only what is stored within seconds of a bound is compared with the turns themselves.
  const stored = 'conversations.last_message_at';
  if (from !== undefined) void query.whereRaw(`(${stored} >= ? or ${LAST_MESSAGE_AT} >= ?)`, [from, from]);
  if (to !== undefined) void query.whereRaw(`(${stored} < ? or ${LAST_MESSAGE_AT} < ?)`, [to - TOUCHED_EVERY_MS, to]);
  return query;
}
