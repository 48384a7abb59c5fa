import { AppError, conflict, refusedToken, unavailable } from '../errors.js';
import type { Events } from '../events.js';
import { Overtaken } from '../lanes/held-lane.js';
import { TURNS } from '../load/limits.js';
import type { TurnScheduler } from '../load/turn-scheduler.js';
import type { Route, Routes } from '../routing/routes.js';
import { routeFor } from '../routing/test-routes.js';
import type { Unit } from '../store/commit/unit.js';
import type { Database } from '../store/database/database.js';
import { conversationId as toConversationId } from '../store/tables/conversations.js';
import type { idempotencyStore } from '../store/tables/idempotency.js';
import type { Appended } from '../store/tables/lanes.js';
import type { turnStore } from '../store/tables/turns.js';
import { monotonicOf } from '../time.js';
import { Acceptance } from '../turn/acceptance.js';
import { insertOf } from '../turn/insert.js';
import type { TurnDeps, TurnJob } from '../turn/turn-job.js';
import type { InboundMessage } from '../wire/message.js';
import type { TurnOutcome } from '../wire/outcome.js';
import { type AnswerDeps, answer, type Receipt, receiptOf } from './answer.js';
import type { TurnLanes } from './turn-lanes.js';
import { updateOf } from './turn-updates.js';

export interface AcceptDeps extends AnswerDeps, Pick<TurnDeps, 'queue' | 'rowForm'> {
  events: Events;
  database: Pick<Database, 'read'>;
  idempotency: ReturnType<typeof idempotencyStore>;
  turns: ReturnType<typeof turnStore>;
  routes: Routes;
  scheduler: TurnScheduler;
}

/**
 * Takes messages in. Where nobody else can hold its lane, a message may run before it is stored: one transaction less, and
 * its callback leaves as soon as it is acknowledged. Else it is stored first, and its turn is found by whoever holds the
 * lane.
 */
