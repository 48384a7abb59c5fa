import type { Knex } from 'knex';
import type { IntegrationMode } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { withoutIndex } from '../database/using-index.js';
import { withTroubledEndpoints } from './attention.js';
import { beginning, containing, NAMED } from './bot-list.js';
import { tagged } from './tags.js';

/** Which channels somebody looks for; what is left out matches all. */
export interface ChannelFilter {
  /** A part of the name, or the beginning of the id. */
  search?: string | null | undefined;
  botId?: string | null | undefined;
  /** As `statusOf` says (domain/channels/blockers.ts); a test holds the two together. */
  status?: string | null | undefined;
  mode?: IntegrationMode | null | undefined;
  appClientId?: string | null | undefined;
  tag?: string | null | undefined;
  /** Only those whose callbacks do not arrive. */
  failing?: boolean | null | undefined;
}

const STATUS = `case when channels.suspended_at is not null then 'SUSPENDED'
  when channels.client_id is null then 'NEEDS_CONFIGURATION'
  when not channels.enabled then 'DISABLED'
  when channels.approved_revision is not null then 'APPROVED'
  when channels.mode = 'ASYNC' and channels.post_url is null then 'NEEDS_CONFIGURATION'
  when channels.rejected_revision = channels.revision then 'REJECTED'
  else 'AWAITING_APPROVAL' end`;

/** Leaves the channels of an account that match; of these bots alone unless that is null. */
export function narrowChannels(
  db: Db,
  query: Knex.QueryBuilder,
  accountId: string,
  filter: ChannelFilter & { botIds: readonly string[] | null },
): Knex.QueryBuilder {
  const { botIds, search, botId, status, mode, appClientId, tag, failing } = filter;
  // The words keep SQLite from all channels of the account where there are few of the bot or the app.
  const own = (
    botId || appClientId
      ? query.whereRaw(`${withoutIndex(db, 'channels.account_id')} = ?`, [accountId])
      : query.where('channels.account_id', accountId)
  ).whereNull('channels.deleted_at');
  if (botIds) void own.whereIn('channels.bot_id', [...botIds]);
  if (botId) void own.where('channels.bot_id', botId);
  if (search) void own.whereRaw(NAMED('channels'), [containing(search), beginning(search)]);
  if (mode) void own.where('channels.mode', mode);
  if (appClientId) void own.where('channels.client_id', appClientId);
  if (tag) void own.whereIn('channels.id', tagged(db, accountId, tag));
  if (failing)
    void own.whereIn('channels.id', withTroubledEndpoints(db, { accountId, botIds: null }).select('channels.id'));
  if (status) void own.whereRaw(`${STATUS} = ?`, [status]);
  return own;
}
