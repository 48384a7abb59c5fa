import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The PostgreSQL of this run, or why there is none: `inject('postgres')`. */
    postgres: { url: string } | { skipped: string };
  }
}

/** One PostgreSQL for the whole run; each test file makes its own databases in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  if ('skipped' in postgres) {
    process.stderr.write(`Tests on PostgreSQL are skipped: ${postgres.skipped}\n`);
    project.provide('postgres', { skipped: postgres.skipped });
    return async () => {};
  }
  project.provide('postgres', { url: postgres.url });
  return () => postgres.stop();
}
