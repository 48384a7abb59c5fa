import type { Knex } from 'knex';

/** Conversations that are kept as tests of their bot. One that a user had goes with the user's turns, whoever removes those. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('bot_tests', (t) => {
    t.string('id').primary();
    t.string('bot_id').notNullable();
    t.string('channel_id').notNullable();
    t.string('name').notNullable();
    t.text('steps').notNullable(); // JSON: what was said, by the user and the bot
    t.string('source_turn_id').references('turns.id').onDelete('CASCADE');
    t.string('created_by').notNullable();
    t.bigInteger('created_at').notNullable();
    t.unique(['bot_id', 'name']);
    t.index(['source_turn_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('bot_tests');
}
