import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread from a compiled module (`new URL('./x.js', import.meta.url)`). Under test and tsx there is only
 * its source, which tsx must load. The thread gets no environment variables.
 */
export function startWorker(module: URL, options: WorkerOptions = {}): Worker {
  const bare = { ...options, env: {} };
  if (!import.meta.url.endsWith('.ts')) return new Worker(module, bare);
  const source = JSON.stringify(module.href.replace(/\.js$/, '.ts'));
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(load, { ...bare, eval: true });
}
