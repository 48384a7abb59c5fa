import type { Knex } from 'knex';

/** Service accounts, who set a password, roles on single bots, and tokens with limits. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (t) => {
    t.boolean('service').notNullable().defaultTo(false);
    t.boolean('person').notNullable().defaultTo(false); // somebody could sign in as this user at one time
    t.string('password_set_by').nullable(); // another user, who knows the password
  });
  await knex.schema.alterTable('api_tokens', (t) => {
    t.text('actions').nullable(); // a JSON list; null: all that the user may
    t.text('bot_ids').nullable(); // a JSON list; null: all bots
  });
  await knex.schema.createTable('bot_roles', (t) => {
    t.string('user_id').notNullable().references('users.id');
    t.string('bot_id').notNullable().references('bots.id');
    t.string('account_id').notNullable().references('accounts.id');
    t.string('role').notNullable();
    t.bigInteger('created_at').notNullable();
    t.primary(['user_id', 'bot_id']);
    t.index(['bot_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTableIfExists('bot_roles');
  // In SQL: knex would make the tables anew on SQLite, and rows of others refer to those of users.
  for (const column of ['actions', 'bot_ids']) await knex.raw('alter table api_tokens drop column ??', [column]);
  for (const column of ['service', 'person', 'password_set_by'])
    await knex.raw('alter table users drop column ??', [column]);
}
