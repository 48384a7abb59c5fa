import { setImmediate as round } from 'node:timers/promises';
import type { Knex } from 'knex';
import type {
  BurstMode,
  IntegrationMode,
  JwtAlgorithm,
  TemplateEncoding,
  TextForm,
  TokenEncryption,
} from '../../vocabulary.js';
import { isSqlite } from '../database/knex-internals.js';

/** What the route table holds of a channel, joined with what it needs of its bot. */
export interface RouteRow {
  id: string;
  name: string;
  is_default: boolean | number;
  account_id: string;
  bot_id: string;
  client_id: string | null;
  mode: IntegrationMode;
  post_url: string | null;
  enabled: boolean | number;
  enable_polling: boolean | number;
  template_encoding: TemplateEncoding;
  text_form: TextForm;
  burst: BurstMode;
  signing_secret_cipher: string | null;
  previous_signing_secret_cipher: string | null;
  previous_signing_secret_valid_until: number | null;
  /** JSON, as in `channels`. */
  signing_key_pairs: string | null;
  revision: number;
  rejected_revision: number | null;
  approved_revision: number | null;
  approved_client_id: string | null;
  approved_mode: IntegrationMode | null;
  approved_post_url: string | null;
  approved_access_token_cipher: string | null;
  /** JSON, as in `channels`; null: the defaults. */
  approved_delivery_settings: string | null;
  approved_delivery_secrets_cipher: string | null;
  suspended_at: number | null;
  bot_name: string;
  live_version_id: string | null;
  bot_suspended_at: number | null;
  in_live_version: number;
  /** JSON, as in `privacy.ts`; null: nothing is kept back. */
  bot_privacy: string | null;
  channel_privacy: string | null;
}

export interface AppKeyRow {
  client_id: string;
  account_id: string;
  algorithm: JwtAlgorithm;
  require_jti: boolean | number;
  secret_cipher: string;
  previous_secret_cipher: string | null;
  previous_secret_valid_until: number | null;
  /** JSON, as in `apps`. */
  public_keys: string;
  jwks_url: string | null;
  token_encryption: TokenEncryption;
  /** JSON, as in `apps`. */
  decryption_keys: string;
}

type BotColumn = 'bot_id' | 'account_id' | 'bot_name' | 'live_version_id' | 'bot_suspended_at' | 'bot_privacy';

/** What the channels of a bot have in common. */
const OF_BOT: Record<BotColumn, string> = {
  bot_id: 'bots.id',
  account_id: 'bots.account_id',
  bot_name: 'bots.name',
  live_version_id: 'bots.live_version_id',
  bot_suspended_at: 'bots.suspended_at',
  bot_privacy: 'bots.privacy',
};

const OF_CHANNEL: Record<Exclude<keyof RouteRow, BotColumn>, string> = {
  id: 'channels.id',
  name: 'channels.name',
  is_default: 'channels.is_default',
  client_id: 'channels.client_id',
  mode: 'channels.mode',
  post_url: 'channels.post_url',
  enabled: 'channels.enabled',
  enable_polling: 'channels.enable_polling',
  template_encoding: 'channels.template_encoding',
  text_form: 'channels.text_form',
  burst: 'channels.burst',
  signing_secret_cipher: 'channels.signing_secret_cipher',
  previous_signing_secret_cipher: 'channels.previous_signing_secret_cipher',
  previous_signing_secret_valid_until: 'channels.previous_signing_secret_valid_until',
  signing_key_pairs: 'channels.signing_key_pairs',
  revision: 'channels.revision',
  rejected_revision: 'channels.rejected_revision',
  approved_revision: 'channels.approved_revision',
  approved_client_id: 'channels.approved_client_id',
  approved_mode: 'channels.approved_mode',
  approved_post_url: 'channels.approved_post_url',
  approved_access_token_cipher: 'channels.approved_access_token_cipher',
  approved_delivery_settings: 'channels.approved_delivery_settings',
  approved_delivery_secrets_cipher: 'channels.approved_delivery_secrets_cipher',
  suspended_at: 'channels.suspended_at',
  channel_privacy: 'channels.privacy',
  in_live_version: 'case when version_channels.channel_id is null then 0 else 1 end',
};

/** As many as come from the driver at once, with their channels: it holds them a second time, in its own form. */
const BOTS_AT_ONCE = 100;

/** Ids in one query. */
const IDS_AT_ONCE = 500;

