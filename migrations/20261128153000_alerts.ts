import type { Knex } from 'knex';

/** Who is told of what, and what is going on that somebody is to be told of. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('alert_subscriptions', (t) => {
    t.string('id').primary(); // also the channel id of its deliveries
    t.string('account_id').notNullable().references('accounts.id');
    t.string('name').notNullable();
    t.text('topics').notNullable(); // a JSON list
    t.string('format').notNullable();
    t.text('target_cipher').notNullable(); // the URL of a Slack or Teams webhook is all one needs to post there
    t.text('signing_secret_cipher').nullable();
    t.boolean('enabled').notNullable().defaultTo(true);
    t.bigInteger('last_sent_at').nullable();
    t.text('last_error').nullable(); // of the latest attempt, if it failed
    t.bigInteger('created_at').notNullable();
    t.index(['account_id', 'created_at', 'id']);
  });
  await knex.schema.createTable('alert_incidents', (t) => {
    t.text('id').primary(); // account, topic and subject: whoever inserts it opens the incident
    t.string('account_id').notNullable();
    t.string('topic').notNullable();
    t.text('subject').notNullable();
    t.text('facts').notNullable(); // JSON, of the latest occurrence
    t.bigInteger('opened_at').notNullable();
    t.bigInteger('last_at').notNullable();
    t.integer('untold').notNullable(); // occurrences since it was last told of
    t.integer('total').notNullable(); // occurrences since it was opened
    t.bigInteger('told_at').nullable();
    t.bigInteger('ended_at').nullable();
    t.bigInteger('due').notNullable().index(); // when it is to be looked at next
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['alert_incidents', 'alert_subscriptions']) await knex.schema.dropTableIfExists(table);
}
