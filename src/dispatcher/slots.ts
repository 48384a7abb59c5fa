import { type Clock, SECOND } from '../time.js';

/**
 * A bounded number of POSTs at once, shared by the time they take. An endpoint has its share, and so have all those of
 * an account, so that a black hole of one slows nobody else. Idle slots are lent to endpoints that answer quickly, and an
 * endpoint that uses next to none gets one even when others have used up what its account has.
 */
export interface Slots {
  /** Resolves with the slot's release once it is this endpoint's turn; null: no more slots are given. */
  acquire(accountId: string, endpoint: string): Promise<(() => void) | null>;
  waiting(): number;
  /** Gives no more slots, to those who wait neither. */
  close(): void;
}

/** Milliseconds that the answers of an endpoint take at most, on average, for idle slots to be lent to it. */
const QUICK_MS = 500;
/** Milliseconds that a POST under way may take until an endpoint that was quick counts as slow. */
const STALLED_MS = 2 * SECOND;
/** Milliseconds after which time used counts half. */
const HALF_LIFE_MS = 10 * SECOND;
/** Endpoints among which the next slot goes to the one that has used the least time. */
const COMPARED = 32;

interface Queue {
  accountId: string;
  endpoint: string;
  /** When each of its slots was given, oldest first. */
  given: Set<{ at: number }>;
  waiting: ((release: (() => void) | null) => void)[];
  /** Milliseconds of slots used, those long ago counting less, as of `usedAt`. */
  usedMs: number;
  usedAt: number;
  /** Milliseconds a slot was held lately; null: none was given back yet. */
  meanMs: number | null;
}

export function createSlots(total: number, clock: Pick<Clock, 'monotonicNow'>): Slots {
  const share = (part: number) => Math.max(1, Math.ceil(total / part));
  const perAccount = share(2);
  const perEndpoint = share(6);
  const lentPerEndpoint = share(2);
  const sparing = share(24);
  /** Slots left free by what is lent, and by accounts beyond their share. */
  const keptFromLending = Math.floor(total / 3);
  const keptForAccounts = Math.floor(total / 8);
  const endpoints = new Map<string, Queue>();
  const accounts = new Map<string, number>();
  /** Endpoints with somebody waiting, the one that waits longest first. */
  const turns = new Set<Queue>();
  let free = total;
  let waiting = 0;
  let closed = false;

  function isQuick({ given, meanMs }: Queue, now: number): boolean {
    const [oldest] = given;
    return meanMs !== null && meanMs <= QUICK_MS && (!oldest || now - oldest.at <= STALLED_MS);
  }

  function mayTake(queue: Queue, now: number): boolean {
    if (free === 0) return false;
    const inUse = queue.given.size;
    const ofAccount = accounts.get(queue.accountId) ?? 0;
    if (inUse < perEndpoint && ofAccount < perAccount) return true;
    if (inUse < sparing && free > keptForAccounts) return true;
    return inUse < lentPerEndpoint && free > keptFromLending && isQuick(queue, now);
  }

  function usedBy(queue: Queue, now: number): number {
    queue.usedMs *= 0.5 ** ((now - queue.usedAt) / HALF_LIFE_MS);
    queue.usedAt = now;
    let running = 0;
    for (const { at } of queue.given) running += now - at;
    return queue.usedMs + running;
  }

  function take(queue: Queue, now: number): () => void {
    free -= 1;
    accounts.set(queue.accountId, (accounts.get(queue.accountId) ?? 0) + 1);
    const slot = { at: now };
    queue.given.add(slot);
    return () => {
      if (queue.given.delete(slot)) giveBack(queue, slot.at);
    };
  }

  function giveBack(queue: Queue, since: number): void {
    const now = clock.monotonicNow();
    const heldMs = now - since;
    usedBy(queue, now);
    queue.usedMs += heldMs;
    queue.meanMs = queue.meanMs === null ? heldMs : queue.meanMs + (heldMs - queue.meanMs) / 8;
    free += 1;
    const left = (accounts.get(queue.accountId) ?? 1) - 1;
    if (left === 0) accounts.delete(queue.accountId);
    else accounts.set(queue.accountId, left);
    if (queue.given.size === 0 && queue.waiting.length === 0) endpoints.delete(queue.endpoint);
    serve(now);
  }

  function nextInTurn(now: number): Queue | null {
    let next: Queue | null = null;
    let least = Number.POSITIVE_INFINITY;
    let compared = 0;
    for (const queue of turns) {
      if (!mayTake(queue, now)) continue;
      const used = usedBy(queue, now);
      if (used < least) [next, least] = [queue, used];
      compared += 1;
      if (compared === COMPARED) break;
    }
    return next;
  }

  function serve(now: number): void {
    while (free > 0) {
      const queue = nextInTurn(now);
      if (!queue) return;
      const next = queue.waiting.shift();
      turns.delete(queue);
      if (queue.waiting.length > 0) turns.add(queue); // back of the line
      if (!next) continue;
      waiting -= 1;
      next(take(queue, now));
    }
  }

  return {
    acquire(accountId, endpoint) {
      if (closed) return Promise.resolve(null);
      const now = clock.monotonicNow();
      let queue = endpoints.get(endpoint);
      if (!queue) {
        const unused = { usedMs: 0, usedAt: now, meanMs: null };
        queue = { accountId, endpoint, given: new Set(), waiting: [], ...unused };
        endpoints.set(endpoint, queue);
      }
      if (queue.waiting.length === 0 && mayTake(queue, now)) return Promise.resolve(take(queue, now));
      const { waiting: line } = queue;
      turns.add(queue);
      waiting += 1;
      return new Promise((resolve) => line.push(resolve));
    },
    waiting: () => waiting,
    close() {
      closed = true;
      for (const queue of turns) for (const next of queue.waiting.splice(0)) next(null);
      turns.clear();
      waiting = 0;
    },
  };
}
