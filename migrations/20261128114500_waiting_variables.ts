import type { Knex } from 'knex';

/**
 * Variables of bots that were saved and wait for a publish, and those that a version brings along. What is in
 * `bot_variables` stays in force.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('waiting_variables', (t) => {
    t.string('bot_id').notNullable().references('bots.id');
    t.string('key').notNullable();
    t.boolean('secured').notNullable();
    t.text('value').nullable();
    t.text('value_cipher').nullable();
    t.text('file_entry').nullable();
    t.primary(['bot_id', 'key']);
  });
  await knex.schema.alterTable('bot_versions', (t) => t.text('variables').notNullable().defaultTo('[]'));
}

export async function down(knex: Knex): Promise<void> {
  // knex would make the table anew on SQLite, which the rows that refer to it forbid.
  await knex.schema.raw('alter table bot_versions drop column variables');
  await knex.schema.dropTable('waiting_variables');
}
