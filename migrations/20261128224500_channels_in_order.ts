import type { Knex } from 'knex';

/** The channels of an account by their last change, and by their names. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.raw(
    'create index channels_by_change on channels (account_id, updated_at, id) where deleted_at is null',
  );
  await knex.schema.raw(
    'create index channels_by_name on channels (account_id, lower(name), id) where deleted_at is null',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.raw('drop index channels_by_name');
  await knex.schema.raw('drop index channels_by_change');
}
