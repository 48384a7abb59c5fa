import type { Knex } from 'knex';
import { HOUR } from '../../time.js';
import type { Db } from '../database/database.js';
import { isSqlite } from '../database/knex-internals.js';
import { usingIndex } from '../database/using-index.js';
import { ofBoth, type Sight, seenIn } from './channel-metric-sums.js';

/** How a channel fares: it works, works but its callbacks fail or rest, is switched off, or something hinders it. */
export type ChannelHealth = 'WORKING' | 'CALLBACKS_FAILING' | 'CALLBACKS_BLOCKED' | 'HINDERED' | 'DISABLED';

/** True of a channel without blockers (domain/channels/blockers.ts); a test holds the two together. */
const WORKS = `channels.enabled and channels.client_id is not null and channels.approved_revision is not null
  and channels.suspended_at is null and bots.suspended_at is null and version_channels.channel_id is not null`;

/** What becomes of the callbacks of a channel that works. */
const TROUBLES: Record<string, ChannelHealth> = { FAILING: 'CALLBACKS_FAILING', BLOCKED: 'CALLBACKS_BLOCKED' };

/** How many channels fare how, and the newest of those that are enabled and hindered by something. */
export interface ChannelStanding {
  counts: Map<ChannelHealth, number>;
  hinderedIds: string[];
}

/** Most channels work: only those that do not are looked at twice. */
export async function channelStanding(db: Db, sight: Sight, limit: number): Promise<ChannelStanding> {
  const [all, down, troubled] = await Promise.all([
    there(channelsByBot(db, sight), sight).count<{ count: number }[]>({ count: '*' }),
    withLiveVersions(channelsByBot(db, sight), sight)
      .whereRaw(`not (${WORKS})`)
      .orderBy([{ column: 'channels.enabled', order: 'desc' }, ...NEWEST_FIRST])
      .limit(limit)
      .select<{ id: string; enabled: boolean; hindered: number; down: number }[]>(
        'channels.id',
        'channels.enabled',
        db.raw('count(*) filter (where channels.enabled) over () as hindered, count(*) over () as down'),
      ),
    withTroubledEndpoints(db, sight)
      .select<{ state: string; count: number }[]>('endpoints.state', db.raw('count(*) as count'))
      .groupBy('endpoints.state'),
  ]);
  const [hindered, notWorking] = [Number(down[0]?.hindered ?? 0), Number(down[0]?.down ?? 0)];
  const counts = new Map<ChannelHealth, number>([
    ['DISABLED', notWorking - hindered],
    ['HINDERED', hindered],
    ['WORKING', Number(all[0]?.count ?? 0) - notWorking],
  ]);
  for (const { state, count } of troubled) {
    counts.set('WORKING', (counts.get('WORKING') ?? 0) - Number(count));
    counts.set(TROUBLES[state] ?? 'WORKING', Number(count));
  }
  return { counts, hinderedIds: down.filter(({ enabled }) => enabled).map(({ id }) => id) };
}

/** The newest channels whose callbacks fail or rest. */
export const troubledChannelIds = (db: Db, sight: Sight, limit: number): Promise<string[]> =>
  withTroubledEndpoints(db, sight).orderBy(NEWEST_FIRST).limit(limit).pluck('channels.id');

/** Channels with the most dead letters first, and how many dead letters there are in all. */
export async function mostDeadLetters(
  db: Db,
  sight: Sight,
  limit: number,
): Promise<{ total: number; channels: { channelId: string; count: number }[] }> {
  const counted = db(usingIndex(db, 'deliveries', 'deliveries_dead'))
    .whereRaw("status = 'DEAD'")
    .groupBy('channel_id')
    .select('channel_id');
  const rows: { channel_id: string; count: number; total: number }[] = await seen(
    db
      .from(counted.select(db.raw('count(*) as count')).as('dead'))
      .joinRaw('cross join channels') // which SQLite looks up for each, not first
      .whereRaw('channels.id = dead.channel_id')
      .whereNull('channels.deleted_at'),
    sight,
  )
    .orderBy([{ column: 'count', order: 'desc' }, 'dead.channel_id'])
    .limit(limit)
    .select('dead.channel_id', 'dead.count', db.raw('sum(dead.count) over () as total'));
  return {
    total: Number(rows[0]?.total ?? 0),
    channels: rows.map(({ channel_id, count }) => ({ channelId: channel_id, count: Number(count) })),
  };
}

/** Bots some of whose variables have no value, neither in force nor waiting, and how many bots that are. */
export async function botsWithUnfilledVariables(
  db: Db,
  sight: Sight,
  limit: number,
): Promise<{ total: number; botIds: string[] }> {
  const empty = (table: string) =>
    `${table}.value_cipher is null and (${table}.secured or ${table}.value is null or ${table}.value = '')`;
  const filledLater = db('waiting_variables')
    .select(db.raw('1'))
    .whereRaw('waiting_variables.bot_id = bot_variables.bot_id and waiting_variables.key = bot_variables.key')
    .whereRaw(`not (${empty('waiting_variables')})`);
  const unfilled = db('bot_variables')
    .select('bot_id')
    .whereRaw(empty('bot_variables'))
    .whereNotExists(filledLater)
    .union(db('waiting_variables').select('bot_id').whereRaw(empty('waiting_variables')));
  const query = db
    .from(unfilled.as('unfilled'))
    .join('bots', 'bots.id', 'unfilled.bot_id')
    .where('bots.account_id', sight.accountId)
    .whereNull('bots.deleted_at');
  if (sight.botIds) void query.whereIn('bots.id', [...sight.botIds]);
  const rows: { id: string; total: number }[] = await query
    .orderBy([{ column: 'bots.created_at', order: 'desc' }, 'bots.id'])
    .limit(limit)
    .select('bots.id', db.raw('count(*) over () as total'));
  return { total: Number(rows[0]?.total ?? 0), botIds: rows.map(({ id }) => id) };
}

