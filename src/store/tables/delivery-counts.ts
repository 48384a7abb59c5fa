import type { Db } from '../database/database.js';
import { usingIndex } from '../database/using-index.js';
import { OPEN_WORK } from './lanes.js';

/** How many deliveries of a channel are on their way, and when the oldest was made. */
export interface OpenDeliveries {
  channelId: string;
  count: number;
  oldestAt: number;
}

/** The channels, out of these or all, that have deliveries on their way: over `deliveries_open` alone. */
export async function openDeliveries(db: Db, channelIds?: readonly string[]): Promise<OpenDeliveries[]> {
  const query = db(usingIndex(db, 'deliveries', 'deliveries_open'))
    .whereRaw(OPEN_WORK.OUT)
    .groupBy('channel_id');
  if (channelIds) void query.whereIn('channel_id', [...channelIds]);
  const rows: { channel_id: string; count: number; oldest: number }[] = await query.select(
    'channel_id',
    db.raw('count(*) as count, min(created_at) as oldest'),
  );
  return rows.map((row) => ({ channelId: row.channel_id, count: Number(row.count), oldestAt: Number(row.oldest) }));
}

/** How many dead letters each of these channels has; none: it is left out. Over `deliveries_dead` alone. */
export async function deadDeliveries(
  db: Db,
  channelIds: readonly string[],
): Promise<{ channelId: string; count: number }[]> {
  const rows: { channel_id: string; count: number }[] = await db(usingIndex(db, 'deliveries', 'deliveries_dead'))
    .whereRaw("status = 'DEAD'")
    .whereIn('channel_id', [...channelIds])
    .groupBy('channel_id')
    .select('channel_id', db.raw('count(*) as count'));
  return rows.map((row) => ({ channelId: row.channel_id, count: Number(row.count) }));
}
