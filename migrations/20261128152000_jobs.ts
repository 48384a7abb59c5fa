import type { Knex } from 'knex';

/**
 * Long work as rows, what a replay has yet to send, and how deliveries are found. The one new index of deliveries holds
 * dead letters only: a delivery that arrives never touches it. That of a channel also tells the conversation, so that
 * those of one user are picked out of it without a look at the rows.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('jobs', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable();
    t.string('kind').notNullable();
    t.string('status').notNullable();
    t.text('parameters').notNullable();
    t.text('progress').notNullable();
    t.integer('total').notNullable();
    t.string('created_by').notNullable(); // a user
    t.bigInteger('created_at').notNullable();
    t.bigInteger('finished_at').nullable();
    t.text('error').nullable();
    t.string('owner').nullable(); // the process that works on it
    t.bigInteger('lease_until').nullable(); // then another process may take it over
    t.index(['account_id', 'created_at']);
  });
  await knex.schema.raw("create index jobs_running on jobs (created_at) where status = 'RUNNING'");
  await knex.schema.createTable('replay_items', (t) => {
    t.string('job_id').notNullable();
    t.string('conversation_id').notNullable();
    t.bigInteger('seq').notNullable(); // of the delivery when it was found
    t.string('delivery_id').notNullable();
    t.primary(['job_id', 'conversation_id', 'seq', 'delivery_id']);
  });
  await knex.schema.alterTable('conversations', (t) => t.index(['account_id', 'user_id']));
  await knex.schema.raw(
    "create index deliveries_dead on deliveries (channel_id, created_at, id) where status = 'DEAD'",
  );
  await knex.schema.alterTable('deliveries', (t) => {
    t.index(['channel_id', 'created_at', 'id', 'conversation_id'], 'deliveries_of_channel');
    t.dropIndex(['channel_id', 'created_at', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => {
    t.index(['channel_id', 'created_at', 'id']);
    t.dropIndex([], 'deliveries_of_channel');
  });
  await knex.schema.raw('drop index deliveries_dead');
  await knex.schema.alterTable('conversations', (t) => t.dropIndex(['account_id', 'user_id']));
  await knex.schema.dropTable('replay_items');
  await knex.schema.dropTable('jobs');
}
