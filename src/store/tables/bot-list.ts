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

/** A publish that waits is the last one of its bot: another withdraws it. */
const WAITS = `exists (select 1 from approval_requests
  where approval_requests.bot_id = bots.id and status = 'PENDING' and kind = 'PUBLISH')`;
const WAS_REJECTED = `coalesce((select status from approval_requests where approval_requests.bot_id = bots.id and kind = 'PUBLISH'
  order by created_at desc, id desc limit 1), '') = 'REJECTED'`;
const IS_CHANGED = `not exists (select 1 from bot_versions
  where bot_versions.id = bots.live_version_id and bot_versions.bot_revision = bots.revision)`;
const PUBLISHABLE = `exists (select 1 from channels where channels.bot_id = bots.id and channels.deleted_at is null
  and channels.enabled and channels.client_id is not null)`;
const LIVE = 'bots.suspended_at is null and bots.live_version_id is not null';
const DRAFT = 'bots.suspended_at is null and bots.live_version_id is null';

/** True of the bots in each state; what a bot itself tells comes first, for the rest has to be looked up for each. */
const IN_STATE: Record<string, string> = {
  SUSPENDED: 'bots.suspended_at is not null',
  UPGRADE_IN_PROGRESS: `${LIVE} and (${IS_CHANGED} or ${WAITS})`,
  PUBLISHED: `${LIVE} and not (${IS_CHANGED} or ${WAITS})`,
  AWAITING_APPROVAL: `${DRAFT} and ${WAITS}`,
  REJECTED: `${DRAFT} and ${WAS_REJECTED}`,
  CONFIGURED: `${DRAFT} and ${PUBLISHABLE} and not ${WAITS} and not ${WAS_REJECTED}`,
  IN_PROGRESS: `${DRAFT} and not ${PUBLISHABLE} and not ${WAITS} and not ${WAS_REJECTED}`,
};

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
  if (state) void own.whereRaw(IN_STATE[state] ?? 'false');
  return own;
}

/** A part of the name, or the beginning of the id. */
export const NAMED = (of: 'bots' | 'channels'): string =>
  `(lower(${of}.name) like ? escape '!' or ${of}.id like ? escape '!')`;

const escaped = (search: string): string => search.replace(/[!%_]/g, '!$&');
export const containing = (search: string): string => `%${escaped(search.toLowerCase())}%`;
export const beginning = (search: string): string => `${escaped(search)}%`;
