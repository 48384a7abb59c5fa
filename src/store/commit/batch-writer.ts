import { setTimeout as delay } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Dialect } from '../database/database.js';
import { codeOf } from '../database/failures.js';
import { inBatchTransaction } from '../database/statements.js';
import type { LaneStore } from '../tables/lanes.js';
import { functionWriter } from './function-writer.js';
import type { Unit, UnitOutcome, UnitTimes } from './unit.js';
import { createWriterMemory, unitWriter } from './unit-writer.js';

/** Writes units in one transaction. Gives their outcomes in their order; after a failure nothing of them is written. */
export type BatchWriter = (units: readonly Unit[], times: UnitTimes) => Promise<UnitOutcome[]>;

/** Waits before a batch that met another process's locks is written again, in milliseconds; after the last it fails. */
const RETRY_WAITS_MS = [10, 50, 200] as const;

export function batchWriter(db: Knex, dialect: Dialect, lanes: LaneStore): BatchWriter {
  const memory = createWriterMemory();
  const write = unitWriter(dialect, lanes, memory);
  const call = dialect === 'postgres' ? functionWriter(db, lanes, memory) : null;
  return async (units, times) => {
    for (let tries = 0; ; tries += 1) {
      try {
        const outcomes = await call?.(units, times);
        return outcomes ?? (await inBatchTransaction(db, (trx) => write(trx, units, times)));
      } catch (error) {
        const waitMs = RETRY_WAITS_MS[tries];
        if (waitMs === undefined || !isSerializationFailure(error)) throw error;
        // Up to half as long again, by chance: those who met each other do not meet again.
        await delay(waitMs * (1 + Math.random() / 2));
      }
    }
  };
}

/** deadlock_detected, serialization_failure (PostgreSQL, appendix A). */
const isSerializationFailure = (error: unknown): boolean => ['40P01', '40001'].includes(codeOf(error));
