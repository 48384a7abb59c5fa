import type { Knex } from 'knex';

/** What it takes to run a turn again, of bots that want it kept. It goes with its turn, whoever removes that. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('turn_records', (t) => {
    t.string('turn_id').primary().references('turns.id').onDelete('CASCADE');
    t.string('conversation_id').notNullable();
    t.string('channel_id').notNullable();
    t.bigInteger('at').notNullable();
    t.text('record').notNullable(); // sealed
    t.index(['channel_id', 'conversation_id', 'at']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('turn_records');
}
