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
  const columns: [table: string, column: string][] = [
    ['deliveries', 'sealed'],
    ['turns', 'sealed'],
    ['turns', 'custom_data_cipher'],
    ['bots', 'privacy'],
    ['channels', 'privacy'],
  ];
  // In SQL: knex would make the tables anew on SQLite, which rows of others refer to.
  for (const [table, column] of columns) await knex.raw('alter table ?? drop column ??', [table, column]);
}
