import type { Knex } from 'knex';

/** The number of the version that a version was made of, by rolling back to it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('bot_versions', (t) => {
    t.integer('rollback_of').nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.raw('alter table bot_versions drop column rollback_of');
}
