import type { Dispatcher } from '../dispatcher/dispatcher.js';
import { originOf } from '../dispatcher/target.js';
import { assertMay, may, readableBots, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { contentReadable } from '../domain/content.js';
import { conflict, notFound } from '../errors.js';
import type { Routes } from '../routing/routes.js';
import { type PageRequest, pageOf } from '../store/database/page.js';
import { type ChannelRecord, findChannel } from '../store/tables/channels.js';
import { deadDeliveries, openDeliveries } from '../store/tables/delivery-counts.js';
import {
  type EndpointRow,
  type EndpointState,
  endpointKey,
  endpointsOfAccount,
  findEndpoints,
  pauseEndpoint,
  requestTry,
} from '../store/tables/endpoints.js';

export interface EndpointsDeps extends CommandDeps {
  routes: Pick<Routes, 'byChannel' | 'channelsAt'>;
  dispatcher: Pick<Dispatcher, 'load'>;
  /** Has this process read what is asked for; others follow within half a second. */
  onTry(): Promise<void>;
}

/** How the endpoint of a channel fares; its callbacks are counted apart, for whoever asks. */
export interface EndpointView {
  channelId: string;
  origin: string;
  state: EndpointState;
  since: number | null;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastError: string | null;
  blockedUntil: number | null;
  pausedAt: number | null;
  pausedBy: string | null;
}

/** An endpoint by itself, with the channels of the account that send to it and what this process calls it with. */
export interface EndpointOverview extends Omit<EndpointView, 'channelId'> {
  channels: number;
  pending: number;
  /** Null: this process has not called it. */
  callsAtOnce: number | null;
  callsUnderWay: number;
}

/** Endpoints of one account that are listed, those of which something was heard last. */
const MAX_LISTED = 2_000;
/** What needs somebody comes first. */
const URGENCY: Record<EndpointState, number> = { BLOCKED: 0, FAILING: 1, UNKNOWN: 2, HEALTHY: 3 };

const UNHEARD_OF = {
  state: 'UNKNOWN',
  since: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  lastError: null,
  blockedUntil: null,
  pausedAt: null,
  pausedBy: null,
} as const;

/** The endpoints of channels as admins see them. */
export function createEndpoints(deps: EndpointsDeps) {
  const { database, log } = deps;

  const botsOf = (channelIds: readonly string[]): string[] => [
    ...new Set(channelIds.flatMap((id) => deps.routes.byChannel(id)?.botId ?? [])),
  ];

  /**
   * Pauses an endpoint or resumes it. While it is paused its messages wait, in order, within their retry windows. It concerns all bots
   * that send there, and takes the permission for each. NOT_FOUND for an endpoint that no channel sends to.
   */
  async function setPaused(viewer: Viewer, origin: string, isPaused: boolean): Promise<boolean> {
    const { accountId } = viewer;
    const action = isPaused ? 'endpoint.pause' : 'endpoint.resume';
    const isNew = await runCommand(deps, viewer, action, async ({ trx, now, allowed, audit }) => {
      const channelIds = deps.routes.channelsAt(accountId, origin);
      const [row] = (await findEndpoints(trx, [{ accountId, origin }])).values();
      const isKnown = channelIds.length > 0 || (row && may(viewer, action));
      const botIds = botsOf(channelIds);
      if (!isKnown || !(may(viewer, 'read') || botIds.some((id) => may(viewer, 'read', id))))
        throw notFound('endpoint', origin);
      for (const botId of botIds) assertMay(viewer, action, botId);
      allowed();
      if (((row?.pausedAt ?? null) !== null) === isPaused) return false;
      const pause = isPaused ? { pausedAt: now, pausedBy: viewer.name } : { pausedAt: null, pausedBy: null };
      await pauseEndpoint(trx, { accountId, origin }, pause, now);
      audit(origin, { channels: channelIds.length });
      return true;
    });
    if (isNew) await readNow('is paused or resumed');
    return isNew;
  }

  const readNow = (what: string) =>
    deps.onTry().catch((err: unknown) => log.warn({ err }, `an endpoint ${what} later than asked for`));

  return {
    /**
     * By channel; a channel that sends no callbacks has none. What the last failure said is left out for who may not read what
     * was said: it is about a message.
     */
    async ofChannels(viewer: Viewer, channels: readonly ChannelRecord[]): Promise<Map<string, EndpointView>> {
      const targets = channels.flatMap(({ id, accountId, ...channel }) => {
        const origin = callbackOrigin(channel);
        return origin === null ? [] : [{ channelId: id, accountId, origin }];
      });
      const [known, readable] = await Promise.all([
        findEndpoints(database.read, targets),
        contentReadable(
          database.read,
          viewer,
          targets.map(({ channelId }) => channelId),
        ),
      ]);
      return new Map(
        targets.map(({ channelId, ...key }) => {
          const found = known.get(endpointKey(key)) ?? { ...UNHEARD_OF, ...key };
          return [channelId, { channelId, ...healthOf(found, readable(channelId)) }];
        }),
      );
    },

    /** Those that something is known of and that channels of the viewer's bots send to, the ones in trouble first. */
    async list(viewer: Viewer, request: PageRequest) {
      const { accountId } = viewer;
      const visible = readableBots(viewer);
      const rows = (await endpointsOfAccount(database.read, accountId, MAX_LISTED))
        .map((row) => ({ row, channelIds: deps.routes.channelsAt(accountId, row.origin) }))
        .filter(({ channelIds }) => visible === null || botsOf(channelIds).some((id) => visible.includes(id)));
      rows.sort((a, b) => urgencyOf(a.row) - urgencyOf(b.row) || b.row.since - a.row.since);
      const page = pageOf(rows, ({ row }) => row.origin, request);
      const open = new Map(
        (
          await openDeliveries(
            database.read,
            page.edges.flatMap(({ node }) => node.channelIds),
          )
        ).map(({ channelId, count }) => [channelId, count]),
      );
      const mayRead = may(viewer, 'conversation.read-content');
      const edges = page.edges.map(({ cursor, node: { row, channelIds } }) => {
        const load = deps.dispatcher.load(row);
        const node: EndpointOverview = {
          ...healthOf(row, mayRead),
          channels: channelIds.length,
          pending: channelIds.reduce((sum, id) => sum + (open.get(id) ?? 0), 0),
          callsAtOnce: load?.limit ?? null,
          callsUnderWay: load?.underWay ?? 0,
        };
        return { cursor, node };
      });
      return { ...page, edges };
    },

    pause: (viewer: Viewer, origin: string) => setPaused(viewer, origin, true),
    resume: (viewer: Viewer, origin: string) => setPaused(viewer, origin, false),

    openDeliveries: (_viewer: Viewer, channelIds: readonly string[]) => openDeliveries(database.read, channelIds),
    deadDeliveries: (_viewer: Viewer, channelIds: readonly string[]) => deadDeliveries(database.read, channelIds),

    /** Tries the endpoint of a channel at once, whatever it rests for. NOT_FOUND; CONFLICT for one without callbacks. */
    async tryNow(viewer: Viewer, channelId: string): Promise<ChannelRecord> {
      const channel = await runCommand(deps, viewer, 'endpoint.try', async ({ trx, now, allow, audit }) => {
        const found = await findChannel(trx, viewer.accountId, channelId);
        if (!found) throw notFound('channel', channelId);
        allow(found.botId, () => notFound('channel', channelId));
        const origin = callbackOrigin(found);
        if (origin === null)
          throw conflict('Only an asynchronous channel with an approved POST URL has an endpoint to try.');
        await requestTry(trx, { accountId: found.accountId, origin, channelId, now });
        audit(channelId, { botId: found.botId, endpoint: origin });
        return found;
      });
      await readNow('is tried');
      return channel;
    },
  };
}

const urgencyOf = ({ pausedAt, state }: EndpointRow): number => (pausedAt === null ? URGENCY[state] : -1);

type Health = Omit<EndpointView, 'channelId'>;

function healthOf(row: Health, mayRead: boolean): Health {
  const { origin, state, since, lastSuccessAt, lastFailureAt, blockedUntil, pausedAt, pausedBy } = row;
  const lastError = mayRead ? row.lastError : null;
  return { origin, state, since, lastSuccessAt, lastFailureAt, lastError, blockedUntil, pausedAt, pausedBy };
}

/** Where the callbacks of a channel go; null: it sends none. */
export function callbackOrigin({
  approvedMode,
  approvedPostUrl,
}: Pick<ChannelRecord, 'approvedMode' | 'approvedPostUrl'>): string | null {
  return approvedMode === 'ASYNC' && approvedPostUrl !== null ? originOf(approvedPostUrl) : null;
}
