import type { Knex } from 'knex';
import { HOUR } from '../../time.js';
import type { DeliveryStatus } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import type { Range } from '../database/page.js';
import { NO_ALERT } from './alert-subscriptions.js';
import { areFew, deliveryIdsOf } from './deliveries-of-conversations.js';
import { lastAnswered } from './delivery-attempts.js';

/** Which deliveries somebody looks for; what is left out matches all. */
export interface DeliveryFilter {
  /** These and no others. */
  ids?: readonly string[] | null | undefined;
  channelId?: string | null | undefined;
  /** The origin that the channels' callbacks go to now. */
  endpoint?: string | null | undefined;
  botId?: string | null | undefined;
  /** The only bots whose deliveries are shown; null: all. */
  botIds?: readonly string[] | null | undefined;
  status?: DeliveryStatus | null | undefined;
  /** The end user's id. */
  user?: string | null | undefined;
  /** What the last attempt was answered with. */
  statusCode?: number | null | undefined;
  /** Bounds of the time of creation, in milliseconds since the epoch; `to` excluded. */
  from?: number | null | undefined;
  to?: number | null | undefined;
}

/**
 * The deliveries of one channel, of some conversations in it, or (without a channel) of the whole account. `few`: of those of
 * the conversations there are so few that they are sorted when they have been found.
 */
interface Scope {
  few?: boolean;
  channelId: string | null;
  conversations: { id: string; startedAt: number }[] | null;
}

const ACCOUNT: Scope = { channelId: null, conversations: null };

/** Ranges of one list; beyond, one query looks at all deliveries of the account, newest first, for those that match. */
const MAX_RANGES = 100;
/** Conversations of one user, who may be in many groups; beyond, likewise. */
const MAX_CONVERSATIONS = 500;
/** By how much a conversation may seem to begin after its first delivery: clocks are set back. */
const CLOCK_SLACK_MS = 1 * HOUR;

/**
 * The deliveries of an account that match, as ranges that do not overlap and that an index gives in the order of the time
 * of creation: one for each channel and status. What is asked for chooses the index, since SQLite has no statistics to
 * choose by. `among`: statuses that are meant where the filter names none.
 */
export async function deliveryRanges(
  db: Db,
  accountId: string,
  filter: DeliveryFilter,
  among: readonly DeliveryStatus[] | null = null,
): Promise<Range[]> {
  const statuses = statusesOf(filter, among);
  const scopes = await scopesOf(db, accountId, filter);
  const ranges = scopes.flatMap((scope) =>
    within(scope, statuses, filter).map((status) => rangeOf(db, accountId, filter, scope, status)),
  );
  const conversations = scopes.reduce((sum, scope) => sum + (scope.conversations?.length ?? 0), 0);
  if (ranges.length <= MAX_RANGES && conversations <= MAX_CONVERSATIONS) return ranges;
  return within(ACCOUNT, statuses, filter).map((status): Range => {
    const range = rangeOf(db, accountId, filter, ACCOUNT, status);
    return (query) => {
      if (filter.botId || filter.botIds || filter.endpoint)
        void query.whereIn('deliveries.channel_id', channelsOf(db, accountId, filter).select('id'));
      if (filter.user)
        void query.whereIn('deliveries.conversation_id', conversationsOf(db, accountId, filter).select('id'));
      return range(query);
    };
  });
}

/** Null: any. An answer other than 2xx is no delivery, which leaves the few that have not arrived to look through. */
function statusesOf(
  { status, statusCode }: DeliveryFilter,
  among: readonly DeliveryStatus[] | null,
): readonly (DeliveryStatus | null)[] {
  const named = status ? [status] : among;
  if (!statusCode || (statusCode >= 200 && statusCode < 300)) return named ?? [null];
  const undelivered: readonly DeliveryStatus[] = ['PENDING', 'DEAD', 'DISCARDED'];
  return named ? named.filter((one) => undelivered.includes(one)) : undelivered;
}

const EVERY_STATUS = ['PENDING', 'DELIVERED', 'DEAD', 'DISCARDED'] as const satisfies readonly DeliveryStatus[];

/** The deliveries of an account are found by status alone: any status is each of them. */
const within = (
  { channelId, few }: Scope,
  statuses: readonly (DeliveryStatus | null)[],
  { ids }: DeliveryFilter,
): readonly (DeliveryStatus | null)[] =>
  channelId === null && !few && !ids && statuses.includes(null) ? EVERY_STATUS : statuses;

