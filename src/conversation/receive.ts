import { AppError, conflict } from '../errors.js';
import type { Events } from '../events.js';
import { rowId } from '../ids.js';
import { conversationId as toConversationId } from '../store/conversations.js';
import type { Database } from '../store/database.js';
import type { idempotencyStore } from '../store/idempotency.js';
import type { Appended, LaneStore, Lease } from '../store/lanes.js';
import type { TurnRow, turnStore } from '../store/turns.js';
import type { Clock } from '../time.js';
import type { SaidReply } from './callbacks.js';
import type { Json } from './engine.js';
import { createInboundLanes, type LaneItem } from './lane.js';
import type { InboundMessage, TurnInput } from './message.js';
import type { Routes } from './routes.js';
import { LeaseLost, runTurn, type TurnDeps, type TurnJob, type TurnLane, type TurnOutcome } from './turn.js';

export type Receipt =
  /** Asynchronous: the message is durable, the reply will be POSTed. */
  { status: 'accepted'; turnId: string; traceId: string } | { status: 'answered'; outcome: TurnOutcome };

export interface ReceiveDeps extends TurnDeps {
  database: Pick<Database, 'read' | 'write'>;
  routes: Routes;
  lanes: LaneStore;
  turns: ReturnType<typeof turnStore>;
  idempotency: ReturnType<typeof idempotencyStore>;
  clock: Clock;
  events: Events;
  syncLimitMs: number;
  /** SQLite: nobody else can hold a lane, so a message that needs no claim runs before anything is written. */
  singleProcess: boolean;
  leaseMs: number;
}

/** Messages in, answers out: the one way into a conversation, whatever the hook's version. */
export interface Receiver {
  /**
   * Resolves when the message may be acknowledged. Errors: TIMEOUT after the synchronous limit, CONFLICT for a key
   * that was used with another body, UNAUTHENTICATED for a token that was used before, UNAVAILABLE when nothing can
   * be stored.
   */
  receive(message: InboundMessage): Promise<Receipt>;
  /** Takes up lanes that nobody works on: after a crash, or left by another process. Gives how many. */
  claim(limit: number): Promise<number>;
  /** Messages running or waiting here. */
  depth(): number;
  drained(): Promise<void>;
}

interface Waiter {
  resolve(outcome: TurnOutcome): void;
  reject(error: Error): void;
}

const LOAD_AT_ONCE = 50;
const POLL_MS = 50; // how late a result of another process is noticed

