import type { LaneRunner } from '../lanes/lane-runner.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { statementsOn } from '../store/database/statements.js';
import { type DeliveryRow, reviveDeliveries } from '../store/tables/deliveries.js';
import { type LaneStore, laneId } from '../store/tables/lanes.js';
import type { Clock } from '../time.js';

/** Refused messages of one endpoint that can be put back. Beyond it the oldest stay dead letters, to be replayed. */
const MAX_MESSAGES = 10_000;
/** Messages put back in one transaction. */
const AT_ONCE = 100;

type Refused = Pick<DeliveryRow, 'id' | 'conversationId' | 'channelId'>;

/**
 * Dead letters by 401, 403 and 404, as long as the endpoint takes no message at all: should it turn out to refuse
 * everything, none of them was to blame, and they go back to their places. Nothing behind them was taken meanwhile, so
 * the order of their conversations stands. A crash leaves them dead, to be replayed.
 */
export interface SetAside {
  add(endpoint: string, delivery: Refused): void;
  /** The endpoint has taken a message: what it refused before was refused rightly. */
  clear(endpoint: string): void;
  revive(endpoint: string): Promise<void>;
}

interface SetAsideDeps {
  database: Pick<Database, 'write'>;
  queue: CommitQueue;
  lanes: LaneStore;
  clock: Clock;
  leaseMs: number;
  runner: Pick<LaneRunner<DeliveryRow>, 'reread'>;
}

export function createSetAside({ database, queue, lanes, clock, leaseMs, runner }: SetAsideDeps): SetAside {
  const byEndpoint = new Map<string, Refused[]>();

  async function putBack(refused: readonly Refused[]): Promise<void> {
    const channelOf = new Map(refused.map(({ conversationId, channelId }) => [conversationId, channelId]));
    const putBack = await database.write.transaction(async (trx) => {
      const statements = statementsOn(trx);
      await lanes.lock(
        statements,
        Array.from(channelOf.keys(), (id) => laneId(id, 'OUT')),
      );
      const conversations = await reviveDeliveries(
        trx,
        refused.map(({ id }) => id),
      );
      const opened = new Map<string, number>();
      for (const id of conversations) opened.set(id, (opened.get(id) ?? 0) + 1);
      const appends = Array.from(opened, ([conversationId, open]) => {
        const channelId = channelOf.get(conversationId) ?? '';
        return { conversationId, channelId, direction: 'OUT' as const, advance: 0, open };
      });
      const now = clock.now();
      const appended = await lanes.append(statements, appends, { now, leaseEnd: now + leaseMs });
      // An idle lane gave us its lease: let it be claimed like any other.
      const idle = [...appended.values()].flatMap(({ lease, backlog }) => (lease && backlog === 0 ? [lease] : []));
      const free = idle.map((lease) => ({ ...lease, done: 0, dueAt: now }));
      if (free.length > 0) await lanes.settle(statements, free, now);
      return opened;
    });
    const counts = new Map<string, number>();
    for (const [conversationId, open] of putBack) {
      runner.reread(conversationId);
      const channelId = channelOf.get(conversationId) ?? '';
      counts.set(channelId, (counts.get(channelId) ?? 0) - open);
    }
    for (const [channelId, deliveriesDead] of counts) {
      await queue.commit({ counts: { channelId, deliveriesDead } }, 'SOON');
    }
  }

  return {
    add(endpoint, { id, conversationId, channelId }) {
      const refused = byEndpoint.get(endpoint) ?? [];
      byEndpoint.set(endpoint, refused);
      refused.push({ id, conversationId, channelId });
      if (refused.length > MAX_MESSAGES) refused.shift();
    },
    clear: (endpoint) => void byEndpoint.delete(endpoint),
    async revive(endpoint) {
      const refused = byEndpoint.get(endpoint) ?? [];
      byEndpoint.delete(endpoint);
      for (let at = 0; at < refused.length; at += AT_ONCE) await putBack(refused.slice(at, at + AT_ONCE));
    },
  };
}
