import type { Knex } from 'knex';

/** A turn is found by its trace id, and a conversation by a turn of it that failed. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('turns', (t) => {
    t.index(['trace_id']);
  });
  await knex.schema.raw('create index turns_failed on turns (conversation_id) where error is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.raw('drop index turns_failed');
  await knex.schema.alterTable('turns', (t) => {
    t.dropIndex(['trace_id']);
  });
}
