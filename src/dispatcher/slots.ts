/**
 * A bounded number of POSTs at once, shared fairly: one account gets at most half of the slots and one endpoint at
 * most a sixth, so that a black hole of one slows nobody else. Endpoints take turns.
 */
export interface Slots {
  /** Resolves with the slot's release once it is this endpoint's turn; null: no more slots are given. */
  acquire(accountId: string, endpoint: string): Promise<(() => void) | null>;
  waiting(): number;
  /** Gives no more slots, to those who wait neither. */
  close(): void;
}

interface Queue {
  accountId: string;
  endpoint: string;
  inUse: number;
  waiting: ((release: (() => void) | null) => void)[];
}

export function createSlots(total: number): Slots {
  const perAccount = Math.max(1, Math.ceil(total / 2));
  const perEndpoint = Math.max(1, Math.ceil(total / 6));
  const endpoints = new Map<string, Queue>();
  const accounts = new Map<string, number>();
  /** Endpoints with somebody waiting, the one whose turn is next first. */
  const turns = new Set<Queue>();
  let free = total;
  let waiting = 0;
  let closed = false;

  const mayTake = (queue: Queue) =>
    free > 0 && queue.inUse < perEndpoint && (accounts.get(queue.accountId) ?? 0) < perAccount;

  function take(queue: Queue): () => void {
    free -= 1;
    queue.inUse += 1;
    accounts.set(queue.accountId, (accounts.get(queue.accountId) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      free += 1;
      queue.inUse -= 1;
      const left = (accounts.get(queue.accountId) ?? 1) - 1;
      if (left === 0) accounts.delete(queue.accountId);
      else accounts.set(queue.accountId, left);
      if (queue.inUse === 0 && queue.waiting.length === 0) endpoints.delete(queue.endpoint);
      serve();
    };
  }

  function serve(): void {
    for (const queue of turns) {
      if (free === 0) return;
      if (!mayTake(queue)) continue;
      const next = queue.waiting.shift();
      turns.delete(queue);
      if (queue.waiting.length > 0) turns.add(queue); // back of the line
      if (!next) continue;
      waiting -= 1;
      next(take(queue));
    }
  }

  return {
    acquire(accountId, endpoint) {
      if (closed) return Promise.resolve(null);
      let queue = endpoints.get(endpoint);
      if (!queue) {
        queue = { accountId, endpoint, inUse: 0, waiting: [] };
        endpoints.set(endpoint, queue);
      }
      if (queue.waiting.length === 0 && mayTake(queue)) return Promise.resolve(take(queue));
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
