import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { may, readableBots, type Viewer } from '../domain/access.js';
import { certificatesEndingBefore } from '../domain/channels/certificates-ending.js';
import type { Database } from '../store/database/database.js';
import {
  botsThatFail,
  botsWithUnfilledVariables,
  channelStanding,
  type HourOfTraffic,
  mostDeadLetters,
  trafficByHour,
  troubledChannelIds,
} from '../store/tables/attention.js';
import type { Sight } from '../store/tables/channel-metric-sums.js';
import { findChannels } from '../store/tables/channels.js';
import { type ExpiringSecret, secretsEndingBetween } from '../store/tables/expiring-secrets.js';
import { type Clock, DAY, HOUR, MINUTE } from '../time.js';

/** Lines of each list; further ones are only counted, or found on the page the list leads to. */
const MOST = 10;
/** Milliseconds before its end in which something is said to end soon: a token or replaced secret, and a certificate. */
const SECRETS_AHEAD_MS = 7 * DAY;
const CERTIFICATES_AHEAD_MS = 30 * DAY;

/** Milliseconds after the end of an hour in which what happened in it is counted; later, its sums are kept in memory. */
const COUNTED_WITHIN_MS = MINUTE;
/** Hours kept, of all who look; beyond, the one unused for longest is summed again. */
const MAX_PAST_HOURS = 5_000;

/** Something that ends soon, or a certificate that has ended. */
interface Ending {
  kind: ExpiringSecret['kind'] | 'CERTIFICATE';
  name: string | null;
  channelId: string | null;
  endsAt: number;
}

/** What in an account waits for somebody, as one viewer may see it. */
export function createAttention({ database, clock }: { database: Pick<Database, 'read'>; clock: Clock }) {
  const db = database.read;
  const sightOf = (viewer: Viewer): Sight => ({ accountId: viewer.accountId, botIds: readableBots(viewer) });
  const since = () => clock.now() - DAY;
  const pastHours = new LRUCache<string, HourOfTraffic>(atMost(MAX_PAST_HOURS));

  return {
    channels: (viewer: Viewer) => channelStanding(db, sightOf(viewer), MOST),
    failingChannels: (viewer: Viewer) => troubledChannelIds(db, sightOf(viewer), MOST),
    deadLetters: (viewer: Viewer) => mostDeadLetters(db, sightOf(viewer), MOST),
    unfilledVariables: (viewer: Viewer) => botsWithUnfilledVariables(db, sightOf(viewer), MOST),
    failingBots: (viewer: Viewer) => botsThatFail(db, sightOf(viewer), since(), MOST),

    /** Each hour of the last day, also those without events. */
    async traffic(viewer: Viewer): Promise<HourOfTraffic[]> {
      const sight = sightOf(viewer);
      const now = clock.now();
      const first = now - DAY - ((now - DAY) % HOUR);
      const hours = Array.from({ length: DAY / HOUR + 1 }, (_, index) => first + index * HOUR);
      const key = (from: number) => [sight.accountId, ...(sight.botIds ?? ['*']), from].join(' ');
      const missing = hours.find((from) => !pastHours.has(key(from)));
      const fresh = missing === undefined ? [] : await trafficByHour(db, sight, missing);
      const found = new Map(fresh.map((hour) => [hour.from, hour]));
      return hours.map((from) => {
        const hour = pastHours.get(key(from)) ?? found.get(from) ?? { from, messagesIn: 0, messagesOut: 0, failed: 0 };
        if (from + HOUR + COUNTED_WITHIN_MS <= now) pastHours.set(key(from), hour);
        return hour;
      });
    },

    /** The first to end first. API tokens for who manages users, secrets of apps for who reads the whole account. */
    async ending(viewer: Viewer): Promise<Ending[]> {
      const { accountId, botIds } = sightOf(viewer);
      const now = clock.now();
      const [secrets, certificates] = await Promise.all([
        secretsEndingBetween(db, [accountId], now, now + SECRETS_AHEAD_MS),
        certificatesEndingBefore(db, now + CERTIFICATES_AHEAD_MS),
      ]);
      const all: Ending[] = [
        ...secrets,
        ...certificates
          .filter((certificate) => certificate.accountId === accountId)
          .map(({ channelId, endsAt }) => ({ kind: 'CERTIFICATE' as const, name: null, channelId, endsAt })),
      ];
      const ofChannels = await findChannels(
        db,
        accountId,
        all.flatMap(({ channelId }) => channelId ?? []),
      );
      const readable = new Set(ofChannels.filter(({ botId }) => may(viewer, 'read', botId)).map(({ id }) => id));
      return all
        .filter(({ kind, channelId }) => {
          if (channelId !== null) return readable.has(channelId);
          return kind === 'API_TOKEN' ? may(viewer, 'user.update') : botIds === null;
        })
        .sort((a, b) => a.endsAt - b.endsAt)
        .slice(0, MOST);
    },
  };
}
