import type { Knex } from 'knex';

/** Tags of bots and channels, and the views of lists that users keep. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('tags', (t) => {
    t.string('subject_id').notNullable(); // a bot or a channel
    t.string('tag', 40).notNullable();
    t.string('account_id').notNullable();
    t.primary(['subject_id', 'tag']);
    t.index(['account_id', 'tag', 'subject_id']);
  });
  await knex.schema.createTable('saved_views', (t) => {
    t.string('id').primary();
    t.string('user_id').notNullable();
    t.string('page').notNullable();
    t.string('name', 80).notNullable();
    t.text('address').notNullable();
    t.bigInteger('created_at').notNullable();
    t.unique(['user_id', 'page', 'name']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('saved_views');
  await knex.schema.dropTable('tags');
}
