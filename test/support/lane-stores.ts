import { AppError } from '../../src/errors.js';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { type CommitQueue, createCommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Unit, UnitOutcome } from '../../src/store/commit/unit.js';
import type { Database } from '../../src/store/database/database.js';
import { deliveryStore } from '../../src/store/tables/delivery-store.js';
import { type Direction, type LaneStore, laneStore } from '../../src/store/tables/lanes.js';
import { turnStore } from '../../src/store/tables/turns.js';
import type { TestClock } from './clock.js';
import { breathe, deliveryOf } from './dispatching.js';

export const LEASE_MS = 60_000;

/** What a process sees of one stored lane. */
export interface StoredLane {
  queue: Pick<CommitQueue, 'commit'>;
  lanes: Pick<LaneStore, 'nextDue' | 'claim' | 'rest'>;
  database: Pick<Database, 'read' | 'write'>;
  /** Stores a message that is to be worked on. */
  append(): Unit;
  /** These messages are done with. */
  done(seqs: readonly number[]): Unit;
  /** The numbers of the open messages, in order. */
  read(limit: number): Promise<number[]>;
}

/** The tables of a real database, with a conversation for each run. */
export function databaseLane(database: Database, direction: Direction, conversationId: string, clock: TestClock) {
  const ids = new Map<number, string>();
  let count = 0;
  return (owner: string): StoredLane => {
    const lanes = laneStore(database.dialect, owner);
    const queue = createCommitQueue({
      write: batchWriter(database.write, database.dialect, lanes),
      times: () => ({ now: clock.now(), leaseEnd: clock.now() + LEASE_MS, keysForgottenBefore: 0 }),
      onFatal: (error) => {
        throw error;
      },
    });
    const found = (rows: { id: string; seq: number }[]) => {
      for (const { id, seq } of rows) ids.set(seq, id);
      return rows.map(({ seq }) => seq);
    };
    const idOf = (seq: number) => ids.get(seq) ?? `${conversationId}-${seq}`;
    const nextId = () => `${conversationId}-${++count}`;
    if (direction === 'OUT') {
      const deliveries = deliveryStore(database.dialect);
      const over = {
        status: 'DELIVERED' as const,
        attempts: 1,
        spent: 0,
        firstAttemptAt: 0,
        nextAttemptAt: null,
        deadReason: null,
      };
      return {
        queue,
        lanes,
        database,
        append: () => ({ deliveries: [deliveryOf(nextId(), conversationId, clock.now())] }),
        done: (seqs) => ({ delivered: seqs.map((seq) => ({ id: idOf(seq), ...over, finishedAt: 1 })) }),
        read: async (limit) => found(await deliveries.heads(database.read, conversationId, limit)),
      };
    }
    const turns = turnStore();
    const row = { replies: null, outcome: null, resume: null, error: null, trace: null };
    return {
      queue,
      lanes,
      database,
      append: () => ({
        turn: {
          ...row,
          id: nextId(),
          conversationId,
          channelId: 'ch',
          traceId: 'tr',
          status: 'QUEUED',
          input: '{}',
          createdAt: clock.now(),
          finishedAt: null,
        },
      }),
      done([first, ...others]) {
        const over = (seq: number) => ({ ...row, id: idOf(seq), status: 'DONE' as const, finishedAt: 1 });
        return {
          progress: over(first ?? 0),
          absorbed: others.map((seq) => ({ ...over(seq), answeredBy: idOf(first ?? 0) })),
        };
      },
      read: async (limit) => found(await turns.open(database.read, conversationId, limit)),
    };
  };
}

/** The same in memory, by the rules of the tables, with a moment before and after each statement. */
export function memoryLane(direction: Direction, conversationId: string, clock: TestClock) {
  const open: number[] = [];
  const lane = { next: 1, epoch: 0, owner: null as string | null, due: null as number | null };
  const laneId = `${conversationId}:${direction}`;
  const appended = Symbol('appended');
  /** What no runner may do: it is not to be taken for a failure that passes. */
  const wrong: string[] = [];
  type Done = Unit & { [appended]?: true; seqs?: readonly number[] };

  const stored = (owner: string): StoredLane => {
    const write = (unit: Done): UnitOutcome => {
      const outcome: UnitOutcome = { status: 'committed' };
      const { settle } = unit;
      if (settle) {
        if (lane.owner !== owner || lane.epoch !== settle.epoch) return { status: 'lease-lost' };
        for (const seq of unit.seqs ?? []) if (open.shift() !== seq) wrong.push(`${seq} was not the head`);
        outcome.pending = open.length;
        if (open.length === 0 || settle.dueAt !== null) lane.owner = null;
        lane.due = open.length === 0 ? null : (settle.dueAt ?? clock.now() + LEASE_MS);
      }
      if (unit[appended]) {
        const backlog = open.length;
        if (backlog === 0) Object.assign(lane, { epoch: lane.epoch + 1, owner, due: clock.now() + LEASE_MS });
        const lease = lane.owner === owner ? { laneId, epoch: lane.epoch } : null;
        const numbers = { firstSeq: lane.next, backlog, lease };
        open.push(lane.next++);
        outcome[direction === 'IN' ? 'inbound' : 'outbound'] = numbers;
      }
      return outcome;
    };
    return {
      queue: {
        async commit(unit) {
          await breathe();
          const outcome = write(unit);
          await breathe();
          return outcome;
        },
      },
      lanes: {
        nextDue: () => Promise.resolve(lane.due),
        async claim(_db, _direction, _limit, now, leaseEnd) {
          await breathe();
          if (lane.due === null || lane.due > now) return [];
          Object.assign(lane, { epoch: lane.epoch + 1, owner, due: leaseEnd });
          return [{ laneId, epoch: lane.epoch, conversationId, channelId: 'ch' }];
        },
        async rest(_db, { epoch }) {
          await breathe();
          if (lane.owner !== owner || lane.epoch !== epoch) return 0;
          if (open.length === 0) Object.assign(lane, { owner: null, due: null });
          return open.length;
        },
      },
      database: {} as Database, // the functions above ask for none
      append: () => ({ [appended]: true }) as Done,
      done: (seqs) => ({ seqs }) as Done,
      async read(limit) {
        await breathe();
        const found = open.slice(0, limit);
        await breathe();
        return found;
      },
    };
  };
  return { stored, wrong };
}

/** Fails what comes next, as a database does that is away. */
export function breakable(queue: Pick<CommitQueue, 'commit'>) {
  let failures = 0;
  return {
    breakNext(count: number): void {
      failures += count;
    },
    queue: {
      async commit(unit, urgency) {
        if (failures === 0) return queue.commit(unit, urgency);
        failures -= 1;
        throw new AppError('UNAVAILABLE', 'The database does not answer just now; try again.');
      },
    } satisfies Pick<CommitQueue, 'commit'>,
  };
}
