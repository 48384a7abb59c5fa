import type { Occurrence } from '../store/tables/alert-incidents.js';
import { type Clock, MINUTE } from '../time.js';
import { createBotFailures } from './bot-failures.js';
import type { Notes } from './notes.js';
import type { Subscriptions } from './subscriptions.js';

export interface SourcesDeps {
  notes: Notes;
  subscriptions: Pick<Subscriptions, 'wants' | 'accountsThatWant'>;
  clock: Clock;
}

/** What the dispatcher knows of an endpoint, when that changes. */
export interface EndpointReport {
  accountId: string;
  origin: string;
  state: 'UNKNOWN' | 'HEALTHY' | 'FAILING' | 'BLOCKED';
  since: number | null;
  lastError: string | null;
}

/** How long an endpoint fails before anybody is told, and how long it works before it counts as recovered, in milliseconds. */
const ENDPOINT_SETTLES_MS = 1 * MINUTE;

/** What this process notices of its own. Nothing is noted where nobody wants to be told. */
export function createSources({ notes, subscriptions, clock }: SourcesDeps) {
  const bots = createBotFailures(clock);
  return {
    /** The occurrence that is stored along with a dead letter. */
    deadLetter(
      { accountId, channelId }: { accountId: string; channelId: string },
      { reason, error }: { reason: string | null; error: string | null },
      now: number,
    ): Occurrence | null {
      if (!subscriptions.wants(accountId, 'DELIVERY_DEAD')) return null;
      const facts = { channelId, reason, error };
      return { accountId, topic: 'DELIVERY_DEAD', subject: channelId, facts, count: 1, at: now, due: now };
    },

    endpointChanged({ accountId, origin, state, since, lastError }: EndpointReport): void {
      const isWanted = ['ENDPOINT_FAILING', 'ENDPOINT_RECOVERED'] as const;
      if (state === 'UNKNOWN' || !isWanted.some((topic) => subscriptions.wants(accountId, topic))) return;
      const at = clock.now();
      const key = { accountId, topic: 'ENDPOINT_FAILING' as const, subject: origin };
      const facts = { origin, state, error: state === 'HEALTHY' ? null : lastError };
      if (state === 'HEALTHY') notes.ended({ ...key, facts, at, due: at + ENDPOINT_SETTLES_MS });
      else notes.happened({ ...key, facts, count: 1, at, due: Math.max(at, (since ?? at) + ENDPOINT_SETTLES_MS) });
    },

    /** `accountId` undefined: the channel is not known here any more. */
    turnEnded({ botId, failed }: { botId: string; failed: boolean }, accountId: string | undefined): void {
      const count = bots.turnEnded(botId, failed);
      if (count === 0 || accountId === undefined || !subscriptions.wants(accountId, 'BOT_FAILING')) return;
      const at = clock.now();
      notes.happened({ accountId, topic: 'BOT_FAILING', subject: botId, facts: { botId }, count, at, due: at });
    },

    /** `fault`: what is wrong with the disk, in words, or null. */
    diskSeen(fault: string | null): void {
      if (fault === null) return;
      const at = clock.now();
      for (const accountId of subscriptions.accountsThatWant('DISK_LOW'))
        notes.happened({ accountId, topic: 'DISK_LOW', subject: 'disk', facts: { fault }, count: 1, at, due: at });
    },
  };
}

export type Sources = ReturnType<typeof createSources>;
