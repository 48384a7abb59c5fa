import type { Knex } from 'knex';

/** OpenID Connect providers, who of them is which user, and the sessions that were opened by them. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('accounts', (t) => t.boolean('password_sign_in').notNullable().defaultTo(true));
  await knex.schema.createTable('sign_in_providers', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('name').notNullable();
    t.string('issuer').notNullable();
    t.string('client_id').notNullable();
    t.text('client_secret_cipher').nullable();
    t.text('scopes').notNullable();
    t.string('role_claim').nullable();
    t.text('role_map').notNullable();
    t.string('default_role').nullable();
    t.text('email_domains').notNullable();
    t.boolean('trusts_email').notNullable();
    t.boolean('creates_users').notNullable();
    t.boolean('enabled').notNullable();
    t.bigInteger('created_at').notNullable();
    t.index(['account_id']);
  });
  await knex.schema.createTable('user_identities', (t) => {
    t.string('provider_id').notNullable(); // no reference: the provider of the settings has no row
    t.string('subject').notNullable();
    t.string('user_id').notNullable().references('users.id').index();
    t.bigInteger('created_at').notNullable();
    t.primary(['provider_id', 'subject']);
  });
  await knex.schema.createTable('provider_sessions', (t) => {
    t.string('token_id').primary().references('api_tokens.id');
    t.string('provider_id').notNullable();
    t.string('subject').notNullable();
    t.string('sid').nullable();
    t.text('id_token_cipher').notNullable();
    t.index(['provider_id', 'subject']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const name of ['provider_sessions', 'user_identities', 'sign_in_providers']) await knex.schema.dropTable(name);
  // As a statement: knex would make the table anew, which others refer to.
  await knex.schema.raw('alter table accounts drop column password_sign_in');
}
