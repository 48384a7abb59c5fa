import type { Knex } from 'knex';

/** The account of a configuration change, so that watchers see only changes of their own account. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('changes', (t) => {
    t.string('account_id').nullable(); // unknown for changes made before
    t.index(['account_id', 'number']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('changes', (t) => t.dropIndex(['account_id', 'number']));
  await knex.schema.alterTable('changes', (t) => t.dropColumn('account_id'));
}
