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

export interface AppKeyRow {
  client_id: string;
  account_id: string;
  algorithm: 'HS256' | 'HS512';
  require_jti: boolean | number;
  secret_cipher: string;
  previous_secret_cipher: string | null;
  previous_secret_valid_until: number | null;
}

const COLUMNS: Record<keyof RouteRow, string> = {
  id: 'channels.id',
  name: 'channels.name',
  is_default: 'channels.is_default',
  account_id: 'channels.account_id',
  bot_id: 'channels.bot_id',
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
  revision: 'channels.revision',
  rejected_revision: 'channels.rejected_revision',
  approved_revision: 'channels.approved_revision',
  approved_client_id: 'channels.approved_client_id',
  approved_mode: 'channels.approved_mode',
  approved_post_url: 'channels.approved_post_url',
  approved_access_token_cipher: 'channels.approved_access_token_cipher',
  suspended_at: 'channels.suspended_at',
  bot_name: 'bots.name',
  live_version_id: 'bots.live_version_id',
  bot_suspended_at: 'bots.suspended_at',
  in_live_version: 'case when version_channels.channel_id is null then 0 else 1 end',
};

/** As many as come from the driver at once: it holds them a second time, in its own form. */
const ROWS_AT_ONCE = 1_000;

/** Channels that exist, of bots that exist: those of some bots, or with some ids. */
export async function routeRows(db: Knex, only: { channelIds: string[] } | { botIds: string[] }): Promise<RouteRow[]> {
  const rows = await ('botIds' in only
    ? select(db).whereIn('channels.bot_id', only.botIds)
    : select(db).whereIn('channels.id', only.channelIds));
  return rows.map(read);
}

/** All of them, in parts. */
export async function* allRouteRows(db: Knex): AsyncGenerator<RouteRow[]> {
  const after = async (id: string): Promise<RouteRow[]> => {
    const rows = await select(db).where('channels.id', '>', id).orderBy('channels.id').limit(ROWS_AT_ONCE);
    return rows.map(read);
  };
  let next = after('');
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    if (!last) return;
    next = after(last.id); // read while the caller is busy with these
    next.catch(() => {}); // whoever asks for them is told
    yield rows;
  }
}

function select(db: Knex): Knex.QueryBuilder {
  const columns = Object.values(COLUMNS).join(', ');
  // SQLite's driver makes the values of a row one by one in native code; parsing them all at once costs a third of that.
  const cells = db.client.dialect === 'sqlite3' ? `json_array(${columns})` : `json_build_array(${columns})`;
  return db('channels')
    .join('bots', 'bots.id', 'channels.bot_id')
    .leftJoin('version_channels', (join) =>
      join
        .on('version_channels.version_id', 'bots.live_version_id')
        .andOn('version_channels.channel_id', 'channels.id'),
    )
    .whereNull('channels.deleted_at')
    .whereNull('bots.deleted_at')
    .select(db.raw(`${cells} as cells`));
}

const NAMES = Object.keys(COLUMNS);

function read({ cells }: { cells: string | unknown[] }): RouteRow {
  const values = typeof cells === 'string' ? (JSON.parse(cells) as unknown[]) : cells; // PostgreSQL's driver has parsed it
  const row: Record<string, unknown> = {};
  NAMES.forEach((name, at) => {
    row[name] = values[at];
  });
  return row as unknown as RouteRow; // the columns of `select`, in their order
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
