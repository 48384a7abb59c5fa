import type { Knex } from 'knex';

const COLUMNS = ['first_status_code', 'first_duration_ms', 'first_response_body'];

/** The first attempt of a delivery, where that delivered: it needs no row of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('deliveries', (t) => {
    t.integer('first_status_code').nullable();
    t.integer('first_duration_ms').nullable();
    t.text('first_response_body').nullable();
  });
}

/** Attempts get their rows first. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`insert into delivery_attempts (delivery_id, number, started_at, duration_ms, status_code, response_body)
    select id, 1, coalesce(first_attempt_at, created_at), first_duration_ms, first_status_code, first_response_body
    from deliveries where first_status_code is not null`);
  for (const column of COLUMNS) await knex.schema.raw(`alter table deliveries drop column ${column}`);
}
