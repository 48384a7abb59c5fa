import { may, readableBots, type Viewer } from '../domain/access.js';
import { certificatesEndingBefore } from '../domain/channels/certificates-ending.js';
import type { Database } from '../store/database/database.js';
import {
  botsThatFail,
  botsWithUnfilledVariables,
  channelHealthCounts,
  channelIdsFaring,
  type HourOfTraffic,
  mostDeadLetters,
  type Sight,
  trafficByHour,
} from '../store/tables/attention.js';
import { findChannels } from '../store/tables/channels.js';
import { type ExpiringSecret, secretsEndingBetween } from '../store/tables/expiring-secrets.js';
import { type Clock, DAY, HOUR } from '../time.js';

/** Lines of each list; further ones are only counted, or found on the page the list leads to. */
const MOST = 10;
/** Milliseconds before its end in which something is said to end soon: a token or replaced secret, and a certificate. */
const SECRETS_AHEAD_MS = 7 * DAY;
const CERTIFICATES_AHEAD_MS = 30 * DAY;

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

  return {
    healthCounts: (viewer: Viewer) => channelHealthCounts(db, sightOf(viewer)),
    failingChannels: (viewer: Viewer) =>
      channelIdsFaring(db, sightOf(viewer), ['CALLBACKS_FAILING', 'CALLBACKS_BLOCKED'], MOST),
    hinderedChannels: (viewer: Viewer) => channelIdsFaring(db, sightOf(viewer), ['HINDERED'], MOST),
    deadLetters: (viewer: Viewer) => mostDeadLetters(db, sightOf(viewer), MOST),
    unfilledVariables: (viewer: Viewer) => botsWithUnfilledVariables(db, sightOf(viewer), MOST),
    failingBots: (viewer: Viewer) => botsThatFail(db, sightOf(viewer), since(), MOST),

    /** Of the last day, each hour, also those without events. */
    async traffic(viewer: Viewer): Promise<HourOfTraffic[]> {
      const found = new Map((await trafficByHour(db, sightOf(viewer), since())).map((hour) => [hour.from, hour]));
      const first = since() - (since() % HOUR);
      return Array.from({ length: DAY / HOUR + 1 }, (_, index) => {
        const from = first + index * HOUR;
        return found.get(from) ?? { from, messagesIn: 0, messagesOut: 0, failed: 0 };
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
