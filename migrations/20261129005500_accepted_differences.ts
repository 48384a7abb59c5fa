import type { Knex } from 'knex';

/** Differences that are wanted: later checks of their bot count them as accepted. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('accepted_differences', (t) => {
    t.string('id').primary();
    t.string('bot_id').notNullable();
    t.string('channel_id').notNullable();
    t.text('node').nullable();
    t.text('message').nullable();
    t.text('kinds').notNullable(); // JSON: digests of what is new
    t.text('comment').nullable();
    t.string('accepted_by').notNullable();
    t.bigInteger('accepted_at').notNullable();
    t.index(['bot_id', 'accepted_at']);
  });
  await knex.schema.alterTable('checked_turns', (t) => {
    t.text('kinds').nullable(); // digests, separated by a space
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table checked_turns drop column kinds');
  await knex.schema.dropTable('accepted_differences');
}
