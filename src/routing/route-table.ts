import type { Knex } from 'knex';
import { type CallbackTarget, endpointNamed, originOf } from '../dispatcher/target.js';
import { blockersOf, type ChannelBlocker } from '../domain/channels/blockers.js';
import { type ChangeTopic, changesAfter, latestChange } from '../store/changes.js';
import { type CanaryRecord, runningCanaries } from '../store/tables/canaries.js';
import { allRouteRows, appKeyRows, type RouteRow, routeRows } from '../store/tables/routes.js';
import { type AppKeysDeps, createAppKeys } from './app-keys.js';
import { type SealedCallback, toCallback, toSealed } from './callbacks.js';
import { createPrivacy } from './privacy.js';
import { publicKeysOf } from './public-keys.js';
import type { AppKeys, Route, Routes } from './routes.js';

/** Change notices read in one query; more are read in the next. */
const CHANGES_AT_ONCE = 1_000;

export interface RouteTableDeps extends AppKeysDeps {
  db: Knex;
  /** Called with what changed, so that caches derived from it can be invalidated; awaited. */
  onChange?(changed: Changed): Promise<void> | void;
}

/** Ids of what changed. */
export interface Changed {
  bots: string[];
  channels: string[];
  alertSubscriptions: string[];
}

/**
 * Fills the table once and keeps it current by following the numbered changes. Secrets stay sealed until a token or a
 * callback needs them: opening a hundred thousand at start would cost seconds.
 */
export async function openRouteTable(deps: RouteTableDeps): Promise<Routes> {
  const channels = new Map<string, Entry>();
  const privacyOf = createPrivacy(deps.vault);
  const byBot = new Map<string, string[]>();
  const defaults = new Map<string, Entry>();
  const apps = new Map<string, AppKeys>();
  const canaries = new Map<string, CanaryRecord>(); // by bot
  /** Channels by the endpoint of their callbacks; made when it is asked for, and void with every change. */
  let byEndpoint: Map<string, string[]> | null = null;

  function add(row: RouteRow, shared: Shared): void {
    const entry = toEntry(row, shared, privacyOf, canaries.get(row.bot_id));
    const { channelId, botId, isDefault } = entry.route;
    channels.set(channelId, entry);
    const siblings = byBot.get(botId);
    if (siblings) siblings.push(channelId);
    else byBot.set(botId, [channelId]);
    if (isDefault) defaults.set(botId, entry);
  }

  function remove(channelId: string): void {
    const entry = channels.get(channelId);
    if (!entry) return;
    const { botId } = entry.route;
    channels.delete(channelId);
    if (defaults.get(botId) === entry) defaults.delete(botId);
    const siblings = byBot.get(botId)?.filter((id) => id !== channelId) ?? [];
    if (siblings.length > 0) byBot.set(botId, siblings);
    else byBot.delete(botId);
  }

  /** Replaces the entries of these channels. */
  function replace(channelIds: readonly string[], rows: readonly RouteRow[]): void {
    byEndpoint = null;
    for (const id of channelIds) remove(id);
    const shared = createShared();
    for (const row of rows) {
      remove(row.id);
      add(row, shared);
    }
  }

  let seen = await latestChange(deps.db); // before the rows: what changes meanwhile is read again
  for (const canary of await runningCanaries(deps.db)) canaries.set(canary.botId, canary);
  for (const row of await appKeyRows(deps.db)) apps.set(row.client_id, createAppKeys(row, deps));
  const shared = createShared();
  for await (const rows of allRouteRows(deps.db)) for (const row of rows) add(row, shared);

  async function follow(): Promise<void> {
    for (;;) {
      const changes = await changesAfter(deps.db, seen, CHANGES_AT_ONCE);
      const last = changes.at(-1);
      if (!last) return;
      const of = (topic: ChangeTopic) => [
        ...new Set(changes.filter((change) => change.topic === topic).map(({ id }) => id)),
      ];
      const changed = {
        bots: of('bot'),
        channels: of('channel'),
        alertSubscriptions: of('alert-subscription'),
      };
      const ofApps = of('app');
      const keys = ofApps.length === 0 ? [] : await appKeyRows(deps.db, ofApps);
      for (const id of ofApps) apps.delete(id);
      for (const row of keys) apps.set(row.client_id, createAppKeys(row, deps));
      const running = await runningCanaries(deps.db, changed.bots);
      for (const id of changed.bots) canaries.delete(id);
      for (const canary of running) canaries.set(canary.botId, canary);
      replace(changed.channels, await routeRows(deps.db, { channelIds: changed.channels }));
      const ofBots = await routeRows(deps.db, { botIds: changed.bots });
      replace(channelsOf(changed.bots), ofBots);
      await deps.onChange?.(changed);
      seen = last.number; // what was not taken in is read again
    }
  }

  function groupedByEndpoint(): Map<string, string[]> {
    const grouped = new Map<string, string[]>();
    for (const [id, { callback }] of channels) {
      if (callback === null) continue;
      const isSealed = 'id' in callback;
      const url = isSealed ? callback.approved_post_url : callback.url;
      const endpoint = endpointNamed(isSealed ? callback.account_id : callback.accountId, originOf(url));
      const siblings = grouped.get(endpoint);
      if (siblings) siblings.push(id);
      else grouped.set(endpoint, [id]);
    }
    return grouped;
  }
  function channelsAt(accountId: string, origin: string): string[] {
    byEndpoint ??= groupedByEndpoint();
    return byEndpoint.get(endpointNamed(accountId, origin)) ?? [];
  }

  const channelsOf = (botIds: readonly string[]): string[] => botIds.flatMap((id) => byBot.get(id) ?? []);

  let following: Promise<void> = Promise.resolve();
  return {
    find: (botId, channelId) => {
      if (channelId === undefined) return defaults.get(botId)?.route;
      const route = channels.get(channelId)?.route;
      return route?.botId === botId ? route : undefined;
    },
    byChannel: (channelId) => channels.get(channelId)?.route,
    channelsOf,
    channelsAt,
    app: (clientId) => apps.get(clientId),
    callback: (channelId) => {
      const entry = channels.get(channelId);
      if (!entry) return undefined;
      if (entry.callback && 'id' in entry.callback)
        entry.callback = { ...toCallback(entry.callback, deps.vault), mask: entry.route.privacy?.mask ?? null }; // opened once, when first needed
      return entry.callback;
    },
    publicKeys: (channelId, now) => {
      const entry = channels.get(channelId);
      return entry && publicKeysOf(entry.signingKeyPairs, now);
    },
    size: () => channels.size,
    refresh() {
      following = following.catch(() => {}).then(follow); // one after the other: `seen` moves in order
      return following;
    },
  };
}

