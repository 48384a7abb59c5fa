import type { Knex } from 'knex';

/** What the route table holds of a channel, joined with what it needs of its bot. */
export interface RouteRow {
  id: string;
  name: string;
  is_default: boolean | number;
  account_id: string;
  bot_id: string;
  client_id: string | null;
  mode: 'SYNC' | 'ASYNC';
  post_url: string | null;
  enabled: boolean | number;
  enable_polling: boolean | number;
  template_encoding: 'OBJECT' | 'STRING';
  text_form: 'AUTO' | 'ARRAY';
  burst: 'SERIAL' | 'JOIN' | 'LATEST';
  signing_secret_cipher: string | null;
  previous_signing_secret_cipher: string | null;
  previous_signing_secret_valid_until: number | null;
  revision: number;
  rejected_revision: number | null;
  approved_revision: number | null;
  approved_client_id: string | null;
  approved_mode: 'SYNC' | 'ASYNC' | null;
  approved_post_url: string | null;
  approved_access_token_cipher: string | null;
  suspended_at: number | null;
  bot_name: string;
  live_version_id: string | null;
  bot_suspended_at: number | null;
  in_live_version: number;
}

const OF_CHANNEL = [
  'id',
  'name',
  'is_default',
  'account_id',
  'bot_id',
  'client_id',
  'mode',
  'post_url',
  'enabled',
  'enable_polling',
  'template_encoding',
  'text_form',
  'burst',
  'signing_secret_cipher',
  'previous_signing_secret_cipher',
  'previous_signing_secret_valid_until',
  'revision',
  'rejected_revision',
  'approved_revision',
  'approved_client_id',
  'approved_mode',
  'approved_post_url',
  'approved_access_token_cipher',
  'suspended_at',
].map((column) => `channels.${column}`);

export interface AppKeyRow {
  client_id: string;
  account_id: string;
  algorithm: 'HS256' | 'HS512';
  require_jti: boolean | number;
  secret_cipher: string;
  previous_secret_cipher: string | null;
  previous_secret_valid_until: number | null;
}

/** Channels that exist, of bots that exist; all of them, or those of some bots or with some ids. */
export function routeRows(db: Knex, only?: { channelIds: string[] } | { botIds: string[] }): Promise<RouteRow[]> {
  const query = db('channels')
    .join('bots', 'bots.id', 'channels.bot_id')
    .leftJoin('version_channels', (join) =>
      join
        .on('version_channels.version_id', 'bots.live_version_id')
        .andOn('version_channels.channel_id', 'channels.id'),
    )
    .whereNull('channels.deleted_at')
    .whereNull('bots.deleted_at')
    .select<RouteRow[]>(
      ...OF_CHANNEL,
      'bots.name as bot_name',
      'bots.live_version_id',
      'bots.suspended_at as bot_suspended_at',
      db.raw('case when version_channels.channel_id is null then 0 else 1 end as in_live_version'),
    );
  if (!only) return query;
  return 'botIds' in only
    ? query.whereIn('channels.bot_id', only.botIds)
    : query.whereIn('channels.id', only.channelIds);
}

export function appKeyRows(db: Knex, clientIds?: string[]): Promise<AppKeyRow[]> {
  const query = db('apps')
    .whereNull('deleted_at')
    .select<AppKeyRow[]>(
      'client_id',
      'account_id',
      'algorithm',
      'require_jti',
      'secret_cipher',
      'previous_secret_cipher',
      'previous_secret_valid_until',
    );
  return clientIds ? query.whereIn('client_id', clientIds) : query;
}
