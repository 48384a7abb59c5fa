import type { Knex } from 'knex';

/**
 * What bots and channels keep to themselves, and the true texts that are sealed beside masked ones. A process of an earlier
 * version reads the masked texts, and takes no notice of the settings.
 */
export async function up(knex: Knex): Promise<void> {
  for (const table of ['bots', 'channels']) await knex.schema.alterTable(table, (t) => t.text('privacy').nullable()); // JSON
  await knex.schema.alterTable('turns', (t) => {
    t.text('sealed').nullable(); // JSON: what is true of input, replies, outcome and resume
    t.text('custom_data_cipher').nullable();
  });
  await knex.schema.alterTable('deliveries', (t) => t.text('sealed').nullable()); // the true payload
  // What nobody may ask for any more is found without a look at the others.
  await knex.schema.raw('create index turns_sealed on turns (finished_at) where sealed is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.raw('drop index turns_sealed');
  await knex.schema.alterTable('deliveries', (t) => t.dropColumn('sealed'));
  await knex.schema.alterTable('turns', (t) => t.dropColumns('sealed', 'custom_data_cipher'));
  for (const table of ['bots', 'channels']) await knex.schema.alterTable(table, (t) => t.dropColumn('privacy'));
}
