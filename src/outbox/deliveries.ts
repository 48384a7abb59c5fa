import type { ShownExchange } from '../dispatcher/exchange-headers.js';
import { assertMayWith, assertMayWithSome, readableBots, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { contentReadable } from '../domain/content.js';
import { badInput, conflict, notFound } from '../errors.js';
import type { Route, Routes } from '../routing/routes.js';
import type { PageRequest } from '../store/database/page.js';
import { afterCommit } from '../store/database/transaction.js';
import { findChannels } from '../store/tables/channels.js';
import {
  channelsOfDeliveries,
  type DeliveryRow,
  deliveriesByIds,
  deliveriesOfJob,
  findDelivery,
  listDeliveries,
} from '../store/tables/deliveries.js';
import { type AttemptRow, attemptsOf, lastAttemptsOf } from '../store/tables/delivery-attempts.js';
import type { DeliveryFilter } from '../store/tables/delivery-filter.js';
import type { Content } from '../vocabulary.js';
import { messageId } from '../wire/callbacks.js';
import { checkFilter } from './check-filter.js';
import { hashOf, type Proactive } from './proactive.js';
import { type ReopenDeps, reopen } from './reopen.js';

export interface DeliveriesDeps extends CommandDeps, ReopenDeps {
  routes: Routes;
  proactive: Proactive;
  /** Lets an endpoint in trouble be tried at once: somebody has just said that it is well. */
  tryNow(channelIds: string[]): void;
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
    assertMayWith(viewer, 'delivery.send', route.botId, () => notFound('channel', channelId));
    if (route.mode !== 'ASYNC') throw conflict('Only an asynchronous channel can send proactive messages.');
    if (route.blockers.length > 0)
      throw conflict(`The channel does not work now: ${route.blockers.join(', ')}.`, { blockers: route.blockers });
    return route;
  }

  /** Without the payload for who may not read what was said. */
  async function shown<T extends { channelId: string; payload: unknown }>(viewer: Viewer, views: T[]): Promise<T[]> {
    const channelIds = views.map(({ channelId }) => channelId);
    const readable = await contentReadable(database.read, viewer, channelIds);
    return views.map((view) => (readable(view.channelId) ? view : { ...view, payload: null }));
  }

  return {
    /** BAD_USER_INPUT for a filter that makes no sense. */
    async list(viewer: Viewer, request: DeliveryFilter & PageRequest) {
      const botIds = readableBots(viewer);
      checkFilter(request);
      const page = await listDeliveries(database.read, viewer.accountId, { ...request, botIds });
      const views = await shown(
        viewer,
        page.edges.map(({ node }) => toView(node)),
      );
      return {
        ...page,
        edges: page.edges.map(({ cursor, node }, index) => ({ cursor, node: views[index] ?? toView(node) })),
      };
    },

    /** The deliveries of what each of these turns has said, in order. */
    async ofTurns(viewer: Viewer, turns: readonly { id: string; replies: unknown }[]) {
      readableBots(viewer);
      // A turn names its messages by their position; the end of a task may follow them.
      const idsOf = turns.map(({ id, replies }) => {
        const count = (Array.isArray(replies) ? replies.length : 0) + 1;
        return [id, Array.from({ length: count }, (_, position) => messageId(id, position))] as const;
      });
      const rows = await deliveriesByIds(
        database.read,
        viewer.accountId,
        idsOf.flatMap(([, ids]) => ids),
      );
      const views = new Map((await shown(viewer, rows.map(toView))).map((view) => [view.id, view]));
      return new Map(idsOf.map(([id, ids]) => [id, ids.flatMap((one) => views.get(one) ?? [])]));
    },

    /** What an endpoint answered may repeat what it was sent: it is left out for who may not read that. */
    async attemptsOf(viewer: Viewer, deliveryIds: readonly string[]) {
      const attempts = await attemptsOf(database.read, deliveryIds);
      const channelOf = await channelsOfDeliveries(database.read, viewer.accountId, deliveryIds);
      const readable = await contentReadable(database.read, viewer, [...channelOf.values()]);
      return new Map(
        [...attempts].map(([id, rows]) => {
          const mayRead = readable(channelOf.get(id) ?? '');
          return [id, rows.map((row) => toAttemptView(row, mayRead))];
        }),
      );
    },

    /** Without what was answered, which a list does not need. */
    async lastAttemptsOf(viewer: Viewer, deliveryIds: readonly string[]) {
      readableBots(viewer);
      const rows = await lastAttemptsOf(database.read, deliveryIds);
      return rows.map((row) => toAttemptView(row, false));
    },

    /** The same message again, at the end of its lane. NOT_FOUND; CONFLICT while it is still on its way. */
    async replay(viewer: Viewer, id: string) {
      await runCommand(deps, viewer, 'delivery.replay', async ({ trx, now, allow, audit }) => {
        const delivery = await findDelivery(trx, viewer.accountId, id);
        const [channel] = delivery ? await findChannels(trx, viewer.accountId, [delivery.channelId]) : [];
        if (!delivery || !channel) throw notFound('delivery', id);
        allow(channel.botId, () => notFound('delivery', id));
        if (delivery.status === 'PENDING')
          throw conflict('This delivery is still on its way; it is sent again by itself.');
        const { conversationId, channelId, status } = delivery;
        if (!deps.routes.byChannel(channelId)) throw conflict('The channel of this delivery has been deleted.');
        const again = await reopen(deps, trx, [delivery], now);
        if (again.length === 0) throw conflict('This delivery has just been sent again.');
        afterCommit(trx, () => deps.tryNow([channelId]));
        audit(id, { channelId, conversationId, was: status });
      });
      const delivery = await findDelivery(database.read, viewer.accountId, id);
      const [view] = delivery ? await shown(viewer, [toView(delivery)]) : [];
      if (!view) throw notFound('delivery', id);
      return view;
    },

    /**
     * Sends proactive messages, in order; the same key again gives those of the first time. NOT_FOUND,
     * BAD_USER_INPUT, CONFLICT as of `asyncRoute` or when the key belongs to other messages.
     */
    async send(viewer: Viewer, { channelId, to, contents, idempotencyKey }: MessageToSend) {
      assertMayWithSome(viewer, 'delivery.send');
      if (to.trim() === '' || to.length > MAX_USER_ID)
        throw badInput('to', `Name the user to send to, in 1 to ${MAX_USER_ID} characters.`);
      if (contents.length === 0) throw badInput('contents', 'Give at least one content to send.');
      if (idempotencyKey === '') throw badInput('idempotencyKey', 'An idempotency key cannot be empty; leave it out.');
      const route = asyncRoute(viewer, channelId);
      const job = await deps.proactive.render(route, 'V1', [{ to, contents }]);
      const key = idempotencyKey && { key: idempotencyKey, bodyHash: hashOf(JSON.stringify([to, contents])) };
      const accepted = await deps.proactive.accept(job, key || undefined, (store) =>
        runCommand(deps, viewer, 'delivery.send', async ({ trx, allow, audit }) => {
          allow(route.botId, () => notFound('channel', channelId));
          const sent = await store(trx);
          audit(channelId, { conversationId: sent[0]?.conversationId, deliveries: sent.map(({ id }) => id) });
          return sent;
        }),
      );
      if ('repeated' in accepted)
        return shown(viewer, (await deliveriesOfJob(database.read, viewer.accountId, accepted.jobId)).map(toView));
      const sent = accepted.sent.map((delivery) => ({
        ...delivery,
        status: 'PENDING' as const,
        payload: JSON.parse(delivery.payload) as unknown,
        nextAttemptAt: delivery.createdAt,
        finishedAt: null,
        deadReason: null,
        turnId: null,
      }));
      return shown(viewer, sent);
    },
  };
}

function toView(delivery: DeliveryRow) {
  return { ...delivery, sequence: delivery.seq, payload: JSON.parse(delivery.payload) as unknown };
}

function toAttemptView({ exchange, ...row }: AttemptRow, mayRead: boolean) {
  const kept: ShownExchange | null = exchange === null ? null : JSON.parse(exchange); // as the dispatcher has written it
  return {
    ...row,
    responseBody: mayRead ? row.responseBody : null,
    url: kept?.url ?? null,
    requestHeaders: kept?.requestHeaders ?? null,
    responseHeaders: mayRead ? (kept?.responseHeaders ?? null) : null,
  };
}
