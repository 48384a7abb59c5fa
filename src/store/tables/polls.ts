import type { Db, Dialect } from '../database/database.js';
import { type RowWrite, recordSource } from '../database/row-source.js';
import { flag, number, type RecordOf, table, text } from '../database/table.js';

const polls = table('polls', {
  id: text(),
  /** How many of the turn's replies had been told with this answer, those of earlier answers included. */
  upto: number,
  /** The turn was over: nothing follows. */
  final: flag,
  answeredAt: number,
});
/** The answer to a poll id, kept for a while so that one lost on its way can be fetched again. */
export type PollAnswer = RecordOf<typeof polls>;

export const findPoll = (db: Db, id: string): Promise<PollAnswer | null> =>
  polls.row(db, (query) => query.where('polls.id', id));

/** Notes what polls were answered. The first answer of an id stands. */
export function pollAnswers(dialect: Dialect): RowWrite<PollAnswer> {
  const source = recordSource<PollAnswer>(dialect, { id: 'text', upto: 'int', final: 'bool', answeredAt: 'int' });
  const sql = `insert into polls (id, upto, final, answered_at)
    select id, upto, final, answered_at from ${source.from} where true on conflict (id) do nothing`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}
