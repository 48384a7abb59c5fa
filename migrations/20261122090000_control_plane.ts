import type { Knex } from 'knex';

/**
 * Accounts, users, bots, apps, channels, approvals and the audit log. Times are milliseconds since the epoch, JSON is text,
 * `*_cipher` is text sealed with the key ring. Rows that others refer to are deleted softly (`deleted_at`).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('accounts', (t) => {
    t.string('id').primary();
    t.string('name').notNullable();
    t.boolean('four_eyes').notNullable().defaultTo(false);
    t.text('auto_approve').notNullable().defaultTo('[]');
    t.integer('retention_days').notNullable().defaultTo(30);
    t.bigInteger('created_at').notNullable();
  });
  await knex.schema.createTable('users', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('name').notNullable();
    t.string('email').nullable();
    t.string('role').notNullable();
    t.text('password_hash').nullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('disabled_at').nullable();
    t.unique(['account_id', 'email']);
  });
  await knex.schema.createTable('api_tokens', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('user_id').notNullable().references('users.id');
    t.string('name').notNullable();
    t.string('token_hash').notNullable().unique();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('expires_at').nullable();
    t.bigInteger('last_used_at').nullable();
    t.bigInteger('revoked_at').nullable();
    t.index(['user_id']);
    t.index(['account_id']);
  });
  await knex.schema.createTable('apps', (t) => {
    t.string('client_id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('name').notNullable();
    t.string('algorithm').notNullable();
    t.boolean('require_jti').notNullable().defaultTo(false);
    t.text('secret_cipher').notNullable();
    t.text('previous_secret_cipher').nullable();
    t.bigInteger('previous_secret_valid_until').nullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('secret_rotated_at').nullable();
    t.bigInteger('deleted_at').nullable();
    t.index(['account_id', 'created_at', 'client_id']);
  });
  // A definition is stored once per content: versions and a thousand smart bots point to the same row. The body is
  // the bot file as imported, the companions are its config.json and other files, all without the credentials that
  // stood in them: those are in the cipher.
  await knex.schema.createTable('definitions', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('content_hash').notNullable();
    t.text('body').notNullable();
    t.text('companions').nullable();
    t.text('secrets_cipher').nullable();
    t.bigInteger('created_at').notNullable();
    t.unique(['account_id', 'content_hash']);
  });
  await knex.schema.createTable('bots', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('name').notNullable();
    t.text('description').nullable();
    t.string('kind').notNullable();
    t.string('parent_id').nullable().references('bots.id').index();
    t.string('engine').notNullable();
    t.text('engine_settings').nullable();
    t.text('engine_secrets_cipher').nullable();
    t.string('default_language').notNullable().defaultTo('en');
    t.integer('session_timeout_minutes').notNullable().defaultTo(15);
    t.string('definition_id').nullable().references('definitions.id').index();
    t.string('live_version_id').nullable();
    t.integer('next_version_number').notNullable().defaultTo(1);
    t.integer('revision').notNullable().defaultTo(1); // of what a version holds; against the live version's
    // Smart bots: the settings of the child's own, in which it no longer follows the parent.
    t.boolean('own_definition').notNullable().defaultTo(false);
    t.boolean('own_engine').notNullable().defaultTo(false);
    t.boolean('own_settings').notNullable().defaultTo(false);
    t.bigInteger('suspended_at').nullable();
    t.text('suspended_reason').nullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
    t.bigInteger('deleted_at').nullable();
    t.index(['account_id', 'created_at', 'id']);
  });
  await knex.schema.createTable('bot_variables', (t) => {
    t.string('bot_id').notNullable().references('bots.id');
    t.string('key').notNullable();
    t.boolean('secured').notNullable().defaultTo(false);
    t.text('value').nullable(); // of an unsecured one
    t.text('value_cipher').nullable(); // of a secured one; null until filled in
    t.text('file_entry').nullable(); // the entry as it stood in the imported file, for export
    t.primary(['bot_id', 'key']);
  });
  await knex.schema.createTable('channels', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('bot_id').notNullable().references('bots.id');
    t.string('name').notNullable();
    t.boolean('is_default').notNullable().defaultTo(false);
    t.string('client_id').nullable().references('apps.client_id').index();
    t.string('mode').notNullable();
    t.text('post_url').nullable();
    t.text('access_token_cipher').nullable();
    t.boolean('enabled').notNullable().defaultTo(false);
    t.boolean('enable_polling').notNullable().defaultTo(true);
    t.string('template_encoding').notNullable().defaultTo('OBJECT');
    t.string('text_form').notNullable().defaultTo('AUTO');
    t.string('burst').notNullable().defaultTo('SERIAL');
    t.text('signing_secret_cipher').nullable();
    t.text('previous_signing_secret_cipher').nullable();
    t.bigInteger('previous_signing_secret_valid_until').nullable();
    t.integer('revision').notNullable().defaultTo(1); // of app, mode, POST URL and access token
    t.integer('rejected_revision').nullable();
    // The approved configuration, in force until another one is approved.
    t.integer('approved_revision').nullable();
    t.string('approved_client_id').nullable().references('apps.client_id').index();
    t.string('approved_mode').nullable();
    t.text('approved_post_url').nullable();
    t.text('approved_access_token_cipher').nullable();
    t.bigInteger('approved_at').nullable();
    t.bigInteger('suspended_at').nullable();
    t.text('suspended_reason').nullable();
    t.string('inherited_from_id').nullable().references('channels.id').index();
    t.text('file_entry').nullable(); // the entry as it stood in the imported file, for export
    t.bigInteger('created_at').notNullable();
    t.bigInteger('updated_at').notNullable();
    t.bigInteger('deleted_at').nullable();
    t.index(['bot_id', 'created_at', 'id']);
    t.index(['account_id', 'created_at', 'id']);
  });
  await knex.schema.raw('create unique index channels_name_unique on channels (bot_id, name) where deleted_at is null');
  await knex.schema.raw(
    'create unique index channels_default_unique on channels (bot_id) where is_default and deleted_at is null',
  );
  await knex.schema.createTable('bot_versions', (t) => {
    t.string('id').primary();
    t.string('bot_id').notNullable().references('bots.id');
    t.integer('number').notNullable();
    t.string('status').notNullable();
    t.text('comment').nullable();
    t.string('definition_id').nullable().references('definitions.id').index();
    t.string('engine').notNullable();
    t.text('engine_settings').nullable();
    t.string('default_language').notNullable();
    t.integer('session_timeout_minutes').notNullable();
    t.integer('bot_revision').notNullable(); // the bot's revision this is a snapshot of
    t.string('parent_version_id').nullable().references('bot_versions.id').index(); // smart bots: what it inherits from
    t.text('overrides').notNullable().defaultTo('[]'); // the bot's own message overrides at this publish
    t.string('created_by').nullable().references('users.id');
    t.bigInteger('created_at').notNullable();
    t.bigInteger('published_at').nullable();
    t.unique(['bot_id', 'number']);
  });
  await knex.schema.createTable('version_channels', (t) => {
    t.string('version_id').notNullable().references('bot_versions.id');
    t.string('channel_id').notNullable().references('channels.id').index();
    t.primary(['version_id', 'channel_id']);
  });
  await knex.schema.createTable('message_overrides', (t) => {
    t.string('id').primary();
    t.string('bot_id').notNullable().references('bots.id');
    t.string('message_key').notNullable();
    t.string('channel_id').nullable().references('channels.id').index(); // null: every webhook channel of the bot
    t.string('language').notNullable();
    t.text('contents').notNullable();
    t.bigInteger('updated_at').notNullable();
    t.index(['bot_id', 'message_key']);
  });
  await knex.schema.raw(
    "create unique index message_overrides_target on message_overrides (bot_id, message_key, language, coalesce(channel_id, ''))",
  );
  // Which parent channel has already appeared in which child; survives deletion, so publishing again adds nothing.
  await knex.schema.createTable('channel_inheritances', (t) => {
    t.string('child_bot_id').notNullable().references('bots.id');
    t.string('parent_channel_id').notNullable().references('channels.id').index();
    t.bigInteger('created_at').notNullable();
    t.primary(['child_bot_id', 'parent_channel_id']);
  });
  // The changes a publish will make to each child, stored before the step that applies them.
  await knex.schema.createTable('child_publications', (t) => {
    t.string('version_id').notNullable(); // of the parent; it may not exist yet
    t.string('child_bot_id').notNullable();
    t.string('child_version_id').notNullable();
    t.string('audit_id').notNullable();
    t.bigInteger('created_at').notNullable().index();
    t.primary(['version_id', 'child_bot_id']);
  });
  await knex.schema.createTable('child_channels', (t) => {
    t.string('version_id').notNullable();
    t.string('child_bot_id').notNullable();
    t.string('parent_channel_id').notNullable();
    t.string('channel_id').notNullable();
    t.string('name').notNullable();
    t.boolean('is_default').notNullable();
    t.primary(['version_id', 'child_bot_id', 'parent_channel_id']);
  });
  await knex.schema.createTable('approval_requests', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.string('kind').notNullable();
    t.string('status').notNullable();
    t.string('bot_id').notNullable().references('bots.id').index();
    t.string('channel_id').nullable().references('channels.id').index();
    t.integer('channel_revision').nullable();
    t.string('version_id').nullable().references('bot_versions.id').index();
    t.text('changes').notNullable();
    t.string('requested_by').nullable().references('users.id');
    t.string('decided_by').nullable().references('users.id');
    t.text('reason').nullable();
    t.bigInteger('created_at').notNullable();
    t.bigInteger('decided_at').nullable();
    t.index(['account_id', 'status', 'created_at', 'id']);
    t.index(['account_id', 'created_at', 'id']);
  });
  await knex.schema.raw(
    "create unique index approval_requests_pending_channel on approval_requests (channel_id) where status = 'PENDING' and channel_id is not null",
  );
  await knex.schema.raw(
    "create unique index approval_requests_pending_publish on approval_requests (bot_id) where status = 'PENDING' and kind = 'PUBLISH'",
  );
  await knex.schema.createTable('audit_entries', (t) => {
    t.string('id').primary();
    t.string('account_id').notNullable().references('accounts.id');
    t.bigInteger('at').notNullable();
    t.string('actor').notNullable();
    t.string('actor_id').nullable();
    t.string('action').notNullable();
    t.string('subject').notNullable();
    t.text('details').nullable();
    t.index(['account_id', 'at', 'id']);
    t.index(['account_id', 'subject', 'at', 'id']);
  });
  await knex.schema.createTable('change_counter', (t) => {
    t.integer('id').primary();
    t.bigInteger('value').notNullable();
  });
  await knex('change_counter').insert({ id: 1, value: 0 });
  await knex.schema.createTable('changes', (t) => {
    t.bigInteger('number').primary();
    t.string('topic').notNullable();
    t.string('id').notNullable();
    t.bigInteger('at').notNullable().index();
  });
  // A text sealed under each key used so far, to detect a wrong or missing key at start.
  await knex.schema.createTable('key_checks', (t) => {
    t.string('key_id').primary();
    t.text('cipher').notNullable();
    t.bigInteger('created_at').notNullable();
  });
}

const TABLES = [
  'key_checks',
  'changes',
  'change_counter',
  'audit_entries',
  'approval_requests',
  'child_channels',
  'child_publications',
  'channel_inheritances',
  'message_overrides',
  'version_channels',
  'bot_versions',
  'channels',
  'bot_variables',
  'bots',
  'definitions',
  'apps',
  'api_tokens',
  'users',
  'accounts',
];

export async function down(knex: Knex): Promise<void> {
  for (const table of TABLES) await knex.schema.dropTableIfExists(table);
}
