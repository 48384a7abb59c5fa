import type { Knex } from 'knex';

/** Versions that serve a share of the conversations before they serve all, and what came of both sides. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('approval_requests', (t) => {
    t.text('canary').nullable(); // JSON: share, channels, rule
  });
  await knex.schema.createTable('canaries', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable();
    t.string('bot_id').notNullable().references('bots.id');
    t.string('request_id').notNullable();
    t.string('candidate_id').notNullable().references('bot_versions.id');
    t.string('baseline_id').notNullable().references('bot_versions.id');
    t.string('state').notNullable();
    t.text('channel_ids').notNullable(); // JSON
    t.text('steps').notNullable(); // JSON: shares, and since when
    t.text('rule').notNullable(); // JSON
    t.integer('slow_over_ms').nullable();
    t.bigInteger('begun_at').notNullable();
    t.string('begun_by').nullable();
    t.bigInteger('ended_at').nullable();
    t.string('ended_by').nullable();
    t.text('reason').nullable();
    t.text('summary').nullable(); // JSON: what was counted, when it ended
    t.index(['bot_id', 'begun_at']);
    t.index(['ended_at']);
  });
  await knex.raw("create unique index canaries_running on canaries (bot_id) where state = 'RUNNING'");
  await knex.schema.createTable('canary_counts', (t) => {
    t.string('canary_id').notNullable();
    t.string('channel_id').notNullable();
    t.string('side').notNullable();
    t.string('counter').notNullable();
    t.bigInteger('value').notNullable();
    t.primary(['canary_id', 'channel_id', 'side', 'counter']);
  });
  await knex.schema.createTable('canary_conversations', (t) => {
    t.string('canary_id').notNullable();
    t.string('conversation_id').notNullable();
    t.string('channel_id').notNullable();
    t.string('side').notNullable();
    t.integer('share').notNullable(); // ten-thousandths
    t.bigInteger('at').notNullable();
    t.bigInteger('failed_at').nullable();
    t.bigInteger('unidentified_at').nullable();
    t.bigInteger('slow_at').nullable();
    t.primary(['canary_id', 'conversation_id']);
    t.index(['conversation_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('canary_conversations');
  await knex.schema.dropTable('canary_counts');
  await knex.schema.dropTable('canaries');
  await knex.raw('alter table approval_requests drop column canary');
}
