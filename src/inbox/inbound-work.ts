import { AppError, unavailable } from '../errors.js';
import type { Json } from '../json.js';
import { createInboundLanes, type Found, type LaneItem, type Take } from '../lanes/lane.js';
import type { TurnScheduler } from '../load/turn-scheduler.js';
import type { Route, Routes } from '../routing/routes.js';
import { away, type CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { Appended, LaneStore, Lease } from '../store/tables/lanes.js';
import type { TurnProgress, TurnRow, turnStore } from '../store/tables/turns.js';
import { type Clock, delay, monotonicOf } from '../time.js';
import { runTurn } from '../turn/turn.js';
import { LeaseLost, type TurnDeps, type TurnJob, type TurnLane } from '../turn/turn-job.js';
import type { TurnInput } from '../wire/message.js';
import { storedReplies } from '../wire/outcome.js';
import { belongsTo, JOIN_WINDOW_MS, oneTurnOf, resumedBurst, startsBurst } from './bursts.js';
import { type TurnFeed, timedOut } from './turn-feed.js';

export interface InboundWorkDeps extends TurnDeps {
  database: Pick<Database, 'read' | 'write'>;
  queue: CommitQueue;
  routes: Routes;
  lanes: LaneStore;
  turns: ReturnType<typeof turnStore>;
  feed: TurnFeed;
  scheduler: TurnScheduler;
  syncLimitMs: number;
  leaseMs: number;
  /** SQLite: nobody else can hold a lane. */
  singleProcess: boolean;
}

/** The turns this process runs, in their lanes. What becomes of each goes to the feed. */
export interface InboundWork {
  /** A message nobody else can have a claim to: nothing is written before its turn pauses or ends. */
  run(job: TurnJob): void;
  /** A message that is durable. Another process may hold its lane, and will find it there. */
  runStored(job: TurnJob, inbound: Appended): void;
  /** A message that runs has become durable meanwhile. */
  stored(job: TurnJob, inbound: Appended): void;
  /** Takes up lanes that nobody works on: after a crash, or left by another process. Gives how many. */
  claim(limit: number): Promise<number>;
  /** Nothing is left to claim of what was stored before this process began. */
  caughtUp(): void;
  /** Whether all that is stored of a conversation and not done is in memory: a new message may run before it is stored. */
  knowsAll(conversationId: string): boolean;
  /** True while the conversation has a message running or waiting here. */
  active(conversationId: string): boolean;
  /** Messages running or waiting here. */
  depth(): number;
  drained(): Promise<void>;
}

const LOAD_AT_ONCE = 50;
/** How long a lane waits that this server could not work on, until it is tried again. */
const RETRY_MS = 500;
/** Likewise, after a failure that another try will hardly mend. */
const RETRY_BROKEN_MS = 30_000;

interface Item extends LaneItem {
  /** Null when its row cannot be read. */
  job: TurnJob | null;
}

export function createInboundWork(deps: InboundWorkDeps): InboundWork {
  /** The leases this process holds, and the open work the database counted when it last told. */
  const held = new Map<string, { lease: Lease; pending: number }>();
  let caughtUp = false;
  const lanes = createInboundLanes<Item>({
    more: openItems,
    shared: !deps.singleProcess,
    onFailure: retryLater,
  });

  function laneOf(conversationId: string): TurnLane {
    return {
      lease: () => held.get(conversationId)?.lease ?? null,
      taken: (lease) => void held.set(conversationId, { lease, pending: 1 }),
      settled(lease, pending) {
        const known = held.get(conversationId);
        if (known?.lease.epoch !== lease.epoch) return;
        if (pending === 0) held.delete(conversationId);
        else known.pending = pending;
      },
      paused: (outcome) => deps.feed.tell(outcome.turnId, { status: 'paused', outcome }),
      absorbed: (job, outcome) => deps.feed.tell(job.turnId, { status: 'ended', outcome }),
    };
  }

  function hold({ conversationId }: TurnJob, lease: Lease, pending: number): void {
    held.set(conversationId, { lease, pending: Math.max(held.get(conversationId)?.pending ?? 0, pending) });
  }

  function itemFor(job: TurnJob): Item {
    return {
      turnId: job.turnId,
      job,
      async run(take) {
        if (job.stored && job.input.mode === 'ASYNC') await deps.scheduler.ready();
        const turn = await gather(job, take);
        if (!turn) return;
        try {
          const outcome = await runTurn(deps, turn, laneOf(turn.conversationId));
          deps.feed.tell(turn.turnId, { status: 'ended', outcome });
        } catch (error) {
          const reason = reasonOf(error);
          await turn.row?.claim().catch(() => {}); // its caller has been told
          for (const one of [...(turn.burst?.absorbed ?? []), turn]) await failed(one, reason);
          if (turn.stored && givesUpLane(reason)) throw reason;
        }
      },
      drop: (reason) => giveUp(job, reason),
    };
  }

  /** A stored message that no try will ever read ends as failed, in its turn: it must not hold up those behind it. */
  function itemForBroken({ id: turnId, traceId, conversationId }: TurnRow, error: unknown): Item {
    return {
      turnId,
      job: null,
      async run() {
        const reason = new Error(`The stored message cannot be read: ${describeBroken(error)}`);
        deps.events.unexpected('stored message', reason, { turnId, traceId, conversationId });
        deps.feed.tell(turnId, { status: 'failed', error: reason });
        await settle({ turnId, conversationId }, { status: 'DONE', replies: '[]', error: reason.message });
      },
      drop() {},
    };
  }

  /** The turn to run for the head of a lane: its own, or the one of the burst it begins. Null: all came too late. */
  async function gather(head: TurnJob, take: Take<Item>): Promise<TurnJob | null> {
    if (isTooLate(head)) {
      await expire(head);
      return null;
    }
    if (!startsBurst(head)) return head;
    if (head.route.burst === 'JOIN') {
      const leftMs = head.arrivedAt + JOIN_WINDOW_MS - deps.clock.monotonicNow();
      if (leftMs > 0) await delay(deps.clock, leftMs);
    }
    const followers = await take(({ job }) => job !== null && belongsTo(head, job));
    const inTime: TurnJob[] = [];
    for (const job of [head, ...followers.map(({ job }) => job)]) {
      if (!job) continue;
      if (isTooLate(job)) await expire(job);
      else inTime.push(job);
    }
    return oneTurnOf(inTime);
  }

  /** A synchronous message whose caller has gone and that has not begun never runs. */
  function isTooLate({ input, resume, arrivedAt }: TurnJob): boolean {
    return (
      input.mode === 'SYNC' && !input.detached && !resume && deps.clock.monotonicNow() - arrivedAt >= deps.syncLimitMs
    );
  }

  async function expire(job: TurnJob): Promise<void> {
    const { turnId, traceId } = job;
    deps.events.turnExpired({ turnId, traceId });
    deps.feed.tell(turnId, { status: 'failed', error: timedOut() });
    if (job.stored) await settle(job, { status: 'EXPIRED', replies: null, error: null });
  }

  async function failed(job: TurnJob, reason: Error): Promise<void> {
    const { turnId, traceId, conversationId } = job;
    if (reason instanceof LeaseLost) {
      held.delete(conversationId);
      if (job.stored) return; // whoever has the lane now runs it; the caller is told by the feed
      return giveUp(job, unavailable('CONVERSATION_MOVED', 'The conversation is being moved; send the message again.'));
    }
    deps.events.turnNotStored({ turnId, traceId }, reason);
    deps.feed.tell(turnId, { status: 'failed', error: reason });
    if (!job.stored || givesUpLane(reason)) return;
    // What the turn came to cannot be stored, and would not be the next time: it must not block its lane for ever.
    const why = `The outcome could not be stored: ${reason.message}`.slice(0, 2000);
    await settle(job, { status: 'DONE', replies: '[]', error: why });
  }

  /** Ends a stored turn without an answer; its key is free again. */
  async function settle(
    job: Pick<TurnJob, 'turnId' | 'conversationId'>,
    end: Pick<TurnProgress, 'status' | 'replies' | 'error'>,
  ): Promise<void> {
    const lane = laneOf(job.conversationId);
    const lease = lane.lease();
    if (!lease) return;
    const finishedAt = deps.clock.now();
    const outcome = await deps.queue.commit({
      progress: { id: job.turnId, ...end, outcome: null, resume: null, trace: null, finishedAt },
      releaseKeyOf: job.turnId,
      settle: { ...lease, done: 1, dueAt: null },
    });
    if (outcome.status === 'committed') lane.settled(lease, outcome.pending ?? 0);
  }

  function giveUp(job: TurnJob, error: Error): void {
    if (!job.stored) deps.feed.tell(job.turnId, { status: 'failed', error });
  }

  /** Open turns of a lane we hold that only the database knows: left by a crash, or put there by another process. */
  function openItems(conversationId: string): Promise<Found<Item>> | null {
    const lane = held.get(conversationId);
    return lane && lane.pending > 0 ? readOpen(conversationId, lane.lease) : null;
  }

  async function readOpen(conversationId: string, lease: Lease): Promise<Found<Item>> {
    const rows = await deps.turns.open(deps.database.read, conversationId, LOAD_AT_ONCE);
    if (rows.length === 0 && (await deps.lanes.rest(deps.database.write, lease)) === 0) {
      if (held.get(conversationId)?.lease.epoch === lease.epoch) held.delete(conversationId);
    }
    const items = await Promise.all(rows.map(async (row) => ({ item: await itemOf(row), seq: row.seq })));
    return { items, all: rows.length < LOAD_AT_ONCE };
  }

  async function itemOf(row: TurnRow): Promise<Item> {
    try {
      return itemFor(await jobOf(row));
    } catch (error) {
      if (isInfrastructure(error)) throw error;
      return itemForBroken(row, error);
    }
  }

  /** What a lane was given up with is stored: it goes on from there once the database answers again. */
  function retryLater(conversationId: string, reason: Error): void {
    if (reason instanceof LeaseLost) return;
    const passes = isInfrastructure(reason);
    if (!passes) deps.events.unexpected('inbound lane', reason, { conversationId });
    deps.clock.after(passes ? RETRY_MS : RETRY_BROKEN_MS, () => {
      const lane = held.get(conversationId);
      if (!lane || lanes.active(conversationId)) return;
      deps.queue.commit({ settle: { ...lane.lease, done: 0, dueAt: null } }).then(
        (outcome) => {
          if (outcome.status === 'committed') lanes.load(conversationId);
          else held.delete(conversationId);
        },
        (error) => retryLater(conversationId, error),
      );
    });
  }

  async function jobOf(row: TurnRow): Promise<TurnJob> {
    const job = toJob(row, deps);
    if (row.status !== 'PAUSED') return job;
    const others = await deps.turns.answeredBy(deps.database.read, row.conversationId, row.id);
    return others.length === 0
      ? job
      : resumedBurst(
          job,
          others.map((other) => toJob(other, deps)),
          others.map(({ trace }) => trace),
        );
  }

  return {
    run: (job) => lanes.enqueue(job.conversationId, itemFor(job)),
    runStored(job, inbound) {
      if (!inbound.lease) return;
      hold(job, inbound.lease, inbound.backlog + 1);
      lanes.enqueue(job.conversationId, itemFor(job), { seq: inbound.firstSeq, backlog: inbound.backlog });
    },
    stored(job, inbound) {
      job.stored = true;
      if (inbound.lease) hold(job, inbound.lease, inbound.backlog + 1);
    },
    async claim(limit) {
      const now = deps.clock.now();
      const claimed = await deps.lanes.claim(deps.database.write, 'IN', limit, now, now + deps.leaseMs);
      for (const lane of claimed) {
        held.set(lane.conversationId, { lease: { laneId: lane.laneId, epoch: lane.epoch }, pending: 1 });
        if (!lanes.active(lane.conversationId)) lanes.load(lane.conversationId); // else our lease ran out under a long turn
      }
      return claimed.length;
    },
    caughtUp() {
      caughtUp = true;
    },
    knowsAll: (conversationId) =>
      deps.singleProcess && caughtUp && (lanes.active(conversationId) || !held.has(conversationId)),
    active: lanes.active,
    depth: lanes.depth,
    drained: lanes.drained,
  };
}

/** In the words of the caller, when it is this server that failed. */
function reasonOf(error: unknown): Error {
  const reason = error instanceof Error ? error : new Error(String(error));
  return isInfrastructure(reason) ? away(reason) : reason;
}

/** JSON.parse quotes what it was given, which nobody may log. */
const describeBroken = (error: unknown): string =>
  error instanceof SyntaxError || !(error instanceof Error) ? 'it is not JSON.' : error.message;

/** The lane must not go on without this turn: another process has it now, or it is tried again here. */
const givesUpLane = (reason: Error): boolean =>
  reason instanceof LeaseLost || (reason instanceof AppError && reason.code === 'UNAVAILABLE');

function toJob(row: TurnRow, { clock, routes }: { clock: Clock; routes: Routes }): TurnJob {
  return {
    turnId: row.id,
    traceId: row.traceId,
    conversationId: row.conversationId,
    input: readInput(row),
    receivedAt: row.createdAt,
    arrivedAt: monotonicOf(clock, row.createdAt),
    route: routes.byChannel(row.channelId) ?? orphan(row.channelId),
    stored: true,
    resume: row.resume === null ? null : (JSON.parse(row.resume) as Json), // JSON text
    said: storedReplies(row),
  };
}

/** Throws when it is none: what is no message now will be none at the next try. */
function readInput({ input }: TurnRow): TurnInput {
  const read = JSON.parse(input) as Partial<TurnInput> | null; // the receiver wrote it
  if (!read?.message || !read.user) throw new Error('it is no message.');
  return read as TurnInput;
}

/** The channel of an accepted message has been deleted: the turn still ends, and says why in the log. */
function orphan(channelId: string): Route {
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
