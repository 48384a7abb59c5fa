import type { Knex } from 'knex';

/** What is known of the endpoints of callbacks, and an index that also counts the open deliveries of channels. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('endpoints', (t) => {
    t.string('account_id').notNullable();
    t.string('origin', 1024).notNullable();
    t.string('state').notNullable();
    t.bigInteger('since').notNullable();
    t.bigInteger('last_success_at').nullable();
    t.bigInteger('last_failure_at').nullable();
    t.text('last_error').nullable();
    t.bigInteger('blocked_until').nullable();
    t.string('reported_by').nullable(); // the process that reported last
    t.bigInteger('changed').notNullable().index(); // other processes follow it
    t.bigInteger('changed_at').notNullable().index();
    t.bigInteger('try_requested').nullable(); // the change that asked for a try at once
    t.string('try_channel_id').nullable();
    t.primary(['account_id', 'origin']);
  });
  await knex.schema.createTable('endpoint_counter', (t) => t.bigInteger('value').notNullable());
  await knex('endpoint_counter').insert({ value: 0 });
  // With the columns of what is counted, so that no row is looked up; those before them find the open work of a lane.
  await knex.schema.raw('drop index deliveries_open');
  await knex.schema.raw(
    "create index deliveries_open on deliveries (conversation_id, seq, channel_id, created_at) where status = 'PENDING'",
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.raw('drop index deliveries_open');
  await knex.schema.raw("create index deliveries_open on deliveries (conversation_id, seq) where status = 'PENDING'");
  await knex.schema.dropTable('endpoint_counter');
  await knex.schema.dropTable('endpoints');
}
