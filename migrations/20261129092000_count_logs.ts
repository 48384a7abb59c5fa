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
const VALUES = [...COUNTERS, ...Array.from({ length: RESPONSE_TIME_BUCKETS }, (_, n) => `response_time_${n}`)];
const SPANS = { MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 };

/**
 * What batches have counted since it was last added up. Without keys or indexes: rows are appended, read all together,
 * and removed within seconds.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('channel_metrics_added', (t) => {
    t.string('channel_id').notNullable();
    t.bigInteger('start').notNullable(); // of a minute
    for (const column of VALUES) t.integer(column).nullable(); // null: 0
  });
  await knex.schema.createTable('channel_refusals_added', (t) => {
    t.string('channel_id').notNullable();
    t.bigInteger('hour').notNullable();
    t.string('reason').notNullable();
    t.integer('count').notNullable();
  });
  await knex.schema.createTable('canary_counts_added', (t) => {
    t.string('canary_id').notNullable();
    t.string('channel_id').notNullable();
    t.string('side').notNullable();
    t.string('counter').notNullable();
    t.bigInteger('value').notNullable();
  });
}

/** What has not been added up is, first. */
export async function down(knex: Knex): Promise<void> {
  for (const [interval, ms] of Object.entries(SPANS))
    await addUp(knex, 'channel_metrics', ['channel_id', '"interval"', 'start'], VALUES, {
      '"interval"': `'${interval}'`,
      start: `start - start % ${ms}`,
    });
  await addUp(knex, 'channel_refusals', ['channel_id', 'hour', 'reason'], ['count']);
  await addUp(knex, 'canary_counts', ['canary_id', 'channel_id', 'side', 'counter'], ['value']);
  for (const table of ['canary_counts', 'channel_refusals', 'channel_metrics'])
    await knex.schema.dropTable(`${table}_added`);
}

async function addUp(knex: Knex, table: string, keys: string[], values: string[], of: Record<string, string> = {}) {
  const names = keys.join(', ');
  await knex.raw(`insert into ${table} (${names}, ${values.join(', ')})
    select ${names}, ${values.map((value) => `sum(coalesce(${value}, 0))`).join(', ')}
    from (select ${[...keys, ...values].map((name) => (of[name] ? `${of[name]} as ${name}` : name)).join(', ')}
      from ${table}_added) as added
    where true group by ${names}
    on conflict (${names}) do update set
    ${values.map((value) => `${value} = ${table}.${value} + excluded.${value}`).join(', ')}`);
}
