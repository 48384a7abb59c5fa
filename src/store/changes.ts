import type { Knex } from 'knex';

/** What changed, for everything that holds configuration in memory. */
export type ChangeTopic = 'bot' | 'channel' | 'app' | 'account' | 'alert-subscription' | 'approval-request';
export interface Change {
  number: number;
  topic: ChangeTopic;
  id: string;
}

/**
 * Notes a change in the transaction that makes it. Numbers come from a one-row counter, whose row lock makes them commit
 * in order: a poller that has seen number n has seen everything before it. A sequence would not give that.
 */
export async function recordChange(
  trx: Knex.Transaction,
  { topic, ids, accountId, now }: { topic: ChangeTopic; ids: readonly string[]; accountId: string; now: number },
): Promise<void> {
  if (ids.length === 0) return;
  const [counter] = await trx('change_counter').increment('value', ids.length).returning<{ value: number }[]>('value');
  if (!counter) throw new Error('change_counter has lost its row');
  const first = counter.value - ids.length + 1;
  await trx.batchInsert(
    'changes',
    ids.map((id, index) => ({ number: first + index, topic, id, account_id: accountId, at: now })),
    200,
  );
}

/** Changes after `number`, oldest first. */
export function changesAfter(db: Knex, number: number, limit: number): Promise<Change[]> {
  return db<Change>('changes')
    .select('number', 'topic', 'id')
    .where('number', '>', number)
    .orderBy('number')
    .limit(limit);
}

export async function latestChange(db: Knex): Promise<number> {
  const row = await db<{ value: number }>('change_counter').first('value');
  return row?.value ?? 0;
}

/** The number of the latest change of an account; null when it has none, or none that is still kept. */
export async function latestChangeOf(db: Knex, accountId: string): Promise<number | null> {
  const row = await db('changes')
    .where({ account_id: accountId })
    .max<{ latest: number | null }>({ latest: 'number' })
    .first();
  return row?.latest ?? null;
}
