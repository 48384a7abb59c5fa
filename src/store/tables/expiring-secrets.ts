import type { Db } from '../database/database.js';

/** A secret that ends at a known time. */
export interface ExpiringSecret {
  accountId: string;
  kind: 'API_TOKEN' | 'APP_SECRET' | 'SIGNING_SECRET';
  /** Id of the row that holds it. */
  id: string;
  /** Null for one of a channel, which is named by `channelId`. */
  name: string | null;
  channelId: string | null;
  endsAt: number;
}

/**
 * What ends between two moments in these accounts: API tokens, and secrets that were replaced and are still good. Sessions
 * of the console end unseen.
 */
export async function secretsEndingBetween(
  db: Db,
  accountIds: readonly string[],
  from: number,
  to: number,
): Promise<ExpiringSecret[]> {
  type Row = { account_id: string; id: string; name: string; ends_at: number };
  const ending = (table: string, column: string) =>
    db(table)
      .whereIn('account_id', [...accountIds])
      .where(column, '>', from)
      .where(column, '<=', to)
      .select('account_id', 'name', { ends_at: column });
  const tokens: Row[] = await ending('api_tokens', 'expires_at')
    .whereNull('revoked_at')
    .where('session', false)
    .select('id');
  const apps: Row[] = await ending('apps', 'previous_secret_valid_until')
    .whereNull('deleted_at')
    .select({ id: 'client_id' });
  const channels: Row[] = await ending('channels', 'previous_signing_secret_valid_until')
    .whereNull('deleted_at')
    .select('id');
  const common = ({ account_id, id, ends_at }: Row) => ({ accountId: account_id, id, endsAt: Number(ends_at) });
  return [
    ...tokens.map((row) => ({ ...common(row), kind: 'API_TOKEN' as const, name: row.name, channelId: null })),
    ...apps.map((row) => ({ ...common(row), kind: 'APP_SECRET' as const, name: row.name, channelId: null })),
    ...channels.map((row) => ({ ...common(row), kind: 'SIGNING_SECRET' as const, name: null, channelId: row.id })),
  ];
}
