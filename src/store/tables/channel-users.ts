import type { Db } from '../database/database.js';
import type { MetricSpan } from './channel-metric-sums.js';
import { TEST_PREFIX } from './conversation-filter.js';

/** How many users each channel had on days whose users retention has removed. */
async function countedDays(
  db: Db,
  { channelIds, from, to }: Pick<MetricSpan, 'channelIds' | 'from' | 'to'>,
): Promise<{ channelId: string; day: number; users: number }[]> {
  const rows: { channel_id: string; start: number; users: number }[] = await db('channel_metrics')
    .whereIn('channel_id', [...channelIds])
    .where('interval', 'DAY')
    .where('start', '>=', from)
    .where('start', '<', to)
    .where('users', '>', 0)
    .select('channel_id', 'start', 'users');
  return rows.map((row) => ({ channelId: row.channel_id, day: Number(row.start), users: row.users }));
}

/** Keeps the greater number. */
function atLeast(users: Map<string, number>, key: string, counted: number): void {
  users.set(key, Math.max(users.get(key) ?? 0, counted));
}

/**
 * Distinct users of each channel between two days. Where retention has removed who they were, at least as many as on the
 * day that had most.
 */
export async function usersBetween(
  db: Db,
  channelIds: readonly string[],
  from: number,
  to: number,
): Promise<Map<string, number>> {
  const rows: { channel_id: string; users: number }[] = await db('channel_users')
    .select('channel_id', db.raw('count(distinct user_id) as users'))
    .whereIn('channel_id', [...channelIds])
    .where('day', '>=', from)
    .where('day', '<', to)
    .groupBy('channel_id');
  const users = new Map(rows.map((row) => [row.channel_id, Number(row.users)]));
  for (const day of await countedDays(db, { channelIds, from, to })) atLeast(users, day.channelId, day.users);
  return users;
}

/** Users of each channel and day, keyed `<channel id> <day>`. */
export async function usersByDay(db: Db, { channelIds, from, to }: MetricSpan): Promise<Map<string, number>> {
  const rows: { channel_id: string; day: number; users: number }[] = await db('channel_users')
    .select('channel_id', 'day')
    .count({ users: '*' })
    .whereIn('channel_id', [...channelIds])
    .where('day', '>=', from)
    .where('day', '<', to)
    .groupBy('channel_id', 'day');
  const users = new Map(rows.map((row) => [`${row.channel_id} ${Number(row.day)}`, Number(row.users)]));
  for (const { channelId, day, users: counted } of await countedDays(db, { channelIds, from, to }))
    atLeast(users, `${channelId} ${day}`, counted);
  return users;
}

/**
 * Distinct users of each channel and step, keyed `<channel id> <start>`, from the messages themselves: as far back as
 * they are kept. A step as long as the span gives the users of the whole.
 */
export async function usersByStep(
  db: Db,
  { channelIds, from, to }: MetricSpan,
  stepMs: number,
): Promise<Map<string, number>> {
  // Whole numbers divide to whole numbers on both databases. The cast keeps them whole: the driver of SQLite binds what
  // is beyond 32 bits as a float.
  const whole = 'cast(? as bigint)';
  const start = db.raw(`${whole} + ((turns.created_at - ${whole}) / ${whole}) * ${whole} as start`, [
    from,
    from,
    stepMs,
    stepMs,
  ]);
  const heard = db('turns')
    .join('conversations', 'conversations.id', 'turns.conversation_id')
    .whereIn('turns.channel_id', [...channelIds])
    .whereRaw(`turns.conversation_id not like '${TEST_PREFIX}%'`)
    .where('turns.created_at', '>=', from)
    .where('turns.created_at', '<', to)
    .distinct('turns.channel_id', 'conversations.user_id', start);
  const rows: { channel_id: string; start: number; users: number }[] = await db
    .from(heard.as('heard'))
    .select('channel_id', 'start')
    .count({ users: '*' })
    .groupBy('channel_id', 'start');
  return new Map(rows.map((row) => [`${row.channel_id} ${Number(row.start)}`, Number(row.users)]));
}
