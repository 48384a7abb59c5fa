import type { Knex } from 'knex';

/** Administrative scopes of apps: what their tokens are good for at the management API. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('apps', (t) => {
    t.text('scopes').notNullable().defaultTo('[]'); // JSON: asked for and granted, each with who and when
  });
}

export async function down(knex: Knex): Promise<void> {
  // In SQL: knex would make the table anew on SQLite, which rows of others refer to.
  await knex.raw('alter table apps drop column scopes');
}