export function createAccept(deps: AcceptDeps, lanes: TurnLanes): (message: InboundMessage) => Promise<Receipt> {
  /** Keys whose first message has no receipt yet. */
  const running = new Map<string, { bodyHash: string; receipt: Promise<Receipt> }>();

  async function accept(message: InboundMessage): Promise<Receipt> {
    const { input, channelId } = message;
    const route = routeFor(deps.routes, channelId, input.test);
    if (!route) throw new AppError('NOT_FOUND', 'This webhook channel has just been deleted.');
    if (input.mode === 'ASYNC' && deps.scheduler.isBehind()) throw unavailable('TURNS_BEHIND', BEHIND);
    const job = jobOf(message, route);
    deps.events.messageReceived(input.test ? 'TEST' : input.mode);
    if (needsRow(message, job)) return storeFirst(message, job);
    if (input.mode === 'SYNC' && lanes.mayRunAlone(job.conversationId)) return runAlone(message, job);
    return runsFirst(job) ? runFirst(message, job) : storeFirst(message, job);
  }

  function jobOf(message: InboundMessage, route: Route): TurnJob {
    const { turnId, traceId, receivedAt, input } = message;
    const job: TurnJob = {
      turnId,
      traceId,
      conversationId: conversationOf(message),
      input,
      receivedAt,
      arrivedAt: monotonicOf(deps.clock, receivedAt),
      route,
      acceptance: new Acceptance(() => insert(message, job)),
      resume: null,
      said: [],
    };
    return job;
  }

  /** Rejects with the KeyTaken or CONFLICT of a message that has come before. */
  async function insert({ idempotency, jti, channelId, input, receivedAt }: InboundMessage, job: TurnJob) {
    const { turnId } = job;
    const unit: Unit = insertOf(job, deps.rowForm);
    if (idempotency) unit.key = { channelId, userId: input.user.id, ...idempotency, turnId, at: receivedAt };
    if (jti) unit.jti = { turnId, ...jti };
    const written = await deps.queue.commit(unit);
    if (written.status === 'key-taken') throw new KeyTaken();
    if (written.status === 'jti-used') throw usedToken();
    if (written.status !== 'committed' || !written.inbound) throw new Error(`a message was ${written.status}`);
    lanes.hold(job, written.inbound);
    return written.inbound;
  }

  function runsFirst({ conversationId, input }: TurnJob): boolean {
    if (!lanes.knowsAll(conversationId)) return false;
    return input.mode === 'SYNC' || (!lanes.active(conversationId) && lanes.depth() < TURNS.runFirstBelow);
  }

  async function runFirst(message: InboundMessage, job: TurnJob): Promise<Receipt> {
    const outcome = lanes.run(job);
    if (job.input.mode === 'SYNC') return answer(deps, message, job, outcome);
    outcome.catch(() => {}); // the acceptance tells, too
    await job.acceptance.settled;
    return accepted(job);
  }

  /** Where others may take the conversation: then the turn is given up, and the message is stored and runs in its lane. */
  function runAlone(message: InboundMessage, job: TurnJob): Promise<Receipt> {
    job.alone = true;
    const outcome = lanes.run(job).catch(async (error: unknown): Promise<TurnOutcome> => {
      if (!(error instanceof Overtaken)) throw error;
      const again = jobOf(message, job.route);
      const inbound = await again.acceptance.store();
      return new Promise((resolve, reject) => {
        deps.updates.follow(again.turnId, (update) => {
          if (update.status === 'ended') resolve(update.outcome);
          else if (update.status === 'failed') reject(update.error);
        });
        lanes.runStored(again, inbound);
      });
    });
    return answer(deps, message, job, outcome);
  }

  async function storeFirst(message: InboundMessage, job: TurnJob): Promise<Receipt> {
    const isAsync = job.input.mode === 'ASYNC';
    const storing = job.acceptance.store();
    let inbound: Appended;
    try {
      inbound = await (isAsync ? deps.scheduler.accepting(storing) : storing);
    } catch (error) {
      if (error instanceof KeyTaken) return repeat(message);
      throw error;
    }
    const receipt = isAsync ? Promise.resolve(accepted(job)) : answer(deps, message, job);
    lanes.runStored(job, inbound);
    return receipt;
  }

  /** The same message again: it is answered with what the first one was, or is going to be, answered. */
  async function repeat(message: InboundMessage): Promise<Receipt> {
    const { idempotency, channelId, input, wait } = message;
    const claim =
      idempotency && (await deps.idempotency.find(deps.database.read, channelId, input.user.id, idempotency.key));
    const [row] = claim ? await deps.turns.byIds(deps.database.read, [claim.turnId]) : [];
    if (!claim || !row || row.status === 'EXPIRED') return accept(message); // freed meanwhile
    if (claim.bodyHash !== idempotency.bodyHash) throw otherBody();
    const first = { turnId: row.id, traceId: row.traceId };
    if (input.mode === 'ASYNC') return accepted(first);
    const update = updateOf(row);
    const told = update && receiptOf(update, wait);
    if (told instanceof Error) throw told;
    if (told) return told;
    const receipt = answer(deps, message, first);
    if (!lanes.active(row.conversationId)) await deps.updates.poll(); // it may have ended between the two reads
    return receipt;
  }

  return async (message) => {
    const { channelId, input, idempotency } = message;
    if (!idempotency) return accept(message);
    const key = JSON.stringify([channelId, input.user.id, idempotency.key]);
    const first = running.get(key);
    if (first) {
      if (first.bodyHash !== idempotency.bodyHash) throw otherBody();
      // A failure of the first is not its answer: whoever asks again starts over, or finds what is stored.
      return first.receipt.catch(() => repeat(message));
    }
    const receipt = accept(message);
    running.set(key, { bodyHash: idempotency.bodyHash, receipt });
    return receipt.finally(() => running.delete(key));
  };
}

/** A burst is put together from rows, and whoever comes back for an answer must find one. */
const needsRow = ({ idempotency, jti, input }: InboundMessage, { route }: TurnJob): boolean =>
  Boolean(idempotency || jti || input.detached) || route.burst !== 'SERIAL';

/** A message with this idempotency key is stored already. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

const conversationOf = ({ channelId, input }: InboundMessage): string =>
  toConversationId(channelId, input.user.id, input.groupId, input.test?.version);

const accepted = ({ turnId, traceId }: { turnId: string; traceId: string }): Receipt => ({
  status: 'accepted',
  turnId,
  traceId,
});

const BEHIND = 'The server is behind with what it has accepted; send the message again later.';

export const usedToken = (): AppError => refusedToken({ fault: 'USED', check: 'jti was used before' });

const otherBody = (): AppError =>
  conflict('This Idempotency-Key was used with another message. Use a new key for a new message.', {
    field: 'Idempotency-Key',
  });
