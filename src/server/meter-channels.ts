import { originOf } from '../dispatcher/target.js';
import type { Metrics } from '../metrics.js';
import type { Routes } from '../routing/routes.js';
import type { Database } from '../store/database/database.js';
import { openDeliveries } from '../store/tables/delivery-counts.js';
import { endpointKey, findEndpoints } from '../store/tables/endpoints.js';
import { type Clock, delay, SECOND, systemClock } from '../time.js';

/** Milliseconds that a reader of the metrics waits for the database; then the gauges of channels are left out. */
const PATIENCE_MS = 2 * SECOND;

export interface MeteredChannels {
  database: Pick<Database, 'read'>;
  routes: Pick<Routes, 'callback' | 'byChannel'>;
  clock: Clock;
}

/** Adds what waits on each channel, and how its endpoint fares, to the metrics by channel, where they are wanted. */
export function meterChannels({ channels }: Metrics, { database, routes, clock }: MeteredChannels): void {
  channels?.follow({
    waiting: () =>
      soon(async () => {
        const now = clock.now();
        const found = await openDeliveries(database.read);
        const ofChannels = found.filter(({ channelId }) => routes.byChannel(channelId)); // alerts are deliveries, too
        return ofChannels.map(({ channelId, count, oldestAt }) => ({
          channelId,
          count,
          oldestAgeSeconds: Math.max(0, now - oldestAt) / SECOND,
        }));
      }),
    endpointStates: (channelIds) =>
      soon(async () => {
        const targets = channelIds.flatMap((channelId) => {
          const target = routes.callback(channelId);
          return target ? [{ channelId, accountId: target.accountId, origin: originOf(target.url) }] : [];
        });
        const known = await findEndpoints(database.read, targets);
        return new Map(
          targets.map((target) => [target.channelId, known.get(endpointKey(target))?.state ?? 'UNKNOWN'] as const),
        );
      }),
  });
}

/** Rejects when the work takes too long. */
async function soon<T>(work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = delay(systemClock, PATIENCE_MS, done.signal).then(() => {
    throw new Error('the database does not answer');
  });
  late.catch(() => {}); // it is over by then
  try {
    return await Promise.race([work(), late]);
  } finally {
    done.abort();
  }
}