async function scopesOf(db: Db, accountId: string, filter: DeliveryFilter): Promise<Scope[]> {
  if (filter.user && !filter.ids) {
    const rows: { id: string; channel_id: string; started_at: number }[] = await conversationsOf(db, accountId, filter)
      .select('id', 'channel_id', 'started_at')
      .limit(MAX_CONVERSATIONS + 1);
    const found = rows.map((row) => ({ id: row.id, channelId: row.channel_id, startedAt: Number(row.started_at) }));
    if (found.length === 0) return [];
    const ids = found.map(({ id }) => id);
    if (found.length <= MAX_CONVERSATIONS && (await areFew(db, ids)))
      return [{ channelId: null, conversations: found, few: true }];
    const byChannel = groupBy(found, ({ channelId }) => channelId);
    return [...byChannel].map(([channelId, conversations]) => ({ channelId, conversations }));
  }
  if (filter.ids) return [ACCOUNT];
  if (!filter.channelId && !filter.botId && !filter.botIds && !filter.endpoint) return [ACCOUNT];
  const ids: string[] = await channelsOf(db, accountId, filter).pluck('id');
  return ids.map((channelId) => ({ channelId, conversations: null }));
}

/** Deleted ones too. */
function channelsOf(
  db: Db,
  accountId: string,
  { channelId, botId, botIds, endpoint }: DeliveryFilter,
): Knex.QueryBuilder {
  const query = db('channels').where({ account_id: accountId });
  if (channelId) void query.where({ id: channelId });
  if (botId) void query.where({ bot_id: botId });
  if (botIds) void query.whereIn('bot_id', botIds as string[]);
  if (endpoint) {
    const rooted = `${endpoint}/`;
    void query
      .where('approved_mode', 'ASYNC')
      .whereRaw('(approved_post_url = ? or substr(approved_post_url, 1, ?) = ?)', [endpoint, rooted.length, rooted]);
  }
  return query;
}

function conversationsOf(db: Db, accountId: string, filter: DeliveryFilter): Knex.QueryBuilder {
  const query = db('conversations').where({ account_id: accountId, user_id: filter.user });
  if (filter.channelId) void query.where({ channel_id: filter.channelId });
  if (filter.botId || filter.botIds || filter.endpoint)
    void query.whereIn('channel_id', channelsOf(db, accountId, filter).select('id'));
  return query;
}

function rangeOf(
  db: Db,
  accountId: string,
  filter: DeliveryFilter,
  { channelId, conversations, few = false }: Scope,
  status: DeliveryStatus | null,
): Range {
  const from = Math.max(filter.from ?? 0, ...startOf(conversations));
  return (query) => {
    if (filter.ids || few) narrowByHand(query, accountId, status);
    else narrowToChannel(query, accountId, channelId, status);
    if (filter.ids) {
      void query.whereIn('deliveries.id', [...filter.ids]);
      if (filter.channelId || filter.botId || filter.botIds || filter.endpoint)
        void query.whereIn('deliveries.channel_id', channelsOf(db, accountId, filter).select('id'));
      if (filter.user)
        void query.whereIn('deliveries.conversation_id', conversationsOf(db, accountId, filter).select('id'));
    }
    if (channelId === null) void query.whereRaw(NO_ALERT);
    if (conversations) {
      const ids = conversations.map(({ id }) => id);
      if (few) void query.whereIn('deliveries.id', deliveryIdsOf(db, ids));
      else void query.whereIn('deliveries.conversation_id', ids);
    }
    if (from > 0) void query.where('deliveries.created_at', '>=', from);
    if (filter.to) void query.where('deliveries.created_at', '<', filter.to);
    if (filter.statusCode) void lastAnswered(db, query, filter.statusCode);
    return query;
  };
}

/** The words keep SQLite from every index but that of the ids, or of the conversations. */
function narrowByHand(query: Knex.QueryBuilder, accountId: string, status: DeliveryStatus | null): void {
  void query.whereRaw("deliveries.account_id || '' = ?", [accountId]);
  if (status !== null) void query.whereRaw("deliveries.status || '' = ?", [status]);
}

/** The words say which index is the one: of the account by status, the channel, or the channel's dead letters. */
function narrowToChannel(
  query: Knex.QueryBuilder,
  accountId: string,
  channelId: string | null,
  status: DeliveryStatus | null,
): void {
  // Few are open, or discarded; the channel's own index would give them among all that have been delivered.
  const byAccount = channelId === null || status === 'PENDING' || status === 'DISCARDED';
  if (byAccount) void query.where('deliveries.account_id', accountId);
  if (byAccount && channelId !== null) void query.whereRaw("deliveries.channel_id || '' = ?", [channelId]);
  if (!byAccount) void query.where('deliveries.channel_id', channelId);
  if (status === null) return;
  // SQLite does not see that a bound value is the one of an index of dead letters.
  if (status === 'DEAD' && !byAccount) void query.whereRaw("deliveries.status = 'DEAD'");
  else void query.where('deliveries.status', status);
}

const startOf = (conversations: Scope['conversations']): number[] =>
  conversations ? [Math.min(...conversations.map(({ startedAt }) => startedAt)) - CLOCK_SLACK_MS] : [];
