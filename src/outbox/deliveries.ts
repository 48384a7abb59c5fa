import { assertMay, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { badInput, conflict, notFound } from '../errors.js';
import type { Route, Routes } from '../routing/routes.js';
import type { PageRequest } from '../store/database/page.js';
import { statementsOn } from '../store/database/statements.js';
import {
  attemptsOf,
  type DeliveryFilter,
  type DeliveryRow,
  deliveriesOfJob,
  findDelivery,
  listDeliveries,
  reopenDelivery,
} from '../store/tables/deliveries.js';
import { type LaneStore, laneId } from '../store/tables/lanes.js';
import type { Content } from '../vocabulary.js';
import { hashOf, type Proactive } from './proactive.js';

export interface DeliveriesDeps extends CommandDeps {
  lanes: LaneStore;
  routes: Routes;
  proactive: Proactive;
  leaseMs: number;
}

export interface MessageToSend {
  channelId: string;
  to: string;
  contents: readonly Content[];
  idempotencyKey?: string | null | undefined;
}

/** Characters of a user's id, as in its column. */
const MAX_USER_ID = 256;

/** Deliveries for those who run the bots: what became of them, sending one again, sending proactive messages. */
export function createDeliveries(deps: DeliveriesDeps) {
  const { database } = deps;

  /** NOT_FOUND for another account's; CONFLICT when the channel cannot send. */
  function asyncRoute(viewer: Viewer, channelId: string): Route {
    const route = deps.routes.byChannel(channelId);
    if (!route || route.accountId !== viewer.accountId) throw notFound('channel', channelId);
    if (route.mode !== 'ASYNC') throw conflict('Only an asynchronous channel can send proactive messages.');
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
      await runCommand(deps, viewer, 'delivery.replay', async ({ trx, now, audit }) => {
        const delivery = await findDelivery(trx, viewer.accountId, id);
        if (!delivery) throw notFound('delivery', id);
        if (delivery.status === 'PENDING')
          throw conflict('This delivery is still on its way; it is sent again by itself.');
        const { conversationId, channelId, status } = delivery;
        const route = deps.routes.byChannel(channelId);
        if (!route) throw conflict('The channel of this delivery has been deleted.');
        const lane = laneId(conversationId, 'OUT');
        const statements = statementsOn(trx);
        await deps.lanes.lock(statements, [lane]);
        const append = { conversationId, channelId, direction: 'OUT' as const, advance: 1, open: 1 };
        const times = { now, leaseEnd: now + deps.leaseMs };
        const appended = (await deps.lanes.append(statements, [append], times)).get(lane);
        if (!appended) throw new Error('the lane was not written');
        await reopenDelivery(trx, id, appended.firstSeq, now);
        // An idle lane gave us its lease: let the dispatcher claim it like any other.
        if (appended.lease && appended.backlog === 0) {
          await deps.lanes.settle(statements, [{ ...appended.lease, done: 0, dueAt: now }], now);
        }
        audit(id, { channelId, conversationId, was: status });
      });
      const delivery = await findDelivery(database.read, viewer.accountId, id);
      if (!delivery) throw notFound('delivery', id);
      return toView(delivery);
    },

    /**
     * Sends proactive messages, in order; the same key again gives those of the first time. NOT_FOUND,
     * BAD_USER_INPUT, CONFLICT as of `asyncRoute` or when the key belongs to other messages.
     */
    async send(viewer: Viewer, { channelId, to, contents, idempotencyKey }: MessageToSend) {
      assertMay(viewer, 'delivery.send');
      if (to.trim() === '' || to.length > MAX_USER_ID)
        throw badInput('to', `Name the user to send to, in 1 to ${MAX_USER_ID} characters.`);
      if (contents.length === 0) throw badInput('contents', 'Give at least one content to send.');
      if (idempotencyKey === '') throw badInput('idempotencyKey', 'An idempotency key cannot be empty; leave it out.');
      const route = asyncRoute(viewer, channelId);
      const job = await deps.proactive.render(route, 'V1', [{ to, contents }]);
      const key = idempotencyKey && { key: idempotencyKey, bodyHash: hashOf(JSON.stringify([to, contents])) };
      const accepted = await deps.proactive.accept(job, key || undefined, (store) =>
        runCommand(deps, viewer, 'delivery.send', async ({ trx, audit }) => {
          const sent = await store(trx);
          audit(channelId, { conversationId: sent[0]?.conversationId, deliveries: sent.map(({ id }) => id) });
          return sent;
        }),
      );
      if ('repeated' in accepted)
        return (await deliveriesOfJob(database.read, viewer.accountId, accepted.jobId)).map(toView);
      return accepted.sent.map((delivery) => ({
        ...delivery,
        status: 'PENDING' as const,
        payload: JSON.parse(delivery.payload) as unknown,
        nextAttemptAt: delivery.createdAt,
        finishedAt: null,
        deadReason: null,
      }));
    },
  };
}

function toView(delivery: DeliveryRow) {
  return { ...delivery, sequence: delivery.seq, payload: JSON.parse(delivery.payload) as unknown };
}
