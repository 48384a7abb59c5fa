import type { Knex } from 'knex';

/** The total of a long audit log is counted over this index, a quarter as wide as any other of the table. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_entries', (t) => {
    t.index(['at']);
    t.dropIndex(['account_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_entries', (t) => {
    t.index(['account_id']);
    t.dropIndex(['at']);
  });
}
