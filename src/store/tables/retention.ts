import type { Knex } from 'knex';
import { DAY } from '../../time.js';

const ROWS_AT_ONCE = 500; // a sweep lets others at the writer in between

/** Minutes and hours of metrics are looked at while they are fresh. */
const FINE_METRICS_KEPT_MS = [
  ['MINUTE', 3 * DAY],
  ['HOUR', 100 * DAY],
] as const;

/** How far back each kind of row is kept, as times before which it goes. */
export interface Horizon {
  /** Finished turns and deliveries of an account. */
  logs: { accountId: string; before: number }[];
  idempotencyKeys: number;
  polls: number;
  changes: number;
  now: number;
}

/** Removes what is past its time, in small steps. Open turns and deliveries stay, however old. Gives how many rows went. */
export async function sweep(db: Knex, horizon: Horizon): Promise<number> {
  let removed = 0;
  for (const { accountId, before } of horizon.logs) {
    removed += await inSteps(
      db,
      'deliveries',
      'id',
      (query) => query.where('account_id', accountId).where('created_at', '<', before).whereNot('status', 'PENDING'),
      async (ids) => void (await db('delivery_attempts').whereIn('delivery_id', ids).delete()),
    );
    const ofAccount = db('conversations')
      .select('id')
      .where('account_id', accountId)
      .where('last_message_at', '<', before);
    removed += await inSteps(db, 'turns', 'id', (query) =>
      query
        .where('created_at', '<', before)
        .whereIn('status', ['DONE', 'EXPIRED'])
        .whereIn('conversation_id', db('conversations').select('id').where('account_id', accountId)),
    );
    removed += await inSteps(db, 'sessions', 'conversation_id', (query) => query.whereIn('conversation_id', ofAccount));
    removed += await inSteps(db, 'lanes', 'id', (query) =>
      query.where('pending', 0).whereIn('conversation_id', ofAccount),
    );
    removed += await inSteps(db, 'conversations', 'id', (query) =>
      query
        .where('account_id', accountId)
        .where('last_message_at', '<', before)
        .whereNotIn('id', db('lanes').select('conversation_id')),
    );
  }
  removed += await db('idempotency_keys').where('created_at', '<', horizon.idempotencyKeys).delete();
  removed += await db('polls').where('answered_at', '<', horizon.polls).delete();
  removed += await db('used_jtis').where('expires_at', '<', horizon.now).delete();
  // Swept every few minutes, so each time few go; days stay.
  for (const [interval, keptMs] of FINE_METRICS_KEPT_MS) {
    removed += await db('channel_metrics')
      .where({ interval })
      .where('start', '<', horizon.now - keptMs)
      .delete();
  }
  removed += await db('changes').where('at', '<', horizon.changes).delete();
  return removed;
}

async function inSteps(
  db: Knex,
  table: string,
  id: string,
  narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder,
  alongWith?: (ids: string[]) => Promise<void>,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const rows: Record<string, string>[] = await narrow(db(table).select(id)).limit(ROWS_AT_ONCE);
    const ids = rows.map((row) => row[id] ?? '');
    if (ids.length === 0) return removed;
    await alongWith?.(ids);
    removed += await db(table).whereIn(id, ids).delete();
  }
}
