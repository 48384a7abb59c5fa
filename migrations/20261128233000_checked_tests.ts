import type { Knex } from 'knex';

/** What the outside answered in a conversation that is kept as a test, and how candidates pass the tests of their bot. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('bot_test_records', (t) => {
    t.string('test_id').primary().references('bot_tests.id').onDelete('CASCADE');
    t.text('records').notNullable(); // sealed
  });
  await knex.schema.createTable('checked_tests', (t) => {
    t.string('job_id').notNullable().references('jobs.id').onDelete('CASCADE');
    t.string('test_id').notNullable().references('bot_tests.id').onDelete('CASCADE').index();
    t.integer('step').notNullable();
    t.string('outcome').notNullable();
    t.text('node').nullable();
    t.text('message').nullable();
    t.text('detail').nullable(); // sealed
    t.primary(['job_id', 'test_id', 'step']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('checked_tests');
  await knex.schema.dropTable('bot_test_records');
}
