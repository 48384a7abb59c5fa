import { AppError, conflict, unavailable } from '../errors.js';
import { rowId } from '../ids.js';
import { TURNS } from '../load/limits.js';
import type { Unit, UnitOutcome } from '../store/commit/unit.js';
import { conversationId as toConversationId } from '../store/tables/conversations.js';
import type { idempotencyStore } from '../store/tables/idempotency.js';
import type { Appended } from '../store/tables/lanes.js';
import { monotonicOf } from '../time.js';
import { lateRow } from '../turn/late-row.js';
import type { TurnJob } from '../turn/turn-job.js';
import type { InboundMessage, Patience } from '../wire/message.js';
import type { TurnOutcome } from '../wire/outcome.js';
import { createInboundWork, type InboundWork, type InboundWorkDeps } from './inbound-work.js';
import { newsOf, type TurnNews, timedOut } from './turn-feed.js';

export type Receipt =
  /** Asynchronous: the message is durable, the reply will be POSTed. */
  | { status: 'accepted'; turnId: string; traceId: string }
  | { status: 'answered'; outcome: TurnOutcome }
  /** What was said before the first slow step; the rest can be fetched. */
  | { status: 'paused'; outcome: TurnOutcome }
  /** It took longer than the caller wants to wait; all of it can be fetched. */
  | { status: 'pending'; turnId: string; traceId: string };

export interface ReceiveDeps extends InboundWorkDeps {
  idempotency: ReturnType<typeof idempotencyStore>;
}

/** Messages in, answers out: the one way into a conversation, whatever the hook's version. */
export interface Receiver extends Pick<InboundWork, 'claim' | 'caughtUp' | 'depth' | 'drained'> {
  /**
   * Resolves when the message may be acknowledged. Errors: TIMEOUT after the synchronous limit, CONFLICT for a key
   * that was used with another body, UNAUTHENTICATED for a token that was used before, UNAVAILABLE when nothing can
   * be stored.
   */
  receive(message: InboundMessage): Promise<Receipt>;
  /** UNAUTHENTICATED when this token has been used before. */
  spendToken(jti: NonNullable<InboundMessage['jti']>): Promise<void>;
}

/**
 * While fewer messages are under way than this, an asynchronous one runs before it is stored: its callback is on its way
 * as soon as its acknowledgement. Of more, each is stored first, so that a burst is acknowledged before it is answered.
 */

