import { may, readableBots, rightsOf, type Viewer } from '../domain/access.js';
import { AppError, badInput } from '../errors.js';
import { type Clock, SECOND, type Timer } from '../time.js';
import type { ConversationsPort } from './ports/conversations.js';
import type { DeliveriesPort } from './ports/deliveries.js';
import type { LivePort, Watch } from './ports/live.js';

/** Milliseconds between two polls of what is watched. */
const POLL_EVERY_MS = SECOND / 2;
/** Things that one subscription may name; beyond: BAD_USER_INPUT. */
const MAX_WATCHES = 20;
/** Different things that one account may watch at once: each is a query a poll. Beyond: TOO_MANY_REQUESTS. */
const MAX_WATCHED_OF_ACCOUNT = 200;
/** Newest rows in which a poll sees changes; what changes in older ones is not told. */
const NEWEST = 20;
const NEWEST_TURNS = 3;
const NEWEST_DELIVERIES = 50;

export interface WatcherDeps {
  clock: Clock;
  /** A value that is another after each change of an account's configuration, and of the state of an endpoint. */
  configurationMark(accountId: string): Promise<unknown>;
  conversations: Pick<ConversationsPort, 'list' | 'turnsOf'>;
  deliveries: Pick<DeliveriesPort, 'list'>;
  onError(error: unknown): void;
}

/**
 * Polls twice a second whether what somebody watches has another mark than before: its newest rows, or the number of the
 * last change. All who watch the same share one query, and nothing is polled while nobody watches. It reads the database
 * alone: each process tells of every change, whichever made it, and no write waits for those who watch.
 */
export function createWatcher(deps: WatcherDeps): LivePort {
  const watched = new Map<string, Watched>();
  let timer: Timer | null = null;

  async function markOf({ viewer, watch: { topic, channelId, user } }: Watched): Promise<unknown> {
    switch (topic) {
      case 'CONFIGURATION':
        return deps.configurationMark(viewer.accountId);
      case 'CONVERSATIONS': {
        const { edges } = await deps.conversations.list(viewer, { channelId, user, first: NEWEST });
        const newest = edges.map(({ node }) => [node.id, node.lastMessageAt]);
        return user
          ? [
              newest,
              await answersIn(
                viewer,
                newest.map(([id]) => String(id)),
              ),
            ]
          : newest;
      }
      case 'DELIVERIES': {
        const { edges } = await deps.deliveries.list(viewer, { channelId, first: NEWEST_DELIVERIES });
        return edges.map(({ node }) => [node.id, node.status, node.nextAttemptAt]);
      }
    }
  }

  async function answersIn(viewer: Viewer, conversationIds: string[]): Promise<unknown> {
    if (conversationIds.length === 0) return [];
    const pages = await deps.conversations.turnsOf(viewer, conversationIds, { first: NEWEST_TURNS });
    const turns = [...pages.values()].flatMap(({ edges }) => edges);
    return turns.map(({ node }) => [node.id, node.durationMs, node.replies]);
  }

  async function poll(): Promise<void> {
    for (const one of watched.values()) {
      try {
        const mark = JSON.stringify(await markOf(one));
        if (mark === one.mark) continue;
        one.mark = mark;
        for (const tell of one.listeners) tell();
      } catch (error) {
        deps.onError(error); // the others are told all the same
      }
    }
  }

  function pollLater(): void {
    if (timer || watched.size === 0) return;
    timer = deps.clock.after(POLL_EVERY_MS, () => {
      void poll().finally(() => {
        timer = null;
        pollLater();
      });
    });
  }

  /** TOO_MANY_REQUESTS when the account would watch too many different things. */
  function assertRoom(viewer: Viewer, watches: readonly Watch[]): void {
    const ofAccount = [...watched].filter(([, one]) => one.viewer.accountId === viewer.accountId).map(([key]) => key);
    if (new Set([...ofAccount, ...watches.map((watch) => keyOf(viewer, watch))]).size <= MAX_WATCHED_OF_ACCOUNT) return;
    const message = `An account may watch ${MAX_WATCHED_OF_ACCOUNT} different things at once. Watch fewer, or whole channels.`;
    throw new AppError('TOO_MANY_REQUESTS', message);
  }

  /** Gives how to stop. The first to watch something is told by the next poll, whoever comes later at once. */
  function join(viewer: Viewer, watch: Watch, tell: () => void): () => void {
    const key = keyOf(viewer, watch);
    const known = watched.get(key);
    const entry = known ?? { viewer, watch, mark: null, listeners: new Set() };
    watched.set(key, entry);
    entry.listeners.add(tell);
    if (known && known.mark !== null) tell();
    pollLater();
    return () => {
      entry.listeners.delete(tell);
      if (entry.listeners.size === 0 && watched.get(key) === entry) watched.delete(key);
    };
  }

  return {
    watch(viewer, watches) {
      if (watches.length === 0 || watches.length > MAX_WATCHES) {
        throw badInput('watch', `Name 1 to ${MAX_WATCHES} things to watch.`);
      }
      readableBots(viewer);
      assertRoom(viewer, watches);
      const mailbox = createMailbox<Watch>(() => {
        for (const leave of leaves) leave();
      });
      const leaves = watches.map((watch) => join(viewer, watch, () => mailbox.put(watch)));
      return mailbox.changes;
    },
  };
}

/** One watch for all viewers who may see everything, and one for each set of rights below that. */
const keyOf = (viewer: Viewer, { topic, channelId = null, user = null }: Watch): string => {
  const seesAll = may(viewer, 'read') && may(viewer, 'conversation.read-content');
  return JSON.stringify([viewer.accountId, topic, channelId, user, seesAll ? null : rightsOf(viewer)]);
};

interface Watched {
  viewer: Viewer;
  watch: Watch;
  mark: string | null;
  listeners: Set<() => void>;
}

/** Hands on what was put in: each thing once, however often it was put in before it was taken. */
function createMailbox<T>(onClose: () => void): { put(change: T): void; changes: AsyncIterableIterator<T> } {
  const waiting = new Set<T>();
  let taker: ((result: IteratorResult<T>) => void) | null = null;
  let closed = false;
  const end = { done: true as const, value: undefined };

  const changes: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => changes,
    next() {
      if (closed) return Promise.resolve(end);
      for (const change of waiting) {
        waiting.delete(change);
        return Promise.resolve({ done: false, value: change });
      }
      return new Promise((resolve) => {
        taker = resolve;
      });
    },
    return() {
      if (!closed) onClose();
      closed = true;
      taker?.(end);
      return Promise.resolve(end);
    },
  };
  return {
    changes,
    put(change) {
      if (!taker) return void waiting.add(change);
      taker({ done: false, value: change });
      taker = null;
    },
  };
}
