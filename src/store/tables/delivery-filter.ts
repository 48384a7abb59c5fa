import type { Knex } from 'knex';
import { HOUR } from '../../time.js';
import type { DeliveryStatus } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import type { Part, Range } from '../database/order.js';
import { withoutIndex } from '../database/using-index.js';
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
 * The deliveries of channels, of some conversations in them, or (without channels) of the whole account. `few`: of those of
 * the conversations there are so few that they are sorted when they have been found.
 */
interface Scope {
  few?: boolean;
  channelIds: readonly string[] | null;
  conversations: { id: string; startedAt: number }[] | null;
}

const ACCOUNT: Scope = { channelIds: null, conversations: null };

/** Parts of one list; beyond, all deliveries of the account are looked through, newest first, for those that match. */
const MAX_PARTS = 200;
/** Conversations of one user, who may be in many groups; beyond, likewise. */
const MAX_CONVERSATIONS = 500;
/** By how much a conversation may seem to begin after its first delivery: clocks are set back. */
const CLOCK_SLACK_MS = 1 * HOUR;

/**
 * The deliveries of an account that match, as parts that an index gives in the order of the time of creation: one for each channel and status. What is asked for chooses the index, since SQLite has no statistics to
 * choose by; what it does not tell is looked for in the rows. `among`: statuses that are meant where the filter names none.
 */