export function createReceiver(deps: ReceiveDeps): Receiver {
  /** Keys whose first message is still on its way into the database or running here. */
  const running = new Map<string, { bodyHash: string; receipt: Promise<Receipt> }>();
  const { scheduler } = deps;
  const work = createInboundWork(deps);

  /** What the caller of a turn is told, no later than it wants to know. */
  function receiptOf(turnId: string, { traceId, receivedAt, patience }: InboundMessage): Promise<Receipt> {
    const wait = patience ?? { until: 'END', waitMs: Number.POSITIVE_INFINITY };
    const waitMs = wait.until === 'END' ? Math.min(wait.waitMs, deps.syncLimitMs) : deps.syncLimitMs;
    const arrivedAt = monotonicOf(deps.clock, receivedAt);
    if (waitMs <= 0) return Promise.resolve({ status: 'pending', turnId, traceId });
    return new Promise((resolve, reject) => {
      const done = () => {
        timer.cancel();
        following.stop();
      };
      const following = deps.feed.follow(turnId, (news) => {
        const told = toReceipt(news, wait);
        if (!told) return;
        done();
        if ('error' in told) reject(told.error);
        else resolve(told);
      });
      const timer = deps.clock.after(Math.max(0, arrivedAt + waitMs - deps.clock.monotonicNow()), () => {
        done();
        if (patience?.until === 'END') resolve({ status: 'pending', turnId, traceId });
        else reject(timedOut());
      });
    });
  }

  async function begin(message: InboundMessage, conversationId: string): Promise<Receipt> {
    const { turnId, input, traceId, receivedAt, channelId, idempotency, jti } = message;
    const route = deps.routes.byChannel(channelId);
    if (!route) throw new AppError('NOT_FOUND', 'This webhook channel has just been deleted.');
    if (input.mode === 'ASYNC' && scheduler.isBehind()) throw unavailable('TURNS_BEHIND', BEHIND);
    const job: TurnJob = {
      turnId,
      traceId,
      conversationId,
      input,
      receivedAt,
      arrivedAt: monotonicOf(deps.clock, receivedAt),
      route,
      stored: false,
      resume: null,
      said: [],
    };
    deps.events.messageReceived(input.mode);

    // A burst is put together from rows, and whoever comes back for an answer must find one.
    const needsRow = idempotency || jti || input.detached || route.burst !== 'SERIAL';
    // Where nobody else can hold a lane, a message that needs no claim runs before anything is written.
    if (!needsRow && work.knowsAll(conversationId)) {
      if (input.mode === 'SYNC') {
        const receipt = receiptOf(turnId, message);
        work.run(job);
        return receipt;
      }
      if (!work.active(conversationId) && work.depth() < TURNS.runFirstBelow) return accept(message, job);
    }

    const storing = deps.queue.commit(rowOf(message, job));
    const committed = await (input.mode === 'ASYNC' ? scheduler.accepting(storing) : storing);
    if (committed.status === 'key-taken') return repeat(message, conversationId);
    if (committed.status === 'jti-used') throw usedToken();
    const inbound = inboundOf(committed);
    job.stored = true;
    const receipt: Promise<Receipt> =
      input.mode === 'ASYNC' ? Promise.resolve({ status: 'accepted', turnId, traceId }) : receiptOf(turnId, message); // before the turn can have anything to tell
    work.runStored(job, inbound);
    return receipt;
  }

  /** Runs a message and resolves once it is stored, by its turn or beside it. */
  function accept(message: InboundMessage, job: TurnJob): Promise<Receipt> {
    const { turnId, traceId } = message;
    return new Promise((resolve, reject) => {
      const accepted = () => {
        following.stop();
        resolve({ status: 'accepted', turnId, traceId });
      };
      const refused = (error: Error) => {
        following.stop();
        reject(error);
      };
      const following = deps.feed.follow(turnId, (news) =>
        news.status === 'failed' ? refused(news.error) : accepted(),
      );
      job.row = lateRow(async () => {
        try {
          work.stored(job, inboundOf(await deps.queue.commit(rowOf(message, job))));
          accepted();
        } catch (error) {
          refused(error instanceof Error ? error : new Error(String(error)));
          throw error;
        }
      });
      work.run(job);
    });
  }

  /** The same message again: it is answered with what the first one was, or is going to be, answered. */
  async function repeat(message: InboundMessage, conversationId: string): Promise<Receipt> {
    const { idempotency, channelId, input, patience } = message;
    const claim =
      idempotency && (await deps.idempotency.find(deps.database.read, channelId, input.user.id, idempotency.key));
    const [row] = claim ? await deps.turns.byIds(deps.database.read, [claim.turnId]) : [];
    if (!claim || !row || row.status === 'EXPIRED') return begin(message, conversationId); // freed meanwhile
    if (claim.bodyHash !== idempotency.bodyHash) throw otherBody();
    if (input.mode === 'ASYNC') return { status: 'accepted', turnId: row.id, traceId: row.traceId };
    const news = newsOf(row);
    const told = news && toReceipt(news, patience ?? { until: 'END', waitMs: 0 });
    if (told) {
      if ('error' in told) throw told.error;
      return told;
    }
    const receipt = receiptOf(row.id, { ...message, traceId: row.traceId });
    if (!work.active(conversationId)) await deps.feed.look(); // it may have ended between the two reads
    return receipt;
  }

  return {
    async receive(message) {
      const { channelId, input, idempotency } = message;
      const conversationId = toConversationId(channelId, input.user.id, input.groupId);
      if (!idempotency) return begin(message, conversationId);
      const key = JSON.stringify([channelId, input.user.id, idempotency.key]);
      const first = running.get(key);
      if (first) {
        if (first.bodyHash !== idempotency.bodyHash) throw otherBody();
        // A failure of the first is not its answer: whoever asks again starts over, or finds what is stored.
        return first.receipt.catch(() => repeat(message, conversationId));
      }
      const receipt = begin(message, conversationId);
      running.set(key, { bodyHash: idempotency.bodyHash, receipt });
      return receipt.finally(() => running.delete(key));
    },
    async spendToken(jti) {
      const outcome = await deps.queue.commit({ jti: { ...jti, turnId: rowId('tn') } });
      if (outcome.status !== 'committed') throw usedToken();
    },
    claim: work.claim,
    caughtUp: work.caughtUp,
    depth: work.depth,
    drained: work.drained,
  };
}

/** All there is of a message that has not been answered. */
function rowOf(
  { turnId, channelId, traceId, receivedAt, input, idempotency, jti }: InboundMessage,
  job: TurnJob,
): Unit {
  const { conversationId, route } = job;
  const userId = input.user.id;
  return {
    conversation: {
      id: conversationId,
      accountId: route.accountId,
      channelId,
      userId,
      groupId: input.groupId,
      at: receivedAt,
    },
    turn: {
      id: turnId,
      conversationId,
      channelId,
      traceId,
      status: 'QUEUED',
      input: JSON.stringify(input),
      replies: null,
      outcome: null,
      resume: null,
      error: null,
      trace: null,
      createdAt: receivedAt,
      finishedAt: null,
    },
    ...(idempotency && { key: { channelId, userId, ...idempotency, turnId, at: receivedAt } }),
    ...(jti && { jti: { ...jti, turnId } }),
  };
}

function inboundOf(committed: UnitOutcome): Appended {
  if (committed.status !== 'committed' || !committed.inbound) throw new Error(`a message was ${committed.status}`);
  return committed.inbound;
}

/** Null: the caller goes on waiting. */
function toReceipt(news: TurnNews, wait: Patience): Receipt | { error: Error } | null {
  switch (news.status) {
    case 'ended':
      return { status: 'answered', outcome: news.outcome };
    case 'failed':
      return { error: news.error };
    case 'paused':
      return wait.until === 'FIRST_PAUSE' ? { status: 'paused', outcome: news.outcome } : null;
  }
}

const BEHIND = 'The server is behind with what it has accepted; send the message again later.';
const usedToken = () =>
  new AppError('UNAUTHENTICATED', 'Invalid Access token', { details: { check: 'jti was used before' } });
const otherBody = () =>
  conflict('This Idempotency-Key was used with another message. Use a new key for a new message.', {
    field: 'Idempotency-Key',
  });
