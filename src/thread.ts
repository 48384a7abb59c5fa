import type { TransferListItem, Worker, WorkerOptions } from 'node:worker_threads';
import { unavailable } from './errors.js';
import { startWorker } from './start-worker.js';

/** A worker's answer: a result or an error. */
export type ThreadAnswer<T> = { id: number; result: T } | { id: number; error: string };

export interface Thread<Work, Result> extends AsyncDisposable {
  /** Runs the work. Rejects with the worker's error; with UNAVAILABLE when its thread ends or is closed. */
  run(work: Work, transfer?: readonly TransferListItem[]): Promise<Result>;
  close(): Promise<void>;
}

/**
 * A worker thread that is given `{ id, work }` and posts a ThreadAnswer. It starts with the first work, again after it
 * has ended, and keeps the process alive only while it works.
 */
export function createThread<Work, Result>(module: URL, options?: WorkerOptions): Thread<Work, Result> {
  let worker: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, { resolve(result: Result): void; reject(error: Error): void }>();

  const fail = (error: Error): void => {
    worker = null;
    const ended = unavailable('THREADS_BUSY', 'This could not be done just now; try again.', { cause: error });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = startWorker(module, options);
    started.on('message', (answer: ThreadAnswer<Result>) => {
      const pending = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      if ('result' in answer) pending?.resolve(answer.result);
      else pending?.reject(new Error(answer.error));
    });
    started.on('error', (error) => worker === started && fail(error));
    started.on('exit', () => worker === started && fail(new Error('The thread has ended.')));
    return started;
  };
  const close = async (): Promise<void> => {
    const running = worker;
    fail(new Error('The thread is closed.'));
    await running?.terminate();
  };
  return {
    run(work, transfer = []) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker ??= start();
        worker.ref();
        worker.postMessage({ id, work }, transfer);
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