export async function deliveryParts(
  db: Db,
  accountId: string,
  filter: DeliveryFilter,
  among: readonly DeliveryStatus[] | null = null,
): Promise<Part[]> {
  const statuses = statusesOf(filter, among);
  const scopes = await scopesOf(db, accountId, filter);
  const parts = statuses.flatMap((status) =>
    (isRare(status) ? together(scopes) : scopes).flatMap((scope) =>
      within(scope, status, filter).map((one) => partOf(db, accountId, filter, scope, one)),
    ),
  );
  const conversations = scopes.reduce((sum, scope) => sum + (scope.conversations?.length ?? 0), 0);
  if (parts.length <= MAX_PARTS && conversations <= MAX_CONVERSATIONS) return parts;
  const ofAccount = statuses.flatMap((status) => within(ACCOUNT, status, filter));
  return ofAccount.map((status): Part => {
    const { match, ...part } = partOf(db, accountId, filter, ACCOUNT, status);
    const ofWhom: Range = (query) => {
      if (filter.botId || filter.botIds || filter.endpoint)
        void query.whereRaw(`${withoutIndex(db, 'deliveries.channel_id')} in ?`, [
          channelsOf(db, accountId, filter).select('id'),
        ]);
      if (filter.user)
        void query.whereIn('deliveries.conversation_id', conversationsOf(db, accountId, filter).select('id'));
      return query;
    };
    return { ...part, match: (query) => ofWhom(match ? match(query) : query) };
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
  { channelIds, few }: Scope,
  status: DeliveryStatus | null,
  { ids }: DeliveryFilter,
): readonly (DeliveryStatus | null)[] =>
  channelIds === null && !few && !ids && status === null ? EVERY_STATUS : [status];

/** Few are open, or discarded: those of channels are looked for among those of the account. */
const isRare = (status: DeliveryStatus | null): boolean => status === 'PENDING' || status === 'DISCARDED';

/** Scopes of channels as one. */
function together(scopes: readonly Scope[]): readonly Scope[] {
  if (scopes.length < 2) return scopes;
  const conversations = scopes.flatMap((scope) => scope.conversations ?? []);
  return [
    {
      channelIds: scopes.flatMap(({ channelIds }) => channelIds ?? []),
      conversations: conversations.length === 0 ? null : conversations,
    },
  ];
}

async function scopesOf(db: Db, accountId: string, filter: DeliveryFilter): Promise<Scope[]> {
  if (filter.user && !filter.ids) {
    const rows: { id: string; channel_id: string; started_at: number }[] = await conversationsOf(db, accountId, filter)
      .select('id', 'channel_id', 'started_at')
      .limit(MAX_CONVERSATIONS + 1);
    const found = rows.map((row) => ({ id: row.id, channelId: row.channel_id, startedAt: Number(row.started_at) }));
    if (found.length === 0) return [];
    const ids = found.map(({ id }) => id);
    if (found.length <= MAX_CONVERSATIONS && (await areFew(db, ids)))
      return [{ channelIds: null, conversations: found, few: true }];
    const byChannel = groupBy(found, ({ channelId }) => channelId);
    return [...byChannel].map(([channelId, conversations]) => ({ channelIds: [channelId], conversations }));
  }
  if (filter.ids) return [ACCOUNT];
  if (!filter.channelId && !filter.botId && !filter.botIds && !filter.endpoint) return [ACCOUNT];
  const ids: string[] = await channelsOf(db, accountId, filter).pluck('id');
  return ids.map((channelId) => ({ channelIds: [channelId], conversations: null }));
}

/** Deleted ones too. */
function channelsOf(
  db: Db,
  accountId: string,
  { channelId, botId, botIds, endpoint }: DeliveryFilter,
): Knex.QueryBuilder {
  const query = db('channels');
  // The words keep SQLite from all channels of the account where there are few of the bots.
  if (channelId || botId || botIds) void query.whereRaw(`${withoutIndex(db, 'account_id')} = ?`, [accountId]);
  else void query.where({ account_id: accountId });
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

function partOf(db: Db, accountId: string, filter: DeliveryFilter, scope: Scope, status: DeliveryStatus | null): Part {
  const { channelIds, conversations, few = false } = scope;
  const from = Math.max(filter.from ?? 0, ...startOf(conversations));
  const between = { from: from > 0 ? from : undefined, to: filter.to ?? undefined };
  const spoken: Range = (query) => (channelIds === null ? query.whereRaw(NO_ALERT) : query);
  const answered: Range = (query) => (filter.statusCode ? lastAnswered(query, filter.statusCode) : query);
  if (filter.ids || few) {
    const byHand: Range = (query) => narrowByHand(db, query, accountId, status);
    return { ...between, range: (query) => answered(spoken(amongFew(db, byHand(query), accountId, filter, scope))) };
  }
  const { range, match } = byIndex(db, accountId, channelIds, status);
  const matches = [
    ...(match ? [match] : []),
    ...(filter.statusCode ? [answered] : []),
    ...(conversations ? [inConversations(conversations)] : []),
  ];
  return {
    ...between,
    range: (query) => spoken(range(query)),
    match: matches.length === 0 ? null : (query) => matches.reduce((narrowed, one) => one(narrowed), query),
  };
}

const inConversations =
  (conversations: readonly { id: string }[]): Range =>
  (query) =>
    query.whereIn(
      'deliveries.conversation_id',
      conversations.map(({ id }) => id),
    );

/** Those named, or those of conversations that have few. */
function amongFew(
  db: Db,
  query: Knex.QueryBuilder,
  accountId: string,
  filter: DeliveryFilter,
  { conversations }: Scope,
): Knex.QueryBuilder {
  if (conversations)
    return query.whereIn(
      'deliveries.id',
      deliveryIdsOf(
        db,
        conversations.map(({ id }) => id),
      ),
    );
  void query.whereIn('deliveries.id', [...(filter.ids ?? [])]);
  if (filter.channelId || filter.botId || filter.botIds || filter.endpoint)
    void query.whereIn('deliveries.channel_id', channelsOf(db, accountId, filter).select('id'));
  if (filter.user)
    void query.whereIn('deliveries.conversation_id', conversationsOf(db, accountId, filter).select('id'));
  return query;
}

/** The words keep SQLite from every index but that of the ids, or of the conversations. */
function narrowByHand(
  db: Db,
  query: Knex.QueryBuilder,
  accountId: string,
  status: DeliveryStatus | null,
): Knex.QueryBuilder {
  void query.whereRaw(`${withoutIndex(db, 'deliveries.account_id')} = ?`, [accountId]);
  if (status !== null) void query.whereRaw(`${withoutIndex(db, 'deliveries.status')} = ?`, [status]);
  return query;
}

/** The index that is the one, of the account by status, the channel, or the channel's dead letters, and what it does not tell. */
function byIndex(db: Db, accountId: string, channelIds: readonly string[] | null, status: DeliveryStatus | null): Part {
  if (channelIds === null || isRare(status))
    return {
      range(query) {
        void query.where('deliveries.account_id', accountId);
        return status === null ? query : query.where('deliveries.status', status);
      },
      match:
        channelIds &&
        ((query) =>
          query.whereRaw(`${withoutIndex(db, 'deliveries.channel_id')} in (${channelIds.map(() => '?').join(', ')})`, [
            ...channelIds,
          ])),
    };
  const ofChannel: Range = (query) => query.whereIn('deliveries.channel_id', channelIds as string[]);
  if (status === null) return { range: ofChannel };
  // SQLite does not see that a bound value is the one of an index of dead letters.
  if (status === 'DEAD') return { range: (query) => ofChannel(query).whereRaw("deliveries.status = 'DEAD'") };
  return {
    range: ofChannel,
    match: (query) => query.whereRaw(`${withoutIndex(db, 'deliveries.status')} = ?`, [status]),
  };
}

const startOf = (conversations: Scope['conversations']): number[] =>
  conversations ? [Math.min(...conversations.map(({ startedAt }) => startedAt)) - CLOCK_SLACK_MS] : [];