/** What all channels did within one hour. */
export interface HourOfTraffic {
  from: number;
  messagesIn: number;
  messagesOut: number;
  failed: number;
}

/** From the hour of `from`; hours without events are left out. */
export async function trafficByHour(db: Db, sight: Sight, from: number): Promise<HourOfTraffic[]> {
  const seen = await seenIn(db, sight);
  const sums = 'sum(messages_in) as messages_in, sum(messages_out) as messages_out, sum(failed) as failed';
  const counted = ofBoth(db, 'HOUR', (metrics) =>
    seen(metrics)
      .where('start', '>=', from - (from % HOUR))
      .groupBy('start')
      .select(
        'start',
        db.raw('sum(messages_in) as messages_in, sum(messages_out) as messages_out, sum(failed) as failed'),
      ),
  );
  const rows: { start: number; messages_in: number; messages_out: number; failed: number }[] = await db
    .from(counted.as('counted'))
    .groupBy('start')
    .orderBy('start')
    .select('start', db.raw(sums));
  return rows.map((row) => ({
    from: Number(row.start),
    messagesIn: Number(row.messages_in),
    messagesOut: Number(row.messages_out),
    failed: Number(row.failed),
  }));
}

/** The bots whose turns failed since then, with the most failures first. */
export async function botsThatFail(
  db: Db,
  sight: Sight,
  from: number,
  limit: number,
): Promise<{ botId: string; failed: number }[]> {
  const seen = await seenIn(db, sight);
  const counted = ofBoth(
    db,
    'HOUR',
    (metrics) =>
      seen(metrics)
        .where('start', '>=', from - (from % HOUR))
        .whereRaw('failed > 0')
        .groupBy('channel_id')
        .select('channel_id', db.raw('sum(failed) as failed')),
    'channel_metrics_failed',
  );
  const rows: { bot_id: string; failed: number }[] = await db
    .from(counted.as('counted'))
    .join('channels', 'channels.id', 'counted.channel_id')
    .groupBy('channels.bot_id')
    .orderBy([{ column: 'failed', order: 'desc' }, 'channels.bot_id'])
    .limit(limit)
    .select('channels.bot_id', db.raw('sum(counted.failed) as failed'));
  return rows.map(({ bot_id, failed }) => ({ botId: bot_id, failed: Number(failed) }));
}

/** One bot after the other: each and its live version is looked up once. */
function channelsByBot(db: Db, sight: Sight): Knex.QueryBuilder {
  // SQLite takes the tables of a cross join in their order.
  const ofBots = db(db.raw('bots cross join ?', [usingIndex(db, 'channels', 'channels_standing')]))
    .where('bots.account_id', sight.accountId)
    .whereRaw('channels.bot_id = bots.id');
  return sight.botIds ? ofBots.whereIn('bots.id', [...sight.botIds]) : ofBots;
}

/** Those that work, with the host that takes none of their callbacks: found from the few such hosts, by an index. */
export function withTroubledEndpoints(db: Db, sight: Sight): Knex.QueryBuilder {
  const fromHosts = db(db.raw('endpoints cross join ?', [usingIndex(db, 'channels', 'channels_by_host')]))
    .join('bots', 'bots.id', 'channels.bot_id')
    .whereIn('endpoints.state', Object.keys(TROUBLES))
    .whereRaw(`channels.approved_mode = 'ASYNC' and channels.account_id = endpoints.account_id`)
    .whereRaw(`${callbackOrigin(db)} = endpoints.origin`);
  return withLiveVersions(fromHosts, sight).whereRaw(WORKS);
}

/** Channels and bots that are there, and whether the live version has them. */
const withLiveVersions = (channels: Knex.QueryBuilder, sight: Sight): Knex.QueryBuilder =>
  there(
    channels.joinRaw(
      `left join version_channels on version_channels.version_id = bots.live_version_id
        and version_channels.channel_id = channels.id`,
    ),
    sight,
  );

const there = (channels: Knex.QueryBuilder, sight: Sight): Knex.QueryBuilder =>
  seen(channels.whereNull('channels.deleted_at').whereNull('bots.deleted_at'), sight);

/** As originOf of the dispatcher: all of the URL before the first slash of its path. As in the index of it. */
function callbackOrigin(db: Db): string {
  const [position, url] = [isSqlite(db) ? 'instr' : 'strpos', 'channels.approved_post_url'];
  const slash = `${position}(substr(${url}, ${position}(${url}, '://') + 3), '/')`;
  const origin = `case when ${slash} = 0 then ${url} else substr(${url}, 1, ${position}(${url}, '://') + 1 + ${slash}) end`;
  return `cast(${origin} as text)`; // else SQLite compares without the index
}

const NEWEST_FIRST = [
  { column: 'channels.created_at', order: 'desc' },
  { column: 'channels.id', order: 'desc' },
];

function seen(query: Knex.QueryBuilder, { accountId, botIds }: Sight): Knex.QueryBuilder {
  void query.where('channels.account_id', accountId);
  if (botIds) void query.whereIn('channels.bot_id', [...botIds]);
  return query;
}
