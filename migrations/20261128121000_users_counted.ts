import type { Knex } from 'knex';

/** How many users a day had, once retention has removed who they were. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('channel_metrics', (t) => t.integer('users').notNullable().defaultTo(0));
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('channel_metrics', (t) => t.dropColumn('users'));
}
