import type { Knex } from 'knex';

/**
 * Channels by the host of their callbacks, hours with failures, and all that tells whether a channel works: what Home shows
 * of an account is read from indexes.
 */
export async function up(knex: Knex): Promise<void> {
  const position = knex.client.dialect === 'sqlite3' ? 'instr' : 'strpos';
  const url = 'approved_post_url';
  const slash = `${position}(substr(${url}, ${position}(${url}, '://') + 3), '/')`;
  await knex.schema.raw(`create index channels_by_host on channels
    (account_id, cast(case when ${slash} = 0 then ${url} else substr(${url}, 1, ${position}(${url}, '://') + 1 + ${slash}) end as text))
    where approved_mode = 'ASYNC'`);
  await knex.schema.raw(`create index channels_standing on channels
    (account_id, bot_id, enabled, client_id, approved_revision, suspended_at, id, deleted_at) where deleted_at is null`);
  await knex.schema.raw(
    `create index channel_metrics_failed on channel_metrics (start, channel_id, failed) where "interval" = 'HOUR' and failed > 0`,
  );
}

export async function down(knex: Knex): Promise<void> {
  for (const index of ['channel_metrics_failed', 'channels_standing', 'channels_by_host'])
    await knex.schema.raw(`drop index ${index}`);
}
