import type { Knex } from 'knex';

/** Old turns are looked for, and users of a span counted, channel by channel. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('turns', (t) => {
    t.index(['channel_id', 'created_at']);
    t.dropIndex(['created_at']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('turns', (t) => {
    t.index(['created_at']);
    t.dropIndex(['channel_id', 'created_at']);
  });
}
