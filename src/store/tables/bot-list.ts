import type { Knex } from 'knex';
import type { EngineKind } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { withTroubledEndpoints } from './attention.js';
import { tagged } from './tags.js';

/** Which bots somebody looks for; what is left out matches all. */
export interface BotFilter {
  /** A part of the name, or the beginning of the id. */
  search?: string | null | undefined;
  /** As `botStateOf` says (domain/bots/bot-state.ts); a test holds the two together. */
  state?: string | null | undefined;
  engine?: EngineKind | null | undefined;
  tag?: string | null | undefined;
  /** Only those with a channel whose callbacks do not arrive. */
  failing?: boolean | null | undefined;
  /** Only these. */
  among?: readonly string[] | null | undefined;
}

export type ListOrder = 'NEWEST' | 'CHANGED' | 'NAME';

const LAST_PUBLISH = `(select status from approval_requests where approval_requests.bot_id = bots.id and kind = 'PUBLISH'
  order by created_at desc, id desc limit 1)`;
const LIVE_REVISION = '(select bot_revision from bot_versions where bot_versions.id = bots.live_version_id)';
const PUBLISHABLE = `exists (select 1 from channels where channels.bot_id = bots.id and channels.deleted_at is null
  and channels.enabled and channels.client_id is not null)`;
const STATE = `case when bots.suspended_at is not null then 'SUSPENDED'
  when bots.live_version_id is not null then case
    when coalesce(${LAST_PUBLISH}, '') = 'PENDING' or ${LIVE_REVISION} <> bots.revision then 'UPGRADE_IN_PROGRESS'
    else 'PUBLISHED' end
  when ${LAST_PUBLISH} = 'PENDING' then 'AWAITING_APPROVAL'
  when ${LAST_PUBLISH} = 'REJECTED' then 'REJECTED'
  when ${PUBLISHABLE} then 'CONFIGURED' else 'IN_PROGRESS' end`;

/** Leaves the bots of an account that match; of `ids` alone unless that is null. */
export function narrowBots(
  db: Db,
  query: Knex.QueryBuilder,
  accountId: string,
  { ids, among, search, state, engine, tag, failing }: BotFilter & { ids?: readonly string[] | null | undefined },
): Knex.QueryBuilder {
  const own = query.where('bots.account_id', accountId).whereNull('bots.deleted_at');
  if (ids) void own.whereIn('bots.id', [...ids]);
  if (among) void own.whereIn('bots.id', [...among]);
  if (search) void own.whereRaw(NAMED('bots'), [containing(search), beginning(search)]);
  if (engine) void own.where('bots.engine', engine);
  if (tag) void own.whereIn('bots.id', tagged(db, accountId, tag));
  if (failing)
    void own.whereIn('bots.id', withTroubledEndpoints(db, { accountId, botIds: null }).select('channels.bot_id'));
  if (state) void own.whereRaw(`${STATE} = ?`, [state]);
  return own;
}

/** A part of the name, or the beginning of the id. */
export const NAMED = (of: 'bots' | 'channels'): string =>
  `(lower(${of}.name) like ? escape '!' or ${of}.id like ? escape '!')`;

const escaped = (search: string): string => search.replace(/[!%_]/g, '!$&');
export const containing = (search: string): string => `%${escaped(search.toLowerCase())}%`;
export const beginning = (search: string): string => `${escaped(search)}%`;
