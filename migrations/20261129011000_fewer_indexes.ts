import type { Knex } from 'knex';

/**
 * Indexes that others can stand in for: of the deliveries of an account that by status, merged; of lanes that of those with
 * open work. Turns of one time of a conversation are sorted by their ids when they are found. Tables in the order in which
 * commits lock them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('lanes', (t) => t.dropIndex(['channel_id']));
  await knex.schema.alterTable('turns', (t) => {
    t.index(['conversation_id', 'created_at']);
    t.dropIndex(['conversation_id', 'created_at', 'id']);
  });
  await knex.schema.alterTable('deliveries', (t) => t.dropIndex(['account_id', 'created_at', 'id']));
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('lanes', (t) => t.index(['channel_id']));
  await knex.schema.alterTable('turns', (t) => {
    t.index(['conversation_id', 'created_at', 'id']);
    t.dropIndex(['conversation_id', 'created_at']);
  });
  await knex.schema.alterTable('deliveries', (t) => t.index(['account_id', 'created_at', 'id']));
}
