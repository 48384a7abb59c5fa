import type { Db, Dialect } from '../database/database.js';
import { rowSource, writeRows } from '../database/row-source.js';
import { type Cell, statementsOn } from '../database/statements.js';
import { number, type RecordOf, table, text } from '../database/table.js';

const replayItems = table('replay_items', {
  jobId: text(),
  conversationId: text(),
  /** The number under which the delivery was found. Under another, somebody else has sent it again. */
  seq: number,
  deliveryId: text(),
});
/** A delivery that a replay has found and not sent yet. */
export type ReplayItem = RecordOf<typeof replayItems>;

export function replayItemStore(dialect: Dialect) {
  const source = rowSource(dialect, { job_id: 'text', conversation_id: 'text', seq: 'int', delivery_id: 'text' });
  const insertSql = `insert into replay_items (job_id, conversation_id, seq, delivery_id)
    select job_id, conversation_id, seq, delivery_id from ${source.from} where true`;
  const removeSql = `delete from replay_items where (job_id, conversation_id, seq, delivery_id) in
    (select job_id, conversation_id, seq, delivery_id from ${source.from})`;
  const cells = (items: readonly ReplayItem[]) =>
    items.map((item): Cell[] => [item.jobId, item.conversationId, item.seq, item.deliveryId]);

  return {
    insert: (trx: Db, items: readonly ReplayItem[]) => writeRows(statementsOn(trx), source, insertSql, cells(items)),
    remove: (trx: Db, items: readonly ReplayItem[]) => writeRows(statementsOn(trx), source, removeSql, cells(items)),
  };
}

/** What is left of a replay: conversation by conversation, in the order of each. */
export const nextReplayItems = (db: Db, jobId: string, limit: number): Promise<ReplayItem[]> =>
  replayItems.rows(db, (query) =>
    query
      .where('replay_items.job_id', jobId)
      .orderBy(['replay_items.conversation_id', 'replay_items.seq', 'replay_items.delivery_id'])
      .limit(limit),
  );
