import type { Knex } from 'knex';
import { expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/store/database/database.js';
import { migrateDatabase } from '../../src/store/database/migrate.js';
import { createScratchDatabase } from '../support/scratch-database.js';

const postgres = inject('postgres');

it.skipIf('skipped' in postgres)(
  'a migration of PostgreSQL may take longer than any time limit of the URL and of the sessions',
  async () => {
    const scratch = await createScratchDatabase('url' in postgres ? postgres.url : '');
    const url = `${scratch.url}?application_name=long&query_timeout=300&statement_timeout=250&idle_in_transaction_session_timeout=200`;
    const source = {
      getMigrations: async () => ['slow'],
      getMigrationName: (name: string) => name,
      getMigration: async () => ({
        async up(knex: Knex) {
          await knex.schema.createTable('slow', (t) => t.integer('id'));
          await knex.raw('select pg_sleep(0.6)');
          await new Promise((resolve) => setTimeout(resolve, 400)); // the transaction is idle meanwhile
          await knex('slow').insert({ id: 1 });
        },
        async down() {},
      }),
    };
    const database = openDatabase({ url });
    try {
      expect(await migrateDatabase(database, url, source)).toEqual(['slow']);
      expect(await database.read('slow').pluck('id')).toEqual([1]);
      const [limits] = (await database.read.raw('show statement_timeout')).rows;
      expect(limits).toEqual({ statement_timeout: '250ms' });
    } finally {
      await database[Symbol.asyncDispose]();
      await scratch.drop();
    }
  },
);
