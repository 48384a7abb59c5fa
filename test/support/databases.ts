import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { migratedDatabase } from './migrated.js';
import { createScratchDatabase, type ScratchDatabase } from './scratch-database.js';

/** A migrated database of its own, and how to get rid of it. */
export interface TestDatabase {
  database: Database;
  drop(): Promise<void>;
}

export async function openSqliteTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-test-'));
  const file = join(folder, 'test.db');
  await writeFile(file, await migratedDatabase());
  const database = openDatabase({ url: file });
  return {
    database,
    async drop() {
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A fresh PostgreSQL database at the latest version. Only where there is a server: see `inject('postgres')`. */
export function createMigratedDatabase(): Promise<ScratchDatabase> {
  const postgres = inject('postgres');
  if ('skipped' in postgres) throw new Error(postgres.skipped);
  return createScratchDatabase(postgres.url, postgres.migrated);
}

async function openPostgresTestDatabase(): Promise<TestDatabase> {
  const scratch = await createMigratedDatabase();
  const database = openDatabase({ url: scratch.url });
  return {
    database,
    async drop() {
      await database[Symbol.asyncDispose]();
      await scratch.drop();
    },
  };
}

/** The databases to test a server on. PostgreSQL is skipped where there is none. */
export const databaseKinds = () => [
  { name: 'SQLite', skipped: false },
  { name: 'PostgreSQL', skipped: 'skipped' in inject('postgres') },
];

/**
 * Runs the same tests on SQLite, and on PostgreSQL where there is one. A fresh database for each call; `EACH_TEST`: for
 * each test, where one works on all rows there are.
 */
export function eachDatabase(
  title: string,
  tests: (database: () => Database) => void,
  fresh: 'ONCE' | 'EACH_TEST' = 'ONCE',
): void {
  const [before, after] = fresh === 'ONCE' ? [beforeAll, afterAll] : [beforeEach, afterEach];
  const postgres = inject('postgres');
  const kinds = [
    { name: 'SQLite', skipped: null, open: openSqliteTestDatabase },
    {
      name: 'skipped' in postgres ? `PostgreSQL (skipped: ${postgres.skipped})` : 'PostgreSQL',
      skipped: 'skipped' in postgres ? postgres.skipped : null,
      open: openPostgresTestDatabase,
    },
  ];
  for (const kind of kinds) {
    describe.skipIf(kind.skipped !== null)(`${title} on ${kind.name}`, () => {
      let opened: TestDatabase | undefined;
      before(async () => {
        opened = await kind.open();
      });
      after(() => opened?.drop());
      tests(() => {
        if (!opened) throw new Error('the database is opened before the first test');
        return opened.database;
      });
    });
  }
}
