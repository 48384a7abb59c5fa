import { once } from 'node:events';
import type { Knex } from 'knex';
import { startWorker } from '../../start-worker.js';
import { COMMIT_THREAD_LOST } from '../database/failures.js';
import {
  isConnectionAwaited,
  releaseConnection,
  type TakenConnection,
  takeConnection,
} from '../database/knex-internals.js';
import type { Direction } from '../tables/lanes.js';
import {
  away,
  type CommitQueue,
  type CommitQueueDeps,
  NOW_UNITS,
  stopping,
  type Urgency,
  waitMsFor,
} from './commit-queue.js';
import type { Unit, UnitOutcome, UnitTimes } from './unit.js';

export interface CommitThreadSetup {
  databaseFile: string;
  /** Owner of the lanes leased by this process. */
  owner: string;
  directions: readonly Direction[];
}

/** Units of a round of the event loop, as JSON text, which it is done with sooner than with a copy of the objects. */
export type ToCommitThread = { round: string } | 'close';

export interface Round {
  units: readonly NumberedUnit[];
  times: UnitTimes;
}

type NumberedUnit = [number: number, urgency: Urgency, unit: Unit];

/** What became of a batch. */
export interface FromCommitThread {
  answers: [number: number, UnitOutcome | Failure][];
  durationMs: number;
  cycleMs: number;
  fatal?: Failure;
}

export interface Failure {
  message: string;
  code: string;
}

export interface CommitThread extends CommitQueue {
  close(): Promise<void>;
}

export interface CommitThreadDeps extends Pick<CommitQueueDeps, 'times' | 'onFatal' | 'onBatch'> {
  /** The connection over which everybody else writes. */
  write: Knex;
}

interface Waiting {
  urgency: Urgency;
  resolve(outcome: UnitOutcome): void;
  reject(error: Error): void;
}

/**
 * The commit queue of a SQLite database, in a thread of its own. A transaction is half a dozen ways to the disk and back;
 * here none of them waits until the event loop is done with the messages that came in meanwhile, and the next transaction
 * begins at once, with all that has come by then.
 */
export function startCommitThread(deps: CommitThreadDeps, setup: CommitThreadSetup): CommitThread {
  const worker = startWorker(new URL('./commit-worker.js', import.meta.url), { workerData: setup });
  const writerSlot = createWriterSlot(deps.write);
  const waiting = new Map<number, Waiting>();
  const count: Record<Urgency, number> = { NOW: 0, SOON: 0 };
  let lastNumber = 0;
  let round: NumberedUnit[] = [];
  let inThread = 0;
  let forwarding = false;
  let cycleMs = 0;
  let ended: Error | null = null;
  const whenEmpty: (() => void)[] = [];
  const whenIdle: (() => void)[] = [];

  worker.on('message', (batch: FromCommitThread) => {
    ({ cycleMs } = batch);
    for (const [number, answer] of batch.answers) settle(number, answer);
    deps.onBatch?.(batch.answers.length, batch.durationMs, cycleMs);
    if (batch.fatal) end(errorOf(batch.fatal));
    inThread -= batch.answers.length;
    if (inThread === 0) emptied();
  });
  worker.on('error', (error) => end(lost(`the commit thread failed: ${error.message}`)));
  worker.on('exit', () => end(lost('the commit thread has ended')));

  function settle(number: number, answer: UnitOutcome | Failure | Error): void {
    const unit = waiting.get(number);
    if (!unit) return;
    waiting.delete(number);
    count[unit.urgency] -= 1;
    if (answer instanceof Error) unit.reject(answer);
    else if ('status' in answer) unit.resolve(answer);
    else unit.reject(errorOf(answer));
    if (waiting.size === 0) for (const done of whenIdle.splice(0)) done();
  }

  function emptied(): void {
    for (const go of whenEmpty.splice(0)) go();
    if (!forwarding) writerSlot.leave();
  }

  function end(cause: Error): void {
    if (ended) return;
    ended = stopping(cause);
    for (const number of [...waiting.keys()]) settle(number, ended);
    emptied();
    deps.onFatal(cause);
  }

  async function forward(): Promise<void> {
    while (round.length > 0) {
      if (writerSlot.isWanted()) {
        if (inThread > 0) await new Promise<void>((resolve) => whenEmpty.push(resolve));
        writerSlot.leave();
      }
      const failure = await writerSlot.take().then(() => ended, away);
      const units = round;
      round = [];
      if (failure) for (const [number] of units) settle(number, failure);
      else {
        inThread += units.length;
        worker.postMessage({
          round: JSON.stringify({ units, times: deps.times() } satisfies Round),
        } satisfies ToCommitThread);
      }
    }
    forwarding = false;
    if (inThread === 0) writerSlot.leave();
  }

  return {
    commit(unit, urgency = 'NOW') {
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        lastNumber += 1;
        waiting.set(lastNumber, { urgency, resolve, reject });
        count[urgency] += 1;
        round.push([lastNumber, urgency, unit]);
        if (forwarding) return;
        forwarding = true;
        setImmediate(() => void forward()); // never rejects: every failure belongs to a unit
      });
    },
    depth: () => waiting.size,
    waitMs: () => waitMsFor(Math.max(0, count.NOW - NOW_UNITS), cycleMs), // one batch is being written
    drained: () => (waiting.size > 0 ? new Promise<void>((resolve) => whenIdle.push(resolve)) : Promise.resolve()),
    async close() {
      if (ended) return;
      ended = stopping();
      const exit = once(worker, 'exit');
      worker.postMessage('close' satisfies ToCommitThread);
      await exit;
    },
  };
}

/**
 * The right to write to SQLite, which has one writer: the connection over which everything else in this process writes.
 * While the thread holds it, the others wait in the pool's queue instead of trying again and again.
 */
function createWriterSlot(write: Knex) {
  let held: TakenConnection | null = null;
  return {
    async take(): Promise<void> {
      held ??= await takeConnection(write);
    },
    isWanted: (): boolean => isConnectionAwaited(write),
    leave(): void {
      if (held === null) return;
      releaseConnection(write, held);
      held = null;
    },
  };
}

const lost = (message: string): Error => Object.assign(new Error(message), { code: COMMIT_THREAD_LOST });

const errorOf = ({ message, code }: Failure): Error =>
  code === 'UNAVAILABLE' ? away(new Error(message)) : Object.assign(new Error(message), { code });
