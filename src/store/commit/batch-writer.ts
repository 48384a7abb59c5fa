import type { Knex } from 'knex';
import type { Dialect } from '../database/database.js';
import { codeOf } from '../database/failures.js';
import { inBatchTransaction } from '../database/statements.js';
import type { LaneStore } from '../tables/lanes.js';
import { type Unit, type UnitOutcome, type UnitTimes, unitWriter } from './unit.js';

/** Writes units in one transaction. Gives their outcomes in their order; after a failure nothing of them is written. */
export type BatchWriter = (units: readonly Unit[], times: UnitTimes) => Promise<UnitOutcome[]>;

const SERIALIZATION_RETRIES = 3;

export function batchWriter(db: Knex, dialect: Dialect, lanes: LaneStore): BatchWriter {
  const write = unitWriter(dialect, lanes);
  return async (units, times) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inBatchTransaction(db, (trx) => write(trx, units, times));
      } catch (error) {
        if (attempt > SERIALIZATION_RETRIES || !isSerializationFailure(error)) throw error;
      }
    }
  };
}

/** deadlock_detected, serialization_failure (PostgreSQL, appendix A). */
const isSerializationFailure = (error: unknown): boolean => ['40P01', '40001'].includes(codeOf(error));