/** Channels that exist, of bots that exist: those of some bots, or with some ids. */
export async function routeRows(
  db: Knex,
  only: { channelIds: readonly string[] } | { botIds: readonly string[] },
): Promise<RouteRow[]> {
  const [column, ids] = 'botIds' in only ? ['channels.bot_id', only.botIds] : ['channels.id', only.channelIds];
  const found: RouteRow[] = [];
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const rows: Cells<[Cell[], Cell[]]>[] = await withVersion(db('channels').join('bots', 'bots.id', 'channels.bot_id'))
      .whereNull('channels.deleted_at')
      .whereNull('bots.deleted_at')
      .whereIn(column, ids.slice(at, at + IDS_AT_ONCE))
      .select(db.raw(`${array(db, [array(db, BOT_CELLS), array(db, CHANNEL_CELLS)])} as cells`));
    for (const [ofBot, ofChannel] of rows.map(parsed)) found.push(toRow(ofBot, ofChannel));
  }
  return found;
}

/**
 * All of them, bot by bot: what a bot's channels have in common is read, and held, once. By one connection: each of several
 * would keep as much of the file in its cache.
 */
export async function* allRouteRows(read: Knex): AsyncGenerator<RouteRow[]> {
  const db = await read.transaction();
  try {
    yield* routeRowsByBot(db);
  } finally {
    await db.rollback(); // nothing was written
  }
}

async function* routeRowsByBot(db: Knex): AsyncGenerator<RouteRow[]> {
  const channels = withVersion(db('channels'))
    .whereRaw('channels.bot_id = bots.id')
    .whereNull('channels.deleted_at')
    .select(db.raw(`${isSqlite(db) ? 'json_group_array' : 'json_agg'}(${array(db, CHANNEL_CELLS)})`));
  const cells = array(db, ['bots.id', array(db, BOT_CELLS), '?']);
  // A promise, not the builder: that would run once more each time somebody asks for its rows.
  const after = async (id: string): Promise<Cells<[string, Cell[], Cell[][] | null]>[]> =>
    db('bots')
      .whereNull('bots.deleted_at')
      .where('bots.id', '>', id)
      .orderBy('bots.id')
      .limit(BOTS_AT_ONCE)
      .select(db.raw(`${cells} as cells`, [channels]));
  let next = after('');
  for (;;) {
    const bots = (await next).map(parsed);
    const last = bots.at(-1);
    if (!last) return;
    next = after(last[0]); // read while the caller is busy with these
    next.catch(() => {}); // the caller that awaits them gets the error
    await round(); // knex takes a few steps to hand it to SQLite’s thread
    yield bots.flatMap(([, ofBot, ofChannels]) => (ofChannels ?? []).map((ofChannel) => toRow(ofBot, ofChannel)));
  }
}

type Cell = string | number | boolean | null;
/** SQLite gives the text of a JSON array, PostgreSQL's driver has parsed it. */
interface Cells<T> {
  cells: string | T;
}

const BOT_NAMES = Object.keys(OF_BOT);
const BOT_CELLS = Object.values(OF_BOT);
const CHANNEL_NAMES = Object.keys(OF_CHANNEL);
const CHANNEL_CELLS = Object.values(OF_CHANNEL);

/** Rows begin as a copy of it: columns added one by one cost several times as much, a hundred thousand times. */
const EMPTY_ROW = Object.fromEntries([...BOT_NAMES, ...CHANNEL_NAMES].map((name) => [name, null]));

/** SQLite's driver makes the values of a row one by one in native code; parsing them all at once costs a third of that. */
const array = (db: Knex, values: readonly string[]): string =>
  `${isSqlite(db) ? 'json_array' : 'json_build_array'}(${values.join(', ')})`;

const withVersion = (query: Knex.QueryBuilder): Knex.QueryBuilder =>
  query.leftJoin('version_channels', (join) =>
    join.on('version_channels.version_id', 'bots.live_version_id').andOn('version_channels.channel_id', 'channels.id'),
  );

function parsed<T>({ cells }: Cells<T>): T {
  return typeof cells === 'string' ? (JSON.parse(cells) as T) : cells; // what was selected
}

function toRow(ofBot: readonly Cell[], ofChannel: readonly Cell[]): RouteRow {
  const row: Record<string, unknown> = { ...EMPTY_ROW };
  for (let at = 0; at < BOT_NAMES.length; at += 1) row[BOT_NAMES[at] ?? ''] = ofBot[at];
  for (let at = 0; at < CHANNEL_NAMES.length; at += 1) row[CHANNEL_NAMES[at] ?? ''] = ofChannel[at];
  return row as unknown as RouteRow; // the columns that were selected, in their order
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
      'public_keys',
      'jwks_url',
      'token_encryption',
      'decryption_keys',
    );
  return clientIds ? query.whereIn('client_id', clientIds) : query;
}
