import { originOf } from '../dispatcher/target.js';
import type { Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { contentReadable } from '../domain/content.js';
import { conflict, notFound } from '../errors.js';
import { type ChannelRecord, findChannel } from '../store/tables/channels.js';
import { deadDeliveries, openDeliveries } from '../store/tables/delivery-counts.js';
import { type EndpointState, endpointKey, findEndpoints, requestTry } from '../store/tables/endpoints.js';

export interface EndpointsDeps extends CommandDeps {
  /** Has this process read what is asked for; others follow within half a second. */
  onTry(): Promise<void>;
}

/** How the endpoint of a channel fares; its callbacks are counted apart, for whoever asks. */
export interface EndpointView {
  channelId: string;
  state: EndpointState;
  since: number | null;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastError: string | null;
  blockedUntil: number | null;
}

const UNHEARD_OF = {
  state: 'UNKNOWN',
  since: null,
  lastSuccessAt: null,
  lastFailureAt: null,
  lastError: null,
  blockedUntil: null,
} as const;

/** The endpoints of channels as admins see them. */
export function createEndpoints(deps: EndpointsDeps) {
  const { database, log } = deps;
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
          const { state, since, lastSuccessAt, lastFailureAt, lastError, blockedUntil } =
            known.get(endpointKey(key)) ?? UNHEARD_OF;
          const told = readable(channelId) ? lastError : null;
          return [channelId, { channelId, state, since, lastSuccessAt, lastFailureAt, lastError: told, blockedUntil }];
        }),
      );
    },

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
      await deps.onTry().catch((err: unknown) => log.warn({ err }, 'an endpoint is tried later than asked for'));
      return channel;
    },
  };
}

/** Where the callbacks of a channel go; null: it sends none. */
function callbackOrigin({
  approvedMode,
  approvedPostUrl,
}: Pick<ChannelRecord, 'approvedMode' | 'approvedPostUrl'>): string | null {
  return approvedMode === 'ASYNC' && approvedPostUrl !== null ? originOf(approvedPostUrl) : null;
}
