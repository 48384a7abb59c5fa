import type { Knex } from 'knex';

/** The number of users of a day, kept after retention removes their ids. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('channel_metrics', (t) => t.integer('users').notNullable().defaultTo(0));
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('channel_metrics', (t) => t.dropColumn('users'));
}
