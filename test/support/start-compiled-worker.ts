import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Stands in for src/start-worker.ts in tests: starts the thread of the bundle, as production does. */
export function startWorker(module: URL, options: WorkerOptions = {}): Worker {
  const bundled = new URL(`../../dist/bundle/server/${module.pathname.split('/').at(-1)}`, import.meta.url);
  return new Worker(bundled, { ...options, env: {} });
}
