import { AppError, unavailable } from '../../errors.js';
import { COMMIT_QUEUE } from '../../load/limits.js';
import { isFatal, isUnavailable } from '../database/failures.js';
import type { BatchWriter } from './batch-writer.js';
import type { Unit, UnitOutcome, UnitTimes } from './unit.js';

const { maxUnits, maxBytes, backgroundUnits, cyclesRemembered } = COMMIT_QUEUE;
/** Units with urgency NOW in a full batch; more wait for the next one. */
export const NOW_UNITS = maxUnits - backgroundUnits;

/** NOW: a caller waits for it. SOON: it yields its place to those when there are many. */
export type Urgency = 'NOW' | 'SOON';

export interface CommitQueue {
  /**
   * Resolves when the unit is durable (or one of its guards refused it). Rejects when it could not be written; then
   * nothing of it was. UNAVAILABLE after a failure of the disk or the connection: after one of the connection all of it
   * may be stored all the same, for the answer may be what got lost.
   */
  commit(unit: Unit, urgency?: Urgency): Promise<UnitOutcome>;
  /** Units that wait for their transaction. */
  depth(): number;
  /** How long a unit that came NOW would wait for others, in ms: 0 while it finds room in the next batch. */
  waitMs(): number;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
}

export interface CommitQueueDeps {
  write: BatchWriter;
  times(): UnitTimes;
  /** The disk is full or fails: what was acknowledged is safe, nothing more may be. The process has to end. */
  onFatal(error: Error): void;
  /** `cycleMs`: from the beginning of a batch to that of the next, on average. Those it answered have been told. */
  onBatch?(units: number, durationMs: number, cycleMs: number): void;
  /** Milliseconds of a clock that only goes forward; the default is the process's own. */
  monotonicNow?(): number;
}

interface Waiting {
  unit: Unit;
  bytes: number;
  resolve(outcome: UnitOutcome): void;
  reject(error: Error): void;
}

/**
 * Group commit: whatever arrives while one transaction runs goes into the next one, so that many messages share an
 * fsync. Units of one urgency become durable in the order they came, one transaction at a time.
 */
export function createCommitQueue(deps: CommitQueueDeps): CommitQueue {
  const waiting: Record<Urgency, Waiting[]> = { NOW: [], SOON: [] };
  let flushing = false;
  let dead: Error | null = null;
  const idle: (() => void)[] = [];
  const now = deps.monotonicNow ?? (() => performance.now());
  /** Average ms from the start of a batch to that of the next, with the event loop's delay. */
  let cycleMs = 0;

  async function flush(): Promise<void> {
    while (depth() > 0) {
      const batch = takeBatch();
      const begun = now();
      await writeBatch(batch);
      deps.onBatch?.(batch.length, now() - begun, cycleMs);
      await nextTick(); // those who were answered act first: their follow-ups belong to the next batch
      cycleMs += (now() - begun - cycleMs) / cyclesRemembered;
    }
    flushing = false;
    for (const done of idle.splice(0)) done();
  }

  function takeBatch(): Waiting[] {
    const urgent = cut(waiting.NOW, NOW_UNITS);
    return [...urgent, ...cut(waiting.SOON, urgent.length === 0 ? maxUnits : backgroundUnits)];
  }

  async function writeBatch(batch: Waiting[]): Promise<void> {
    if (dead) return rejectAll(batch, dead);
    try {
      const outcomes = await deps.write(
        batch.map(({ unit }) => unit),
        deps.times(),
      );
      batch.forEach((entry, index) => {
        const outcome = outcomes[index];
        if (outcome) entry.resolve(outcome);
        else entry.reject(new Error('a unit was written without an outcome'));
      });
    } catch (error) {
      const cause = toError(error);
      if (isFatal(cause)) return die(cause, batch);
      // Writing what may be written already would count it twice, and each part would wait as long for no answer.
      if (isUnavailable(cause)) return rejectAll(batch, away(cause));
      if (batch.length === 1) return rejectAll(batch, cause);
      // One unit spoils its batch (a constraint, a value the database refuses): the others must not pay for it.
      const middle = Math.ceil(batch.length / 2);
      await writeBatch(batch.slice(0, middle));
      await writeBatch(batch.slice(middle));
    }
  }

  function die(cause: Error, batch: Waiting[]): void {
    dead = stopping(cause);
    rejectAll([...batch, ...waiting.NOW.splice(0), ...waiting.SOON.splice(0)], dead);
    deps.onFatal(cause);
  }

  const depth = () => waiting.NOW.length + waiting.SOON.length;

  return {
    commit(unit, urgency = 'NOW') {
      if (dead) return Promise.reject(dead);
      return new Promise((resolve, reject) => {
        waiting[urgency].push({ unit, bytes: sizeOf(unit), resolve, reject });
        if (flushing) return;
        flushing = true;
        setImmediate(() => void flush()); // flush never rejects: every failure belongs to a unit
      });
    },
    depth,
    waitMs: () => waitMsFor(waiting.NOW.length, cycleMs),
    drained: () => (flushing ? new Promise<void>((resolve) => idle.push(resolve)) : Promise.resolve()),
  };
}

/** Takes from the front of the queue at least one unit, at most what a batch may have. */
function cut(queue: Waiting[], most: number): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const entry of queue) {
    bytes += entry.bytes;
    if (count > 0 && (count >= most || bytes > maxBytes)) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function rejectAll(entries: readonly Waiting[], reason: Error): void {
  for (const entry of entries) entry.reject(reason);
}

/** How long `waiting` units that came NOW make the next one wait. */
export const waitMsFor = (waiting: number, cycleMs: number): number => Math.floor(waiting / NOW_UNITS) * cycleMs;

export const stopping = (cause?: Error): AppError =>
  unavailable('STORE_FAILED', 'The server cannot store messages any more and is stopping.', { cause });

export const away = (cause: Error): AppError =>
  cause instanceof AppError
    ? cause
    : unavailable('DATABASE_AWAY', 'The database does not answer just now; try again.', { cause });

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
