import type { Knex } from 'knex';
import type { Routes } from '../routing/routes.js';
import { groupBy } from '../store/database/group-by.js';
import { statementsOn } from '../store/database/statements.js';
import type { DeliveryRow, FinishedDelivery } from '../store/tables/deliveries.js';
import type { deliveryStore } from '../store/tables/delivery-store.js';
import { type Appended, type LaneStore, laneId } from '../store/tables/lanes.js';

export interface ReopenDeps {
  lanes: LaneStore;
  deliveries: Pick<ReturnType<typeof deliveryStore>, 'lockFinished' | 'reopen'>;
  routes: Pick<Routes, 'byChannel'>;
  leaseMs: number;
}

/** A delivery as it was found. Its number tells whether it has been sent again since. */
export type FoundDelivery = Pick<DeliveryRow, 'id' | 'conversationId' | 'seq'>;

/**
 * Sends finished deliveries again as the same messages: at the end of their lanes, behind all that is still open there,
 * those of one conversation in the order of their old numbers. Gives those that go out; the others are on their way,
 * have been sent again or removed since they were found, or their channel is gone.
 */
export async function reopen(
  deps: ReopenDeps,
  trx: Knex.Transaction,
  found: readonly FoundDelivery[],
  now: number,
): Promise<FinishedDelivery[]> {
  const statements = statementsOn(trx);
  const laneOf = ({ conversationId }: Pick<DeliveryRow, 'conversationId'>) => laneId(conversationId, 'OUT');
  await deps.lanes.lock(statements, new Set(found.map(laneOf)));
  const foundAs = new Map(found.map(({ id, seq }) => [id, seq]));
  const finished = await deps.deliveries.lockFinished(statements, [...foundAs.keys()]);
  const again = finished.filter(
    ({ id, seq, channelId }) => foundAs.get(id) === seq && deps.routes.byChannel(channelId) !== undefined,
  );
  const byLane = groupBy(
    again.sort((a, b) => a.seq - b.seq),
    laneOf,
  );
  const appends = [...byLane.values()].map((deliveries) => ({
    conversationId: deliveries[0]?.conversationId ?? '',
    channelId: deliveries[0]?.channelId ?? '',
    direction: 'OUT' as const,
    advance: deliveries.length,
    open: deliveries.length,
  }));
  if (appends.length === 0) return [];
  const appended = await deps.lanes.append(statements, appends, { now, leaseEnd: now + deps.leaseMs });
  const numbered = [...byLane].flatMap(([lane, deliveries]) => {
    const { firstSeq } = appendedTo(appended, lane);
    return deliveries.map(({ id }, index) => ({ id, seq: firstSeq + index }));
  });
  await deps.deliveries.reopen(statements, numbered, now);
  // An idle lane gave us its lease: let the dispatcher claim it like any other.
  const idle = [...appended.values()].flatMap(({ lease, backlog }) => (lease && backlog === 0 ? [lease] : []));
  await deps.lanes.settle(
    statements,
    idle.map((lease) => ({ ...lease, done: 0, dueAt: now })),
    now,
  );
  return again;
}

function appendedTo(appended: ReadonlyMap<string, Appended>, lane: string): Appended {
  const one = appended.get(lane);
  if (!one) throw new Error(`the lane ${lane} was not written`);
  return one;
}
