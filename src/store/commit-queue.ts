import type { Knex } from 'knex';
import { AppError } from '../errors.js';
import { codeOf } from './failures.js';
import type { Unit, UnitOutcome, UnitTimes } from './unit.js';

/** A batch ends at whichever comes first. */
const MAX_UNITS = 256;
const MAX_BYTES = 1024 * 1024;
const SERIALIZATION_RETRIES = 3;

export interface CommitQueue {
  /**
   * Resolves when the unit is durable (or one of its guards refused it). Rejects when it could not be written; then
   * nothing of it was. UNAVAILABLE after a failure of the disk or the connection.
   */
  commit(unit: Unit): Promise<UnitOutcome>;
  /** Units that wait for their transaction. */
  depth(): number;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
}

export interface CommitQueueDeps {
  db: Knex;
  write(trx: Knex.Transaction, units: readonly Unit[], times: UnitTimes): Promise<UnitOutcome[]>;
  times(): UnitTimes;
  /** The disk is full or fails: what was acknowledged is safe, nothing more may be. The process has to end. */
  onFatal(error: Error): void;
  onBatch?(units: number, durationMs: number): void;
}

interface Waiting {
  unit: Unit;
  bytes: number;
  resolve(outcome: UnitOutcome): void;
  reject(error: Error): void;
}

/**
 * Group commit: whatever arrives while one transaction runs goes into the next one, so that many messages share an
 * fsync. Units become durable in the order they came, one transaction at a time.
 */
export function createCommitQueue(deps: CommitQueueDeps): CommitQueue {
  let waiting: Waiting[] = [];
  let flushing = false;
  let dead: Error | null = null;
  const idle: (() => void)[] = [];

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = takeBatch();
      const begun = performance.now();
      await writeBatch(batch);
      deps.onBatch?.(batch.length, performance.now() - begun);
      await nextTick(); // those who were answered act first: their follow-ups belong to the next batch
    }
    flushing = false;
    for (const done of idle.splice(0)) done();
  }

  function takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const entry of waiting) {
      bytes += entry.bytes;
      if (count > 0 && (count >= MAX_UNITS || bytes > MAX_BYTES)) break;
      count += 1;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  }

  async function writeBatch(batch: Waiting[]): Promise<void> {
    try {
      const outcomes = await transact(batch);
      batch.forEach((entry, index) => {
        const outcome = outcomes[index];
        if (outcome) entry.resolve(outcome);
        else entry.reject(new Error('a unit was written without an outcome'));
      });
    } catch (error) {
      const cause = toError(error);
      if (isFatal(cause)) return die(cause, batch);
      const [first] = batch;
      if (batch.length === 1 && first) return first.reject(cause);
      // One unit spoils its batch (a constraint, a value the database refuses): the others must not pay for it.
      for (const entry of batch) await writeBatch([entry]);
    }
  }

  async function transact(batch: Waiting[]): Promise<UnitOutcome[]> {
    const units = batch.map((entry) => entry.unit);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await deps.db.transaction((trx) => deps.write(trx, units, deps.times()));
      } catch (error) {
        if (attempt > SERIALIZATION_RETRIES || !isSerializationFailure(error)) throw error;
      }
    }
  }

  function die(cause: Error, batch: Waiting[]): void {
    dead = new AppError('UNAVAILABLE', 'The server cannot store messages any more and is stopping.', { cause });
    for (const entry of [...batch, ...waiting.splice(0)]) entry.reject(dead);
    deps.onFatal(cause);
  }

  return {
    commit(unit) {
      if (dead) return Promise.reject(dead);
      return new Promise((resolve, reject) => {
        waiting.push({ unit, bytes: sizeOf(unit), resolve, reject });
        if (flushing) return;
        flushing = true;
        setImmediate(() => void flush()); // flush never rejects: every failure belongs to a unit
      });
    },
    depth: () => waiting.length,
    drained: () => (flushing ? new Promise<void>((resolve) => idle.push(resolve)) : Promise.resolve()),
  };
}

const nextTick = () => new Promise<void>((resolve) => setImmediate(resolve));

function sizeOf(unit: Unit): number {
  let bytes = 512;
  if (unit.turn) bytes += unit.turn.input.length + (unit.turn.replies?.length ?? 0);
  if (unit.progress) bytes += unit.progress.replies?.length ?? 0;
  if (unit.session) bytes += unit.session.state.length;
  for (const delivery of unit.deliveries ?? []) bytes += delivery.payload.length;
  return bytes;
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** SQLite result codes after which the file's state on disk is in doubt (sqlite.org/rescode.html). */
const FATAL = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
]);
const isFatal = (error: Error): boolean => FATAL.has(codeOf(error));

/** deadlock_detected, serialization_failure (PostgreSQL, appendix A). */
const isSerializationFailure = (error: unknown): boolean => ['40P01', '40001'].includes(codeOf(error));
