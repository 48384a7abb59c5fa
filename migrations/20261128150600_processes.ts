import type { Knex } from 'knex';

/** The processes that work on one PostgreSQL, and when each was last seen: the leases of the dead are taken over early. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('processes', (t) => {
    t.string('id').primary();
    t.bigInteger('seen_at').notNullable(); // by the clock of the database
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTableIfExists('processes');
}
