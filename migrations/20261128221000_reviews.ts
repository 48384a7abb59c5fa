import type { Knex } from 'knex';

/** Comments on what an approval request changes, and rejections that somebody put aside. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('review_comments', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('request_id').notNullable().references('approval_requests.id').index();
    t.string('bot_id').notNullable();
    t.text('anchor').nullable(); // null: on the whole request
    t.integer('line').nullable();
    t.text('text').notNullable();
    t.string('author_id').notNullable();
    t.bigInteger('created_at').notNullable();
    t.string('resolved_by').nullable();
    t.bigInteger('resolved_at').nullable();
  });
  await knex.schema.alterTable('approval_requests', (t) => {
    t.bigInteger('dismissed_at').nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('review_comments');
  // In SQL: knex would make the table anew on SQLite, which rows of others refer to.
  await knex.raw('alter table approval_requests drop column dismissed_at');
}
