import type { Knex } from 'knex';
import type { Db } from '../database/database.js';
import { isSqlite } from '../database/knex-internals.js';
import { OPEN_WORK } from './lanes.js';
import { pgJson } from './turns.js';

/** Turns, and proactive messages, of some conversations up to which their deliveries are found by them. */
const FEW = 5_000;

/** Whether the deliveries of these conversations are few enough to be found one by one. */
export async function areFew(db: Db, conversationIds: readonly string[]): Promise<boolean> {
  const some = (table: string, narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder) =>
    db
      .from(
        narrow(
          db(table)
            .select('conversation_id')
            .whereIn('conversation_id', [...conversationIds]),
        )
          .limit(FEW + 1)
          .as('some'),
      )
      .count<{ count: number }[]>({ count: '*' });
  const counts = await Promise.all([
    some('turns', (query) => query),
    some('deliveries', (query) => query.whereNull('turn_id')),
  ]);
  return counts.every(([row]) => Number(row?.count ?? 0) <= FEW);
}

/**
 * The ids of the deliveries of conversations, without an index over them, which every callback would pay for: a turn names its
 * messages (turn/turn-callbacks.ts), proactive ones have an index of their own, and so have those that are open.
 */
export function deliveryIdsOf(db: Db, conversationIds: readonly string[]): Knex.QueryBuilder {
  const own = () =>
    db('deliveries')
      .select('id')
      .whereIn('conversation_id', [...conversationIds]);
  const said = db
    .from(db.raw(isSqlite(db) ? SAID.sqlite : SAID.postgres))
    .select('said.id')
    .whereIn('turns.conversation_id', [...conversationIds]);
  return db.union([said, own().whereNull('turn_id'), own().whereRaw(OPEN_WORK.OUT)]);
}

/**
 * A range of ids where texts are ordered by their bytes; else one id for each reply, and one for the end of the task: as an array,
 * since PostgreSQL takes any series for a thousand rows, and would rather read all deliveries than look so many up.
 */
const SAID = {
  sqlite: `turns cross join deliveries as said on said.id > 'ms-' || substr(turns.id, 4) || '-'
    and said.id < 'ms-' || substr(turns.id, 4) || '.'`,
  postgres: `turns cross join lateral (select deliveries.id from deliveries where deliveries.id = any (array(
    select 'ms-' || substr(turns.id, 4) || '-' || place
    from generate_series(0, coalesce(json_array_length(${pgJson('turns.replies')}), 0)) as place))) as said`,
};
