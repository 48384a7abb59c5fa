import type { Knex } from 'knex';
import { SECOND } from '../../time.js';

/** By the clock of the database, in milliseconds: those of several machines may differ. PostgreSQL only. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** Says that a process is alive. */
export async function beat(db: Knex, id: string): Promise<void> {
  await db.raw(
    `insert into processes (id, seen_at) values (?, ${NOW}) on conflict (id) do update set seen_at = excluded.seen_at`,
    [id],
  );
}

/** Milliseconds of silence after which a process counts as dead, and others take over its lanes. */
export const SILENT_MS = 5 * SECOND;

/** When any process last said that it is alive, and how long ago that is, in milliseconds; null: none ever did. */
export async function lastSignOfLife(db: Knex): Promise<{ at: number; agoMs: number } | null> {
  const [row] = await db('processes').select(db.raw(`max(seen_at) as at, ${NOW} - max(seen_at) as ago`));
  return row?.at === null || row?.at === undefined ? null : { at: Number(row.at), agoMs: Number(row.ago) };
}

/** Forgets a process that ends. */
export const forgetProcess = (db: Knex, id: string): Promise<number> => db('processes').where({ id }).delete();

/**
 * Makes the lanes of processes due at `now` that have not been seen for `silentMs`. One that was only slow loses them,
 * and learns so with its next commit: the epoch fences it. Gives how many lanes.
 */
export function releaseOfSilent(db: Knex, silentMs: number, now: number): Promise<number> {
  return db.transaction(async (trx): Promise<number> => {
    const silent: { id: string }[] = await trx('processes')
      .whereRaw(`seen_at < ${NOW} - ?`, [silentMs])
      .delete()
      .returning('id');
    if (silent.length === 0) return 0;
    return trx('lanes')
      .whereIn('direction', ['IN', 'OUT'])
      .where('due', '>', now)
      .whereIn(
        'owner',
        silent.map(({ id }) => id),
      )
      .update({ due: now });
  });
}
