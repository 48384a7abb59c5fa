import { assertMay, type Viewer } from '../domain/access.js';
import { badInput, conflict, notFound } from '../errors.js';
import type { Route, Routes } from '../routing/routes.js';
import type { Database } from '../store/database/database.js';
import type { PageRequest } from '../store/database/page.js';
import { statementsOn } from '../store/database/statements.js';
import { inTransaction } from '../store/database/transaction.js';
import {
  attemptsOf,
  type DeliveryFilter,
  type DeliveryRow,
  findDelivery,
  listDeliveries,
  reopenDelivery,
} from '../store/tables/deliveries.js';
import { type LaneStore, laneId } from '../store/tables/lanes.js';
import type { Clock } from '../time.js';
import type { Content } from '../vocabulary.js';
import type { Proactive } from './proactive.js';

export interface DeliveryDeskDeps {
  database: Database;
  lanes: LaneStore;
  routes: Routes;
  proactive: Proactive;
  clock: Clock;
  leaseMs: number;
}

const MAX_USER_ID = 256;

/** Deliveries as those who run the bots see them: what became of them, once more, or of the bot's own accord. */
export function createDeliveryDesk(deps: DeliveryDeskDeps) {
  const { database, clock } = deps;

  /** NOT_FOUND for another account's; CONFLICT when the channel cannot send. */
  function asyncRoute(viewer: Viewer, channelId: string): Route {
    const route = deps.routes.byChannel(channelId);
    if (!route || route.accountId !== viewer.accountId) throw notFound('channel', channelId);
    if (route.mode !== 'ASYNC') throw conflict('Only an asynchronous channel can send messages of its own accord.');
    if (route.blockers.length > 0)
      throw conflict(`The channel does not work now: ${route.blockers.join(', ')}.`, { blockers: route.blockers });
    return route;
  }

  return {
    async list(viewer: Viewer, request: DeliveryFilter & PageRequest) {
      assertMay(viewer, 'read');
      const page = await listDeliveries(database.read, viewer.accountId, request);
      return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: toView(node) })) };
    },

    attemptsOf: (_viewer: Viewer, deliveryIds: readonly string[]) => attemptsOf(database.read, deliveryIds),

    /** The same message again, at the end of its lane. NOT_FOUND; CONFLICT while it is still on its way. */
    async replay(viewer: Viewer, id: string) {
      assertMay(viewer, 'delivery.replay');
      await inTransaction(database.write, async (trx) => {
        const delivery = await findDelivery(trx, viewer.accountId, id);
        if (!delivery) throw notFound('delivery', id);
        if (delivery.status === 'PENDING')
          throw conflict('This delivery is still on its way; it is sent again by itself.');
        const { conversationId, channelId } = delivery;
        const route = deps.routes.byChannel(channelId);
        if (!route) throw conflict('The channel of this delivery has been deleted.');
        const lane = laneId(conversationId, 'OUT');
        const now = clock.now();
        const statements = statementsOn(trx);
        await deps.lanes.lock(statements, [lane]);
        const append = { conversationId, channelId, direction: 'OUT' as const, advance: 1, open: 1 };
        const appended = (await deps.lanes.append(statements, [append], { now, leaseEnd: now + deps.leaseMs })).get(
          lane,
        );
        if (!appended) throw new Error('the lane was not written');
        await reopenDelivery(trx, id, appended.firstSeq, now);
        // An idle lane gave us its lease: let the dispatcher claim it like any other.
        if (appended.lease && appended.backlog === 0) {
          await deps.lanes.settle(statements, [{ ...appended.lease, done: 0, dueAt: now }], now);
        }
      });
      const delivery = await findDelivery(database.read, viewer.accountId, id);
      if (!delivery) throw notFound('delivery', id);
      return toView(delivery);
    },

    /** Messages of the bot's own accord, in order. NOT_FOUND, BAD_USER_INPUT, CONFLICT as of `asyncRoute`. */
    async send(viewer: Viewer, channelId: string, to: string, contents: readonly Content[]) {
      assertMay(viewer, 'delivery.send');
      if (to.trim() === '' || to.length > MAX_USER_ID)
        throw badInput('to', `Name the user to send to, in 1 to ${MAX_USER_ID} characters.`);
      if (contents.length === 0) throw badInput('contents', 'Give at least one content to send.');
      const route = asyncRoute(viewer, channelId);
      const sent = await deps.proactive.send(route, 'V1', [{ to, contents }]);
      return sent.map((delivery) => ({
        ...delivery,
        status: 'PENDING' as const,
        payload: JSON.parse(delivery.payload) as unknown,
        nextAttemptAt: delivery.createdAt,
        finishedAt: null,
      }));
    },
  };
}

function toView(delivery: DeliveryRow) {
  return { ...delivery, sequence: delivery.seq, payload: JSON.parse(delivery.payload) as unknown };
}
