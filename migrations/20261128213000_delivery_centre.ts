import type { Knex } from 'knex';

/**
 * What was sent and answered in an attempt that did not deliver, endpoints that somebody has paused, and an index of the
 * deliveries that no turn leads to.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('delivery_attempts', (t) => {
    t.text('exchange').nullable();
  });
  await knex.schema.alterTable('endpoints', (t) => {
    t.bigInteger('paused_at').nullable();
    t.string('paused_by').nullable();
  });
  await knex.schema.raw('create index deliveries_proactive on deliveries (conversation_id) where turn_id is null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.raw('drop index deliveries_proactive');
  await knex.schema.raw('alter table endpoints drop column paused_by');
  await knex.schema.raw('alter table endpoints drop column paused_at');
  await knex.schema.raw('alter table delivery_attempts drop column exchange');
}
