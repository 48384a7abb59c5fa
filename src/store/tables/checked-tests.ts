import type { Db } from '../database/database.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';

export type TestOutcome = 'PASSED' | 'FAILED' | 'UNKNOWN';

const checkedTests = table(
  'checked_tests',
  {
    jobId: text(),
    testId: text(),
    /** The step that tells, from 0; of a test that passes, its last. */
    step: number,
    outcome: text<TestOutcome>(),
    /** Null for bots without nodes, and where none is to blame. */
    node: nullable(text()),
    message: nullable(text()),
    /** What was expected, and what would be, sealed; null where it passes. */
    detail: nullable(text()),
  },
  { wide: true },
);
/** How a candidate passes a test of its bot. It goes with the test, and with the check. */
export type CheckedTestRecord = RecordOf<typeof checkedTests>;

export const insertCheckedTests = (trx: Db, rows: readonly CheckedTestRecord[]) => checkedTests.insert(trx, rows);

export const removeCheckedTests = (trx: Db, jobId: string) => trx('checked_tests').where({ job_id: jobId }).delete();

const WORST_FIRST = "case outcome when 'FAILED' then 0 when 'UNKNOWN' then 1 else 2 end, test_id, step";

/** Failed ones first. */
export const checkedTestsOf = (db: Db, jobId: string, limit: number) =>
  checkedTests.rows(db, (query) => query.where('checked_tests.job_id', jobId).orderByRaw(WORST_FIRST).limit(limit));
