import type { Knex } from 'knex';

const OF_CHANNELS = [
  'delivery_settings', // JSON; null: the defaults
  'delivery_secrets_cipher',
  'approved_delivery_settings',
  'approved_delivery_secrets_cipher',
  'signing_key_pairs', // JSON, the newest first; private keys sealed
];

/**
 * How the callbacks of a channel are sent, as saved and as approved: settings, and what of them is secret. Channels that are
 * to appear in smart bots bring theirs along. Key pairs of ed25519 signatures.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('channels', (t) => {
    for (const column of OF_CHANNELS) t.text(column).nullable();
    t.bigInteger('approved_certificate_ends_at').nullable();
    t.index(['approved_certificate_ends_at']);
  });
  await knex.schema.alterTable('child_channels', (t) => t.text('delivery_settings').nullable());
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('channels', (t) => t.dropIndex(['approved_certificate_ends_at']));
  // knex would make the tables anew on SQLite, which the rows that refer to channels forbid.
  for (const column of [...OF_CHANNELS, 'approved_certificate_ends_at']) {
    await knex.schema.raw(`alter table channels drop column ${column}`);
  }
  await knex.schema.raw('alter table child_channels drop column delivery_settings');
}
