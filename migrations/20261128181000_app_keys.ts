import type { Knex } from 'knex';

const COLUMNS = ['public_keys', 'jwks_url', 'token_encryption', 'decryption_keys'];

/** Apps whose callers sign with a key of their own, and whose tokens may be encrypted for this server. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('apps', (t) => {
    t.text('public_keys').notNullable().defaultTo('[]'); // a JSON list of PEM
    t.text('jwks_url').nullable();
    t.string('token_encryption').notNullable().defaultTo('NONE');
    t.text('decryption_keys').notNullable().defaultTo('[]'); // JSON, the private keys sealed in it
  });
}

export async function down(knex: Knex): Promise<void> {
  // In SQL: knex would make the table anew on SQLite, which rows of others refer to.
  for (const column of COLUMNS) await knex.raw('alter table apps drop column ??', [column]);
}
