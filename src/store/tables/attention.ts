import type { Knex } from 'knex';
import { HOUR } from '../../time.js';
import type { Db } from '../database/database.js';
import { isSqlite } from '../database/knex-internals.js';
import { metricsBy } from './channel-metric-sums.js';

/** The bots of an account that are looked at. */
export interface Sight {
  accountId: string;
  /** Null: all of them. */
  botIds: readonly string[] | null;
}

/** How a channel fares: it works, works but its callbacks fail or rest, is switched off, or something hinders it. */
export type ChannelHealth = 'WORKING' | 'CALLBACKS_FAILING' | 'CALLBACKS_BLOCKED' | 'HINDERED' | 'DISABLED';

/** True of a channel without blockers (domain/channels/blockers.ts); a test holds the two together. */
const WORKS = `channels.enabled and channels.client_id is not null and channels.approved_revision is not null
  and channels.suspended_at is null and bots.suspended_at is null and version_channels.channel_id is not null`;

/** What becomes of the callbacks of a channel that works. */
const TROUBLES: Record<string, ChannelHealth> = { FAILING: 'CALLBACKS_FAILING', BLOCKED: 'CALLBACKS_BLOCKED' };

/** How many channels fare how; what there is none of is left out. */
export async function channelHealthCounts(db: Db, sight: Sight): Promise<Map<ChannelHealth, number>> {
  const standing: { health: ChannelHealth; count: number }[] = await withBots(db('channels'), sight)
    .select(
      db.raw(`case when not channels.enabled then 'DISABLED' when not (${WORKS}) then 'HINDERED' else 'WORKING' end
        as health, count(*) as count`),
    )
    .groupBy('health');
  const counts = new Map(standing.map(({ health, count }) => [health, Number(count)]));
  const troubled: { state: string; count: number }[] = await withTroubledEndpoints(db, sight)
    .select('endpoints.state', db.raw('count(*) as count'))
    .groupBy('endpoints.state');
  for (const { state, count } of troubled) {
    counts.set('WORKING', (counts.get('WORKING') ?? 0) - Number(count));
    counts.set(TROUBLES[state] ?? 'WORKING', Number(count));
  }
  return counts;
}

/** The newest channels whose callbacks fail or rest. */
export const troubledChannelIds = (db: Db, sight: Sight, limit: number): Promise<string[]> =>
  newest(withTroubledEndpoints(db, sight), limit);

/** The newest channels that are enabled and hindered by something. */
export const hinderedChannelIds = (db: Db, sight: Sight, limit: number): Promise<string[]> =>
  newest(withBots(db('channels'), sight).whereRaw(`channels.enabled and not (${WORKS})`), limit);

/** Channels with the most dead letters first, and how many dead letters there are in all. */
export async function mostDeadLetters(
  db: Db,
  sight: Sight,
  limit: number,
): Promise<{ total: number; channels: { channelId: string; count: number }[] }> {
  const counted = db(db.raw(`deliveries ${by(db, 'deliveries_dead')}`))
    .whereRaw("status = 'DEAD'")
    .groupBy('channel_id')
    .select('channel_id');
  const rows: { channel_id: string; count: number; total: number }[] = await seen(
    db
      .from(counted.select(db.raw('count(*) as count')).as('dead'))
      .join('channels', 'channels.id', 'dead.channel_id')
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
  const rows: { start: number; messages_in: number; messages_out: number; failed: number }[] = await measured(
    db,
    sight,
    from,
  )
    .groupBy('channel_metrics.start')
    .orderBy('channel_metrics.start')
    .select(
      'channel_metrics.start',
      db.raw('sum(messages_in) as messages_in, sum(messages_out) as messages_out, sum(failed) as failed'),
    );
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
  const rows: { bot_id: string; failed: number }[] = await measured(db, sight, from, failedHours(db))
    .whereRaw('channel_metrics.failed > 0')
    .groupBy('channels.bot_id')
    .orderBy([{ column: 'failed', order: 'desc' }, 'channels.bot_id'])
    .limit(limit)
    .select('channels.bot_id', db.raw('sum(channel_metrics.failed) as failed'));
  return rows.map(({ bot_id, failed }) => ({ botId: bot_id, failed: Number(failed) }));
}

/** Channels that are there, with their bots, and whether the live version has them. */
function withBots(channels: Knex.QueryBuilder, sight: Sight): Knex.QueryBuilder {
  const query = channels
    .join('bots', 'bots.id', 'channels.bot_id')
    .joinRaw(
      `left join version_channels on version_channels.version_id = bots.live_version_id
        and version_channels.channel_id = channels.id`,
    )
    .whereNull('channels.deleted_at')
    .whereNull('bots.deleted_at');
  return seen(query, sight);
}

/** Those that work, with the host that takes none of their callbacks: found from the few such hosts, by an index. */
export function withTroubledEndpoints(db: Db, sight: Sight): Knex.QueryBuilder {
  // SQLite takes the tables of a cross join in their order, and a partial index only by its own words.
  const fromHosts = db(db.raw(`endpoints cross join channels ${by(db, 'channels_by_host')}`))
    .whereIn('endpoints.state', Object.keys(TROUBLES))
    .whereRaw(`channels.approved_mode = 'ASYNC' and channels.account_id = endpoints.account_id`)
    .whereRaw(`${callbackOrigin(db)} = endpoints.origin`);
  return withBots(fromHosts, sight).whereRaw(WORKS);
}

/** As originOf of the dispatcher: all of the URL before the first slash of its path. As in the index of it. */
function callbackOrigin(db: Db): string {
  const [position, url] = [isSqlite(db) ? 'instr' : 'strpos', 'channels.approved_post_url'];
  const slash = `${position}(substr(${url}, ${position}(${url}, '://') + 3), '/')`;
  const origin = `case when ${slash} = 0 then ${url} else substr(${url}, 1, ${position}(${url}, '://') + 1 + ${slash}) end`;
  return `cast(${origin} as text)`; // else SQLite compares without the index
}

async function newest(query: Knex.QueryBuilder, limit: number): Promise<string[]> {
  const rows: { id: string }[] = await query
    .orderBy([
      { column: 'channels.created_at', order: 'desc' },
      { column: 'channels.id', order: 'desc' },
    ])
    .limit(limit)
    .select('channels.id');
  return rows.map(({ id }) => id);
}

/** What SQLite needs to hear to take an index; PostgreSQL finds it. */
const by = (db: Db, index: string): string => (isSqlite(db) ? `indexed by ${index}` : '');

/** Hours with failures, as their index has them. */
const failedHours = (db: Db) => ({ index: by(db, 'channel_metrics_failed'), where: 'and failed > 0' });

const measured = (db: Db, sight: Sight, from: number, using?: { index: string; where: string }): Knex.QueryBuilder =>
  seen(
    db(db.raw(metricsBy('HOUR', HOURLY, using))).join('channels', 'channels.id', 'channel_metrics.channel_id'),
    sight,
  ).where('channel_metrics.start', '>=', from - (from % HOUR));

const HOURLY = ['messages_in', 'messages_out', 'failed'];

function seen(query: Knex.QueryBuilder, { accountId, botIds }: Sight): Knex.QueryBuilder {
  void query.where('channels.account_id', accountId);
  if (botIds) void query.whereIn('channels.bot_id', [...botIds]);
  return query;
}
