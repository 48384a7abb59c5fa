import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { migrate } from '../../src/store/database/migrate.js';
import { migratedDatabase } from './migrated.js';
import { createScratchDatabase } from './scratch-database.js';

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

async function openPostgresTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const scratch = await createScratchDatabase(serverUrl);
  const database = openDatabase({ url: scratch.url });
  await migrate(database.write, migrationSource);
  return {
    database,
    async drop() {
      await database[Symbol.asyncDispose]();
      await scratch.drop();
    },
  };
}

/** Runs the same tests on SQLite, and on PostgreSQL where there is one. A fresh database for each call. */
export function eachDatabase(title: string, tests: (database: () => Database) => void): void {
  const postgres = inject('postgres');
  const kinds = [
    { name: 'SQLite', skipped: null, open: openSqliteTestDatabase },
    {
      name: 'skipped' in postgres ? `PostgreSQL (skipped: ${postgres.skipped})` : 'PostgreSQL',
      skipped: 'skipped' in postgres ? postgres.skipped : null,
      open: () => openPostgresTestDatabase('url' in postgres ? postgres.url : ''),
    },
  ];
  for (const kind of kinds) {
    describe.skipIf(kind.skipped !== null)(`${title} on ${kind.name}`, () => {
      let opened: TestDatabase | undefined;
      beforeAll(async () => {
        opened = await kind.open();
      });
      afterAll(() => opened?.drop());
      tests(() => {
        if (!opened) throw new Error('the database is opened before the first test');
        return opened.database;
      });
    });
  }
}
