import type { Viewer } from '../domain/access.js';
import { badInput } from '../errors.js';
import { type Clock, SECOND, type Timer } from '../time.js';
import type { ConversationsPort, DeliveriesPort, LivePort, Watch } from './ports.js';

const LOOK_EVERY_MS = SECOND / 2;
const MAX_WATCHES = 20; // of one caller
const NEWEST = 20;
const NEWEST_TURNS = 3;
const NEWEST_DELIVERIES = 50;

export interface WatcherDeps {
  clock: Clock;
  /** The number of the last change of the configuration. */
  latestChange(): Promise<number>;
  conversations: Pick<ConversationsPort, 'list' | 'turnsOf'>;
  deliveries: Pick<DeliveriesPort, 'list'>;
  onError(error: unknown): void;
}

/**
 * Looks twice a second whether what somebody watches has another mark than before: its newest rows, or the number of
 * the last change. One look for all who watch the same, none while nobody does. It reads the database alone, so
 * whichever process made the change, each tells it; and no write waits for those who watch.
 */
export function createWatcher(deps: WatcherDeps): LivePort {
  const watched = new Map<string, Watched>();
  let timer: Timer | null = null;

  async function markOf({ viewer, watch: { topic, channelId, user } }: Watched): Promise<unknown> {
    switch (topic) {
      case 'CONFIGURATION':
        return deps.latestChange();
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

  async function look(): Promise<void> {
    for (const one of watched.values()) {
      const mark = JSON.stringify(await markOf(one));
      if (mark === one.mark) continue;
      one.mark = mark;
      for (const tell of one.listeners) tell();
    }
  }

  function lookLater(): void {
    if (timer || watched.size === 0) return;
    timer = deps.clock.after(LOOK_EVERY_MS, () => {
      void look()
        .catch(deps.onError)
        .finally(() => {
          timer = null;
          lookLater();
        });
    });
  }

  /** Gives how to stop. Whoever comes first is told by the first look, whoever comes later at once. */
  function join(viewer: Viewer, watch: Watch, tell: () => void): () => void {
    const key = JSON.stringify([viewer.accountId, watch.topic, watch.channelId ?? null, watch.user ?? null]);
    const known = watched.get(key);
    const entry = known ?? { viewer, watch, mark: null, listeners: new Set() };
    watched.set(key, entry);
    entry.listeners.add(tell);
    if (known && known.mark !== null) tell();
    lookLater();
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
      const mailbox = createMailbox<Watch>(() => {
        for (const leave of leaves) leave();
      });
      const leaves = watches.map((watch) => join(viewer, watch, () => mailbox.put(watch)));
      return mailbox.letters;
    },
  };
}

interface Watched {
  viewer: Viewer;
  watch: Watch;
  mark: string | null;
  listeners: Set<() => void>;
}

/** Hands on what was put in: each thing once, however often it was put in before it was taken. */
function createMailbox<T>(onClose: () => void): { put(letter: T): void; letters: AsyncIterableIterator<T> } {
  const waiting = new Set<T>();
  let taker: ((result: IteratorResult<T>) => void) | null = null;
  let closed = false;
  const end = { done: true as const, value: undefined };

  const letters: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => letters,
    next() {
      if (closed) return Promise.resolve(end);
      for (const letter of waiting) {
        waiting.delete(letter);
        return Promise.resolve({ done: false, value: letter });
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
    letters,
    put(letter) {
      if (!taker) return void waiting.add(letter);
      taker({ done: false, value: letter });
      taker = null;
    },
  };
}
