import type { TestProject } from 'vitest/node';
import { migrationSource } from '../../migrations/index.js';
import { openDatabase } from '../../src/store/database/database.js';
import { migrate } from '../../src/store/database/migrate.js';
import { startPostgres } from './postgres.js';
import { createScratchDatabase } from './scratch-database.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * The PostgreSQL of this run, or why there is none: `inject('postgres')`. `migrated` is the name of an empty database
     * at the latest version, to be copied: migrating takes longer than most tests.
     */
    postgres: { url: string; migrated: string } | { skipped: string };
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
  const migrated = await createScratchDatabase(postgres.url);
  const database = openDatabase({ url: migrated.url });
  await migrate(database.write, migrationSource);
  await database[Symbol.asyncDispose](); // what has connections cannot be copied
  project.provide('postgres', { url: postgres.url, migrated: new URL(migrated.url).pathname.slice(1) });
  return async () => {
    await migrated.drop();
    await postgres.stop();
  };
}