interface Entry {
  route: Route;
  /** Null while nothing may be sent: disabled, suspended, or no approved URL. Sealed until it is asked for. */
  callback: SealedCallback | CallbackTarget | null;
  /** JSON, as in `channels`. Kept also while nothing may be sent: what was sent is verified later. */
  signingKeyPairs: string | null;
}

/** Interns texts, so that equal texts of many channels are held in memory once. */
type Shared = <T extends string | null>(text: T) => T;

function createShared(): Shared {
  const known = new Map<unknown, unknown>();
  return <T extends string | null>(text: T): T => {
    const first = known.get(text);
    if (first !== undefined) return first as T; // it equals `text`
    known.set(text, text);
    return text;
  };
}

const NO_BLOCKERS: ChannelBlocker[] = [];

function toEntry(
  row: RouteRow,
  shared: Shared,
  privacyOf: ReturnType<typeof createPrivacy>,
  canary: CanaryRecord | undefined,
): Entry {
  const served = row.approved_revision !== null;
  const blockers = blockersOf(row);
  const route: Route = {
    channelId: row.id,
    channelName: shared(row.name),
    isDefault: Boolean(row.is_default),
    accountId: shared(row.account_id),
    botId: row.bot_id,
    botName: row.bot_name,
    blockers: blockers.length === 0 ? NO_BLOCKERS : blockers,
    clientId: shared(served ? row.approved_client_id : row.client_id),
    mode: (served ? row.approved_mode : null) ?? row.mode,
    versionId: row.live_version_id,
    canary: canary?.channelIds.includes(row.id) ? canary : null,
    enablePolling: Boolean(row.enable_polling),
    templateEncoding: row.template_encoding,
    textForm: row.text_form,
    burst: row.burst,
    privacy: privacyOf(row.bot_privacy, row.channel_privacy),
  };
  return { route, callback: toSealed(row, route.accountId), signingKeyPairs: row.signing_key_pairs };
}
