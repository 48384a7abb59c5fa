import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
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

/** What the dispatcher knows of an endpoint, when that changes and every few seconds while it is called. */
export interface EndpointReport {
  accountId: string;
  origin: string;
  state: 'UNKNOWN' | 'HEALTHY' | 'FAILING' | 'BLOCKED';
  /** Time of day since when. */
  since: number;
  lastError: string | null;
}

/** How long an endpoint fails before anybody is told, and how long it works before it counts as recovered, in milliseconds. */
const ENDPOINT_SETTLES_MS = 1 * MINUTE;

/** Endpoints whose last state is remembered; beyond it the one heard of least recently is told of as if it were new. */
const MAX_ENDPOINTS = 10_000;

/** What this process notices of its own. Nothing is noted where nobody wants to be told. */
export function createSources({ notes, subscriptions, clock }: SourcesDeps) {
  const bots = createBotFailures(clock);
  const endpoints = new LRUCache<string, 'WELL' | 'FAILING'>(atMost(MAX_ENDPOINTS));
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
      const topics = ['ENDPOINT_FAILING', 'ENDPOINT_RECOVERED'] as const;
      if (state === 'UNKNOWN' || !topics.some((topic) => subscriptions.wants(accountId, topic))) return;
      const at = clock.now();
      const known = endpoints.get(`${accountId} ${origin}`);
      const is = state === 'HEALTHY' ? 'WELL' : 'FAILING';
      endpoints.set(`${accountId} ${origin}`, is);
      const key = { accountId, topic: 'ENDPOINT_FAILING' as const, subject: origin };
      if (is === 'FAILING') {
        const count = known === 'FAILING' ? 0 : 1; // of the others one only hears that it goes on
        const due = Math.max(at, since + ENDPOINT_SETTLES_MS);
        notes.happened({ ...key, facts: { origin, error: lastError }, count, at, due });
      } else if (known !== 'WELL') {
        notes.ended({ ...key, facts: { origin, error: null }, at, due: at + ENDPOINT_SETTLES_MS });
      }
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
