import { createLaneRunner } from '../lanes/lane-runner.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import type { Appended, LaneStore } from '../store/tables/lanes.js';
import type { TurnJob } from '../turn/turn-job.js';
import type { TurnOutcome } from '../wire/outcome.js';
import { createItems, type Item, type RunDeps } from './run-message.js';
import { readOpenMessages, type StoredMessageDeps } from './stored-messages.js';

export interface TurnLanesDeps extends RunDeps, StoredMessageDeps {
  database: Pick<Database, 'read' | 'write'>;
  queue: CommitQueue;
  lanes: LaneStore;
  leaseMs: number;
  /** SQLite: nobody else can hold a lane. */
  singleProcess: boolean;
}

/** The turns this process runs, in their lanes: those of one conversation one after the other. */
export interface TurnLanes {
  /** Runs a message before it is stored. Only where this process knows all that is stored of the conversation. */
  run(job: TurnJob): Promise<TurnOutcome>;
  /** Runs a message that is stored. Another process may hold its lane, and will find it there; updates tell its caller. */
  runStored(job: TurnJob, inbound: Appended): void;
  /** Takes note of the lease that came with storing a message. */
  hold(job: TurnJob, inbound: Appended): void;
  /** Takes up lanes that nobody works on: after a crash, or left by another process. Gives how many. */
  claim(limit: number): Promise<number>;
  /** Nothing is left to claim of what was stored before this process began. */
  caughtUp(): void;
  /** Whether all that is stored of a conversation and not done is in memory: a new message may run before it is stored. */
  knowsAll(conversationId: string): boolean;
  /**
   * Whether a message may run before it is stored and without the lease, where other processes may take the lane: nothing of
   * the conversation is here.
   */
  mayRunAlone(conversationId: string): boolean;
  /** True while the conversation has a message running or waiting here. */
  active(conversationId: string): boolean;
  /** Messages running or waiting here. */
  depth(): number;
  drained(): Promise<void>;
}

/** Stored messages read at a time; more follow when those are done. */
const READ_AT_ONCE = 50;

export function createTurnLanes(deps: TurnLanesDeps): TurnLanes {
  let caughtUp = false;
  const items = createItems(deps);
  const runner = createLaneRunner<Item>({
    ...deps,
    direction: 'IN',
    shared: !deps.singleProcess,
    readAtOnce: READ_AT_ONCE,
    maxItems: Number.POSITIVE_INFINITY, // what is taken in is limited before
    stopping: new AbortController().signal, // what has been taken in is answered; see `drained`
    async read(conversationId, limit) {
      const messages = await readOpenMessages(deps, conversationId, limit);
      return messages.map((message) => ({ item: items.storedItemOf(message), seq: message.row.seq }));
    },
    async run(item, lane) {
      await item.run(lane);
      return 'DONE';
    },
    drop: (item, reason) => item.drop(reason),
  });
  const { active, claim, depth, drained } = runner;

  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        runner.push(job.conversationId, items.itemOf(job, { resolve, reject }));
      }),
    hold({ conversationId }, { lease }) {
      if (lease) runner.adopt(conversationId, lease);
    },
    runStored: (job, inbound) => runner.offer(job.conversationId, inbound, [items.itemOf(job)]),
    caughtUp() {
      caughtUp = true;
    },
    knowsAll: (conversationId) => deps.singleProcess && caughtUp && runner.knowsAll(conversationId),
    mayRunAlone: (conversationId) =>
      !deps.singleProcess && runner.knowsAll(conversationId) && !runner.active(conversationId),
    active,
    claim,
    depth,
    drained,
  };
}
