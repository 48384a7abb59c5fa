import type { Knex } from 'knex';

/** Where an audited action came from, what its subject was called, and the networks a token has been used from. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_entries', (t) => {
    t.string('address').nullable(); // unknown for older entries, and for what the server does by itself
    t.string('subject_name').nullable();
    t.index(['account_id', 'action', 'at', 'id']);
    t.index(['account_id', 'actor_id', 'at', 'id']);
  });
  await knex.schema.createTable('token_networks', (t) => {
    t.string('token_id').notNullable();
    t.string('network').notNullable();
    t.bigInteger('at').notNullable().index();
    t.primary(['token_id', 'network']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('token_networks');
  await knex.schema.alterTable('audit_entries', (t) => {
    t.dropIndex(['account_id', 'actor_id', 'at', 'id']);
    t.dropIndex(['account_id', 'action', 'at', 'id']);
  });
  await knex.schema.alterTable('audit_entries', (t) => t.dropColumn('subject_name'));
  await knex.schema.alterTable('audit_entries', (t) => t.dropColumn('address'));
}
