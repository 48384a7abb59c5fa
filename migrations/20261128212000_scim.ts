import type { Knex } from 'knex';

/** Who is managed over SCIM, under which names, and the groups that give roles. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('scim_users', (t) => {
    t.string('user_id').primary().references('users.id');
    t.string('account_id').notNullable().references('accounts.id');
    t.string('state').notNullable();
    t.string('user_name').notNullable();
    t.string('user_name_key').nullable(); // in lower case; null once deleted, so that the name is free again
    t.string('external_id').nullable();
    t.text('profile').notNullable(); // JSON
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
    t.unique(['account_id', 'user_name_key']);
    t.index(['account_id', 'external_id']);
  });
  await knex.schema.createTable('scim_groups', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('name').notNullable();
    t.string('name_key').notNullable(); // in lower case
    t.string('external_id').nullable();
    t.string('role').nullable(); // null: the group gives none
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
    t.unique(['account_id', 'name_key']);
  });
  await knex.schema.createTable('scim_members', (t) => {
    t.string('group_id').notNullable().references('scim_groups.id');
    t.string('user_id').notNullable().references('users.id').index();
    t.primary(['group_id', 'user_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const name of ['scim_members', 'scim_groups', 'scim_users']) await knex.schema.dropTable(name);
}
