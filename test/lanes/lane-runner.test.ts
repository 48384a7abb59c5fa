import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { LeaseLost } from '../../src/lanes/held-lane.js';
import { createLaneRunner, type LaneRunnerDeps } from '../../src/lanes/lane-runner.js';
import type { CommitQueue } from '../../src/store/commit/commit-queue.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { breathe, until } from '../support/dispatching.js';
import { LEASE_MS, memoryLane, type StoredLane } from '../support/lane-stores.js';
import { createGate } from '../support/receiver.js';

function startRunner(
  stored: StoredLane,
  clock: TestClock,
  run: LaneRunnerDeps<number>['run'],
  stop = new AbortController(),
) {
  const runner = createLaneRunner<number>({
    ...stored,
    queue: stored.queue as CommitQueue, // all a runner asks of it
    direction: 'OUT',
    clock,
    events: { unexpected() {} },
    leaseMs: LEASE_MS,
    shared: false,
    readAtOnce: 10,
    maxItems: 100,
    stopping: stop.signal,
    read: async (_conversationId, limit) => (await stored.read(limit)).map((seq) => ({ item: seq, seq })),
    run,
    drop() {},
  });
  return {
    runner,
    async say(): Promise<void> {
      const outcome = await stored.queue.commit(stored.append());
      const appended = outcome.status === 'committed' ? outcome.outbound : undefined;
      if (appended) runner.offer('cv', appended, [appended.firstSeq]);
    },
  };
}

/** What a signal keeps: its listeners, and on Node 20 the signals that `AbortSignal.any` made of it, which are none. */
function keptBy(signal: AbortSignal): number {
  const derived = Object.getOwnPropertySymbols(signal).find(({ description }) => description === 'kDependantSignals');
  return getEventListeners(signal, 'abort').length + (derived ? (Reflect.get(signal, derived)?.size ?? 0) : 0);
}

describe('a lane runner', () => {
  it('does not let work begun before another process had the lane write under a lease that came after it', async () => {
    const clock = createTestClock();
    const { stored, wrong } = memoryLane('OUT', 'cv', clock);
    const [mine, other] = [stored('p1'), stored('p2')];
    const gate = createGate();
    const done: string[] = [];
    const failures: unknown[] = [];
    const one = startRunner(mine, clock, async (head, lane) => {
      if (head === 1) await gate.opened;
      await lane.commit(mine.done([head]), { done: 1 }).catch((error: unknown) => {
        failures.push(error);
        throw error;
      });
      done.push(`p1 ${head}`);
      return 'DONE';
    });
    const two = startRunner(other, clock, async (head, lane) => {
      await lane.commit(other.done([head]), { done: 1 });
      done.push(`p2 ${head}`);
      return 'DONE';
    });
    await one.say();
    clock.advance(LEASE_MS + 1);
    await two.runner.claim(1);
    await two.runner.drained();
    await one.say();
    gate.open();
    await one.runner.drained();
    expect(done).toEqual(['p2 1', 'p1 2']);
    expect(failures).toEqual([expect.any(LeaseLost)]);
    expect(wrong).toEqual([]);
  });

  it('goes on with what memory has when it takes up its own lane again whose lease ended under long work', async () => {
    const clock = createTestClock();
    const { stored, wrong } = memoryLane('OUT', 'cv', clock);
    const mine = stored('p1');
    const gate = createGate();
    const begun: number[] = [];
    const { runner, say } = startRunner(mine, clock, async (head, lane) => {
      begun.push(head);
      if (head === 1) await gate.opened;
      await lane.commit(mine.done([head]), { done: 1 });
      return 'DONE';
    });
    await say();
    await say();
    clock.advance(LEASE_MS + 1);
    expect(await runner.claim(1)).toBe(1);
    gate.open();
    await runner.drained();
    expect(begun).toEqual([1, 2]);
    expect(wrong).toEqual([]);
  });

  it('does not know all of a lane that it has yet to read', async () => {
    const clock = createTestClock();
    const { stored } = memoryLane('OUT', 'cv', clock);
    const mine = stored('p1');
    await mine.queue.commit(mine.append());
    clock.advance(LEASE_MS + 1);
    const gate = createGate();
    const { runner } = startRunner(mine, clock, async (head, lane) => {
      await gate.opened;
      await lane.commit(mine.done([head]), { done: 1 });
      return 'DONE';
    });
    expect(runner.knowsAll('cv')).toBe(true); // as far as this process holds it
    await runner.claim(1);
    expect(runner.knowsAll('cv')).toBe(false);
    await until(() => runner.depth() === 1);
    expect(runner.knowsAll('cv')).toBe(true);
    gate.open();
    await runner.drained();
  });

  it('waits under a lease that it renews for as long as it takes, and leaves nothing on the signal of the stop', async () => {
    const clock = createTestClock();
    const { stored } = memoryLane('OUT', 'cv', clock);
    const mine = stored('p1');
    const stop = new AbortController();
    const gate = createGate();
    const found: unknown[] = [];
    const { runner, say } = startRunner(
      mine,
      clock,
      async (head, lane) => {
        const before = keptBy(stop.signal);
        for (let wait = 1; wait <= 20; wait += 1) await lane.during(Promise.resolve('short'), 1_000);
        found.push(keptBy(stop.signal) - before);
        const long = lane.during(
          gate.opened.then(() => 'long'),
          1_000,
        );
        for (let renewal = 1; renewal <= 20; renewal += 1) {
          await until(() => clock.pending > 0);
          clock.advance(LEASE_MS - 1_000);
        }
        await until(() => clock.pending > 0);
        gate.open();
        found.push(await long, keptBy(stop.signal) - before, clock.pending);
        await lane.commit(mine.done([head]), { done: 1 });
        return 'DONE';
      },
      stop,
    );
    const other = new AbortController();
    other.signal.addEventListener('abort', () => {});
    expect(keptBy(other.signal)).toBe(1); // it would be seen
    await say();
    await runner.drained();
    expect(found).toEqual([0, 'long', 0, 0]);
  });

  it('gives its leases back when the server stops, and begins nothing new', async () => {
    const clock = createTestClock();
    const { stored } = memoryLane('OUT', 'cv', clock);
    const mine = stored('p1');
    const gate = createGate();
    const stop = new AbortController();
    const begun: number[] = [];
    const { runner, say } = startRunner(
      mine,
      clock,
      async (head, lane) => {
        begun.push(head);
        await gate.opened;
        await lane.commit(mine.done([head]), { done: 1 });
        return 'DONE';
      },
      stop,
    );
    await say();
    await say();
    await breathe();
    stop.abort();
    gate.open();
    await runner.drained();
    expect(begun).toEqual([1]);
    const next = stored('p2');
    expect(await next.lanes.nextDue(next.database.read, 'OUT')).toBe(clock.now());
  });
});
