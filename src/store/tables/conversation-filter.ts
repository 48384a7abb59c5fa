import type { Knex } from 'knex';
import { SECOND } from '../../time.js';
import type { Db } from '../database/database.js';
import type { Range } from '../database/page.js';

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

/** Ranges of one list, one for each channel; beyond, one looks at all conversations of the account for those that match. */
const MAX_RANGES = 100;

const HAS_FAILED = `exists (select 1 from turns
  where turns.conversation_id = conversations.id and turns.error is not null)`;

/** The conversations of an account that match, as ranges that do not overlap and that an index gives in the list's order. */
export async function conversationRanges(db: Db, accountId: string, filter: ConversationFilter): Promise<Range[]> {
  if (!filter.botId && !filter.botIds) {
    const { channelId } = filter;
    return [channelId ? ofChannel(accountId, channelId, filter) : ofAccount(accountId, filter)];
  }
  const ids: string[] = await channelsOf(db, accountId, filter)
    .limit(MAX_RANGES + 1)
    .pluck('id');
  if (ids.length <= MAX_RANGES) return ids.map((id) => ofChannel(accountId, id, filter));
  const whole = ofAccount(accountId, filter);
  return [(query) => whole(query).whereIn('conversations.channel_id', channelsOf(db, accountId, filter).select('id'))];
}

/** Deleted ones too. */
function channelsOf(db: Db, accountId: string, { channelId, botId, botIds }: ConversationFilter): Knex.QueryBuilder {
  const query = db('channels').where({ account_id: accountId });
  if (channelId) void query.where({ id: channelId });
  if (botId) void query.where({ bot_id: botId });
  if (botIds) void query.whereIn('bot_id', botIds as string[]);
  return query;
}

const ofAccount =
  (accountId: string, filter: ConversationFilter): Range =>
  (query) =>
    narrowed(query.where('conversations.account_id', accountId), filter);

/** The words keep SQLite, which has no statistics, from the index of the account. */
const ofChannel =
  (accountId: string, channelId: string, filter: ConversationFilter): Range =>
  (query) =>
    narrowed(
      query.where('conversations.channel_id', channelId).whereRaw("conversations.account_id || '' = ?", [accountId]),
      filter,
    );

function narrowed(
  query: Knex.QueryBuilder,
  { ids, user, failed, test, withTests, from, to }: ConversationFilter,
): Knex.QueryBuilder {
  if (!withTests) void query.whereRaw(`conversations.id ${test ? '' : 'not '}like '${TEST_PREFIX}%'`);
  if (ids) void query.whereIn('conversations.id', [...ids]);
  if (user) void query.where('conversations.user_id', user); // a builder: it runs when it is awaited
  if (failed === true) void query.whereRaw(HAS_FAILED);
  if (failed === false) void query.whereRaw(`not ${HAS_FAILED}`);
  if (from !== undefined) {
    void query.where('conversations.last_message_at', '>', from - TOUCHED_EVERY_MS);
    void query.whereRaw(`${LAST_MESSAGE_AT} >= ?`, [from]);
  }
  if (to !== undefined) {
    void query.where('conversations.last_message_at', '<', to);
    void query.whereRaw(`${LAST_MESSAGE_AT} < ?`, [to]);
  }
  return query;
}
