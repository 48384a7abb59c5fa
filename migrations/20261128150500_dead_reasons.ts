import type { Knex } from 'knex';

/** A dead letter says why; lanes that rest are found by their channel. Nothing of it is written while all goes well. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => t.string('dead_reason').nullable());
  await knex.schema.raw(
    "create index lanes_resting on lanes (channel_id) where direction = 'OUT' and owner is null and due is not null",
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.raw('drop index lanes_resting');
  await knex.schema.alterTable('deliveries', (t) => t.dropColumn('dead_reason'));
}
