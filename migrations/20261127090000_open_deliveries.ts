import type { Knex } from 'knex';

/** Deliveries of one conversation are looked for only while they are open, and `deliveries_open` knows those. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => t.dropIndex(['conversation_id']));
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => t.index(['conversation_id']));
}
