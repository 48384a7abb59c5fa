import type { Knex } from 'knex';

/** The total of a long audit log is counted over this index, half as wide as those that give its pages. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_entries', (t) => t.index(['account_id']));
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_entries', (t) => t.dropIndex(['account_id']));
}
