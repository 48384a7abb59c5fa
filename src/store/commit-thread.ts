import { once } from 'node:events';
import type { Knex } from 'knex';
import { startWorker } from '../start-worker.js';
import type { BatchWriter } from './batch-writer.js';
import { COMMIT_THREAD_LOST } from './failures.js';
import type { Direction } from './lanes.js';
import type { Unit, UnitOutcome, UnitTimes } from './unit.js';

export interface CommitThreadSetup {
  databaseFile: string;
  /** Of the lanes that are leased here. */
  owner: string;
  works: readonly Direction[];
}

/** A batch as JSON text, which the event loop is done with sooner than with a copy of the objects. */
export type ToCommitThread = { batch: string } | 'close';

export interface Batch {
  units: readonly Unit[];
  times: UnitTimes;
}

export type FromCommitThread = { outcomes: UnitOutcome[] } | { failure: { message: string; code: string } };

export interface CommitThread {
  /** One batch at a time. Fails with the driver's code, or with COMMIT_THREAD_LOST. */
  write: BatchWriter;
  close(): Promise<void>;
}

/**
 * Writes the batches of a SQLite database in a thread of its own. A transaction is half a dozen ways to the disk and
 * back; here none of them waits until the event loop is done with the messages that came in meanwhile.
 */
export function startCommitThread(write: Knex, setup: CommitThreadSetup): CommitThread {
  const worker = startWorker(new URL('./commit-worker.js', import.meta.url), { workerData: setup });
  let answer: ((message: FromCommitThread) => void) | null = null;
  let lost: string | null = null;
  const settle = (message: FromCommitThread): void => {
    answer?.(message);
    answer = null;
  };
  const lose = (reason: string): void => {
    lost ??= reason;
    settle({ failure: { message: lost, code: COMMIT_THREAD_LOST } });
  };
  worker.on('message', settle);
  worker.on('error', (error) => lose(`the commit thread failed: ${error.message}`));
  worker.on('exit', () => lose('the commit thread has ended'));

  return {
    async write(units, times) {
      // SQLite has one writer. Whoever else writes does it over this connection, and waits for it in a queue instead of
      // trying again and again.
      const connection: unknown = await write.client.acquireConnection();
      try {
        const message = await new Promise<FromCommitThread>((resolve) => {
          answer = resolve;
          if (lost === null)
            worker.postMessage({ batch: JSON.stringify({ units, times } satisfies Batch) } satisfies ToCommitThread);
          else lose(lost);
        });
        if ('outcomes' in message) return message.outcomes;
        throw Object.assign(new Error(message.failure.message), { code: message.failure.code });
      } finally {
        await write.client.releaseConnection(connection);
      }
    },
    async close() {
      if (lost !== null) return;
      const ended = once(worker, 'exit');
      worker.postMessage('close' satisfies ToCommitThread);
      await ended;
    },
  };
}
