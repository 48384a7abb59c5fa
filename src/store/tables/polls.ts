import type { Db, Dialect } from '../database/database.js';
import { rowSource, writeRows } from '../database/row-source.js';
import type { Statements } from '../database/statements.js';
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

export function pollStore(dialect: Dialect) {
  const source = rowSource(dialect, { id: 'text', upto: 'int', final: 'bool', answered_at: 'int' });
  const sql = `insert into polls (id, upto, final, answered_at)
    select id, upto, final, answered_at from ${source.from} where true on conflict (id) do nothing`;
  return {
    /** The first answer of an id stands. */
    async answer(trx: Statements, answers: PollAnswer[]): Promise<void> {
      const cells = answers.map((a) => [a.id, a.upto, a.final, a.answeredAt]);
      await writeRows(trx, source, sql, cells);
    },
  };
}
