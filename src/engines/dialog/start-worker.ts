import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread from a module beside another: `file` without its ending. Compiled it is a .js file; under test
 * and tsx it is the source, which tsx must load. The thread gets no environment variables.
 */
export function startWorker(file: string, importer: string, options: WorkerOptions = {}): Worker {
  const bare = { ...options, env: {} };
  if (!importer.endsWith('.ts')) return new Worker(new URL(`${file}.js`, importer), bare);
  const url = JSON.stringify(new URL(`${file}.ts`, importer).href);
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import(${url}); })`;
  return new Worker(source, { ...bare, eval: true });
}
