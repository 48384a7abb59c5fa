import type { Knex } from 'knex';

/**
 * Conversations, their two lanes, sessions, turns and deliveries: the hot path. No foreign keys into the control plane
 * but none missed either: rows are written only by the commit queue, from routes that exist, and purged by retention.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('conversations', (t) => {
    t.string('id').primary(); // derived from (channel, user, group): known without a look-up
    t.string('account_id').notNullable();
    t.string('channel_id').notNullable();
    t.string('user_id', 256).notNullable();
    t.string('group_id', 256).notNullable().defaultTo('');
    t.bigInteger('started_at').notNullable();
    t.bigInteger('last_message_at').notNullable();
    t.index(['channel_id', 'last_message_at', 'id']);
    t.index(['account_id', 'last_message_at', 'id']);
  });
  await knex.schema.createTable('lanes', (t) => {
    t.string('id').primary(); // conversation id + ':in' or ':out'
    t.string('direction').notNullable();
    t.string('conversation_id').notNullable();
    t.string('channel_id').notNullable();
    t.bigInteger('next_seq').notNullable();
    t.integer('pending').notNullable().defaultTo(0); // open turns or deliveries
    t.bigInteger('due').nullable(); // null: nothing to do; while leased, the end of the lease
    t.integer('epoch').notNullable().defaultTo(0);
    t.string('owner').nullable(); // the process that holds the lease
    t.index(['channel_id']);
  });
  await knex.schema.raw('create index lanes_due on lanes (direction, due) where due is not null');
  await knex.schema.createTable('sessions', (t) => {
    t.string('conversation_id').primary();
    t.string('id').notNullable();
    t.text('state').notNullable();
    t.bigInteger('started_at').notNullable();
    t.bigInteger('last_message_at').notNullable();
  });
  await knex.schema.createTable('turns', (t) => {
    t.string('id').primary();
    t.string('conversation_id').notNullable();
    t.string('channel_id').notNullable();
    t.bigInteger('seq').notNullable();
    t.string('trace_id').notNullable();
    t.string('status').notNullable();
    t.text('input').notNullable();
    t.text('replies').nullable();
    t.text('outcome').nullable(); // end of task, what a retried request is answered from
    t.text('resume').nullable(); // where a paused turn goes on
    t.text('error').nullable();
    t.text('trace').nullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('finished_at').nullable();
    t.string('answered_by').nullable(); // the turn that answered this message along with its own
    t.index(['conversation_id', 'created_at', 'id']);
    t.index(['created_at']);
  });
  await knex.schema.raw("create index turns_open on turns (conversation_id, seq) where status in ('QUEUED', 'PAUSED')");
  await knex.schema.createTable('polls', (t) => {
    t.string('id').primary();
    t.integer('upto').notNullable();
    t.boolean('final').notNullable();
    t.bigInteger('answered_at').notNullable().index();
  });
  await knex.schema.createTable('idempotency_keys', (t) => {
    t.string('channel_id').notNullable();
    t.string('user_id', 256).notNullable();
    t.string('key').notNullable();
    t.string('body_hash').notNullable();
    t.string('turn_id').notNullable().index();
    t.bigInteger('created_at').notNullable().index();
    t.primary(['channel_id', 'user_id', 'key']);
  });
  await knex.schema.createTable('used_jtis', (t) => {
    t.string('client_id').notNullable();
    t.string('jti').notNullable();
    t.string('turn_id').notNullable();
    t.bigInteger('expires_at').notNullable().index();
    t.primary(['client_id', 'jti']);
  });
  await knex.schema.createTable('deliveries', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable();
    t.string('channel_id').notNullable();
    t.string('conversation_id').notNullable();
    t.string('turn_id').nullable();
    t.string('trace_id').notNullable();
    t.string('job_id').nullable(); // of the proactive job it belongs to
    t.bigInteger('seq').notNullable();
    t.string('status').notNullable();
    t.text('payload').notNullable();
    t.boolean('replay').notNullable().defaultTo(false);
    t.integer('attempts').notNullable().defaultTo(0); // POSTs made
    t.integer('spent').notNullable().defaultTo(0); // attempts that count against the limit; failures of the endpoint as a whole do not
    t.bigInteger('first_attempt_at').nullable();
    t.bigInteger('next_attempt_at').nullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('finished_at').nullable();
    t.index(['channel_id', 'created_at', 'id']);
    t.index(['account_id', 'created_at', 'id']);
    t.index(['account_id', 'status', 'created_at', 'id']);
    t.index(['conversation_id']);
  });
  await knex.schema.raw('create index deliveries_job on deliveries (job_id) where job_id is not null');
  await knex.schema.raw("create index deliveries_open on deliveries (conversation_id, seq) where status = 'PENDING'");
  await knex.schema.createTable('delivery_attempts', (t) => {
    t.string('delivery_id').notNullable();
    t.integer('number').notNullable();
    t.bigInteger('started_at').notNullable();
    t.integer('duration_ms').notNullable();
    t.integer('status_code').nullable();
    t.text('error').nullable();
    t.text('response_body').nullable();
    t.primary(['delivery_id', 'number']);
  });
  await knex.schema.createTable('attachments', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable();
    t.string('client_id').notNullable(); // the app that uploaded it
    t.string('file_name').notNullable();
    t.string('extension').notNullable();
    t.string('context').notNullable();
    t.bigInteger('size').notNullable();
    t.string('sha256').notNullable();
    t.string('key').notNullable(); // opens its URL
    t.bigInteger('created_at').notNullable();
    t.index(['account_id', 'created_at']);
  });
  await knex.schema.createTable('uploads', (t) => {
    t.string('token').primary();
    t.string('account_id').notNullable();
    t.string('client_id').notNullable();
    t.bigInteger('created_at').notNullable().index();
    t.index(['client_id']);
  });
  await knex.schema.createTable('data_table_rows', (t) => {
    t.string('id').primary();
    t.string('bot_id').notNullable();
    t.string('table_name').notNullable();
    t.text('row').notNullable();
    t.bigInteger('created_at').notNullable();
    t.index(['bot_id', 'table_name', 'created_at']);
  });
}

const TABLES = [
  'data_table_rows',
  'uploads',
  'attachments',
  'delivery_attempts',
  'deliveries',
  'used_jtis',
  'idempotency_keys',
  'polls',
  'turns',
  'sessions',
  'lanes',
  'conversations',
];

export async function down(knex: Knex): Promise<void> {
  for (const table of TABLES) await knex.schema.dropTableIfExists(table);
}