export function createReceiver(deps: ReceiveDeps): Receiver {
  /** The leases this process holds, and the open work the database counted when it last told. */
  const held = new Map<string, { lease: Lease; pending: number }>();
  const waiters = new Map<string, Waiter[]>();
  /** Keys whose first message is still on its way into the database or running here. */
  const running = new Map<string, { bodyHash: string; outcome: Promise<Receipt> }>();
  const lanes = createInboundLanes({ more: openItems });
  let polling = false;

  function laneOf(conversationId: string): TurnLane {
    return {
      lease: () => held.get(conversationId)?.lease ?? null,
      taken: (lease) => void held.set(conversationId, { lease, pending: 1 }),
      settled(pending) {
        const known = held.get(conversationId);
        if (pending === 0) held.delete(conversationId);
        else if (known) known.pending = pending;
      },
    };
  }

  function itemFor(job: TurnJob): LaneItem {
    return {
      turnId: job.turnId,
      async run() {
        if (isTooLate(job)) return expire(job);
        try {
          settle(job.turnId, await runTurn(deps, job, laneOf(job.conversationId)));
        } catch (error) {
          await failed(job, error);
        }
      },
      drop: (reason) => giveUp(job, reason),
    };
  }

  /** A synchronous message whose caller has gone and that has not begun never runs. */
  function isTooLate(job: TurnJob): boolean {
    return job.input.mode === 'SYNC' && !job.resume && deps.clock.now() - job.receivedAt >= deps.syncLimitMs;
  }

  async function expire(job: TurnJob): Promise<void> {
    const { turnId, traceId } = job;
    deps.events.turnExpired({ turnId, traceId });
    settleError(turnId, timedOut());
    const lane = laneOf(job.conversationId);
    const lease = lane.lease();
    if (!job.stored || !lease) return;
    const at = deps.clock.now();
    const progress = {
      id: turnId,
      status: 'EXPIRED' as const,
      replies: null,
      outcome: null,
      resume: null,
      error: null,
      trace: null,
      finishedAt: at,
    };
    const outcome = await deps.queue.commit({
      progress,
      releaseKeyOf: turnId,
      settle: { ...lease, done: 1, dueAt: null },
    });
    if (outcome.status === 'committed') lane.settled(outcome.pending ?? 0);
  }

  async function failed(job: TurnJob, error: unknown): Promise<void> {
    const { turnId, traceId, conversationId } = job;
    const reason = error instanceof Error ? error : new Error(String(error));
    if (reason instanceof LeaseLost) {
      held.delete(conversationId);
      if (job.stored) return; // whoever has the lane now runs it; the caller is told by the poll
      return giveUp(job, new AppError('UNAVAILABLE', 'The conversation is being moved; send the message again.'));
    }
    deps.events.turnNotStored({ turnId, traceId }, reason);
    settleError(turnId, reason);
    if (!job.stored || (reason instanceof AppError && reason.code === 'UNAVAILABLE')) return;
    // What the turn came to cannot be stored, and would not be the next time: it must not block its lane for ever.
    const lane = laneOf(conversationId);
    const lease = lane.lease();
    if (!lease) return;
    const progress = {
      id: turnId,
      status: 'DONE' as const,
      replies: '[]',
      outcome: null,
      resume: null,
      error: `The outcome could not be stored: ${reason.message}`.slice(0, 2000),
      trace: null,
      finishedAt: deps.clock.now(),
    };
    const outcome = await deps.queue.commit({
      progress,
      releaseKeyOf: turnId,
      settle: { ...lease, done: 1, dueAt: null },
    });
    if (outcome.status === 'committed') lane.settled(outcome.pending ?? 0);
  }

  function giveUp(job: TurnJob, reason: Error): void {
    if (!job.stored) settleError(job.turnId, reason);
  }

  /** Open turns of a lane we hold that only the database knows: left by a crash, or put there by another process. */
  async function openItems(conversationId: string): Promise<LaneItem[]> {
    const lane = held.get(conversationId);
    if (!lane || lane.pending === 0) return [];
    const rows = await deps.turns.open(deps.database.read, conversationId, LOAD_AT_ONCE);
    if (rows.length === 0) {
      held.delete(conversationId);
      await deps.lanes.rest(deps.database.write, lane.lease);
    }
    return rows.map((row) => itemFor(jobOf(row)));
  }

  function jobOf(row: TurnRow): TurnJob {
    const route = deps.routes.byChannel(row.channelId);
    return {
      turnId: row.id,
      traceId: row.traceId,
      conversationId: row.conversationId,
      input: JSON.parse(row.input) as TurnInput,
      receivedAt: row.createdAt,
      route: route ?? orphan(row.channelId),
      stored: true,
      resume: row.resume === null ? null : (JSON.parse(row.resume) as Json),
      said: row.replies === null ? [] : (JSON.parse(row.replies) as SaidReply[]),
    };
  }

  function enqueueStored(conversationId: string, job: TurnJob, inbound: Appended): void {
    if (!inbound.lease) return; // another process holds the lane and will find the message there
    const known = held.get(conversationId);
    held.set(conversationId, { lease: inbound.lease, pending: Math.max(known?.pending ?? 0, inbound.backlog + 1) });
    lanes.enqueue(conversationId, itemFor(job));
  }

  function outcomeOf(turnId: string): Promise<TurnOutcome> {
    return new Promise((resolve, reject) => {
      const list = waiters.get(turnId);
      if (list) list.push({ resolve, reject });
      else waiters.set(turnId, [{ resolve, reject }]);
    });
  }

  function settle(turnId: string, outcome: TurnOutcome): void {
    for (const waiter of take(turnId)) waiter.resolve(outcome);
  }
  function settleError(turnId: string, error: Error): void {
    for (const waiter of take(turnId)) waiter.reject(error);
  }
  function take(turnId: string): Waiter[] {
    const list = waiters.get(turnId) ?? [];
    waiters.delete(turnId);
    return list;
  }

  /** Waits for a turn, but not longer than a synchronous caller does. */
  function withinLimit(outcome: Promise<TurnOutcome>, receivedAt: number): Promise<TurnOutcome> {
    return new Promise((resolve, reject) => {
      const timer = deps.clock.after(Math.max(0, receivedAt + deps.syncLimitMs - deps.clock.now()), () =>
        reject(timedOut()),
      );
      outcome.then(resolve, reject).finally(() => timer.cancel());
      if (!deps.singleProcess) poll();
    });
  }

  /** Looks for the results of turns that another process may be running. */
  function poll(): void {
    if (polling || waiters.size === 0) return;
    polling = true;
    deps.clock.after(POLL_MS, () => {
      polling = false;
      void look()
        .catch((error: unknown) => deps.events.unexpected('result poll', error))
        .finally(poll);
    });
  }

  async function look(): Promise<void> {
    const rows = await deps.turns.byIds(deps.database.read, [...waiters.keys()]);
    for (const row of rows) {
      if (row.status === 'EXPIRED') settleError(row.id, timedOut());
      const outcome = row.status === 'DONE' ? storedOutcome(row) : null;
      if (outcome) settle(row.id, outcome);
    }
  }

  async function begin(message: InboundMessage, turnId: string, conversationId: string): Promise<Receipt> {
    const { input, traceId, receivedAt, channelId, idempotency, jti } = message;
    const route = deps.routes.byChannel(channelId);
    if (!route) throw new AppError('NOT_FOUND', 'This webhook channel has just been deleted.');
    const job: TurnJob = {
      turnId,
      traceId,
      conversationId,
      input,
      receivedAt,
      route,
      stored: false,
      resume: null,
      said: [],
    };
    deps.events.messageReceived(input.mode);

    if (deps.singleProcess && input.mode === 'SYNC' && !idempotency && !jti) {
      const outcome = outcomeOf(turnId);
      lanes.enqueue(conversationId, itemFor(job));
      return { status: 'answered', outcome: await withinLimit(outcome, receivedAt) };
    }

    const userId = input.user.id;
    const committed = await deps.queue.commit({
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
    });
    if (committed.status === 'key-taken') return repeat(message, conversationId);
    if (committed.status === 'jti-used')
      throw new AppError('UNAUTHENTICATED', 'Invalid Access token', { details: { check: 'jti was used before' } });
    if (committed.status !== 'committed' || !committed.inbound) throw new Error(`a message was ${committed.status}`);
    job.stored = true;
    if (input.mode === 'ASYNC') {
      enqueueStored(conversationId, job, committed.inbound);
      return { status: 'accepted', turnId, traceId };
    }
    const outcome = outcomeOf(turnId);
    enqueueStored(conversationId, job, committed.inbound);
    return { status: 'answered', outcome: await withinLimit(outcome, receivedAt) };
  }

  /** The same message again: it is answered with what the first one was, or is going to be, answered. */
  async function repeat(message: InboundMessage, conversationId: string): Promise<Receipt> {
    const { idempotency, channelId, input, receivedAt } = message;
    const claim =
      idempotency && (await deps.idempotency.find(deps.database.read, channelId, input.user.id, idempotency.key));
    const [row] = claim ? await deps.turns.byIds(deps.database.read, [claim.turnId]) : [];
    if (!claim || !row || row.status === 'EXPIRED') return begin(message, rowId('tn'), conversationId); // freed meanwhile
    if (claim.bodyHash !== idempotency.bodyHash) throw otherBody();
    if (input.mode === 'ASYNC') return { status: 'accepted', turnId: row.id, traceId: row.traceId };
    const stored = row.status === 'DONE' ? storedOutcome(row) : null;
    if (stored) return { status: 'answered', outcome: stored };
    const outcome = outcomeOf(row.id);
    if (!lanes.active(conversationId)) await look(); // it may have ended between the two reads
    return { status: 'answered', outcome: await withinLimit(outcome, receivedAt) };
  }

  return {
    async receive(message) {
      const { channelId, input, idempotency } = message;
      const conversationId = toConversationId(channelId, input.user.id, input.groupId);
      if (!idempotency) return begin(message, rowId('tn'), conversationId);
      const key = JSON.stringify([channelId, input.user.id, idempotency.key]);
      const first = running.get(key);
      if (first) {
        if (first.bodyHash !== idempotency.bodyHash) throw otherBody();
        // A failure of the first is not its answer: whoever asks again starts over, or finds what is stored.
        return first.outcome.catch(() => repeat(message, conversationId));
      }
      const outcome = begin(message, rowId('tn'), conversationId);
      running.set(key, { bodyHash: idempotency.bodyHash, outcome });
      return outcome.finally(() => running.delete(key));
    },

    async claim(limit) {
      const now = deps.clock.now();
      const claimed = await deps.lanes.claim(deps.database.write, 'IN', limit, now, now + deps.leaseMs);
      for (const lane of claimed) {
        held.set(lane.conversationId, { lease: { laneId: lane.laneId, epoch: lane.epoch }, pending: 1 });
        if (lanes.active(lane.conversationId)) continue; // our own lease had run out under a long turn
        for (const item of await openItems(lane.conversationId)) lanes.enqueue(lane.conversationId, item);
      }
      return claimed.length;
    },
    depth: lanes.depth,
    drained: lanes.drained,
  };
}

const timedOut = () => new AppError('TIMEOUT', 'The request has been timed-out');
const otherBody = () =>
  conflict('This Idempotency-Key was used with another message. Use a new key for a new message.', {
    field: 'Idempotency-Key',
  });

function storedOutcome(row: TurnRow): TurnOutcome | null {
  if (row.outcome === null) return null;
  const rest = JSON.parse(row.outcome) as Omit<TurnOutcome, 'replies'>;
  return { ...rest, replies: row.replies === null ? [] : (JSON.parse(row.replies) as SaidReply[]) };
}

/** The channel of an accepted message has been deleted: the turn still ends, and says why in the log. */
function orphan(channelId: string): TurnJob['route'] {
  return {
    channelId,
    channelName: '',
    isDefault: false,
    accountId: '',
    botId: '',
    botName: '',
    blockers: [],
    clientId: null,
    mode: 'ASYNC',
    versionId: null,
    enablePolling: false,
    templateEncoding: 'OBJECT',
    textForm: 'AUTO',
    burst: 'SERIAL',
  };
}
