import type { Knex } from 'knex';

const COUNTERS = [
  'messages_in',
  'messages_out',
  'sessions_started',
  'refused',
  'failed',
  'deliveries_succeeded',
  'deliveries_dead',
];
const RESPONSE_TIME_BUCKETS = 30;

/**
 * Counters of each channel by minute, hour and day, so that a month is read from its days. Written with the
 * turns and deliveries it counts, in their transaction.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('channel_metrics', (t) => {
    t.string('channel_id').notNullable();
    t.string('interval').notNullable();
    t.bigInteger('start').notNullable();
    for (const column of COUNTERS) t.integer(column).notNullable().defaultTo(0);
    for (let bucket = 0; bucket < RESPONSE_TIME_BUCKETS; bucket += 1) {
      t.integer(`response_time_${bucket}`).notNullable().defaultTo(0);
    }
    t.primary(['channel_id', 'interval', 'start']);
    t.index(['interval', 'start']);
  });
  // The users of each day, from which distinct users of a period are counted.
  await knex.schema.createTable('channel_users', (t) => {
    t.string('channel_id').notNullable();
    t.bigInteger('day').notNullable();
    t.string('user_id', 256).notNullable();
    t.primary(['channel_id', 'day', 'user_id']);
    t.index(['day']);
  });
  await knex.schema.createTable('channel_refusals', (t) => {
    t.string('channel_id').notNullable();
    t.bigInteger('hour').notNullable();
    t.string('reason').notNullable();
    t.integer('count').notNullable();
    t.primary(['channel_id', 'hour', 'reason']);
    t.index(['hour']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['channel_refusals', 'channel_users', 'channel_metrics'])
    await knex.schema.dropTableIfExists(table);
}
