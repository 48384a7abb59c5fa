import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLaneRunner } from '../../src/lanes/lane-runner.js';
import type { CommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Direction } from '../../src/store/tables/lanes.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { breathe } from '../support/dispatching.js';
import { breakable, databaseLane, LEASE_MS, memoryLane, type StoredLane } from '../support/lane-stores.js';

const what = [
  'say',
  'say',
  'say',
  'say-untold',
  'claim',
  'breathe',
  'breathe',
  'breathe',
  'pass-time',
  'break',
] as const;
interface Step {
  what: (typeof what)[number];
  process: 0 | 1;
  ms: number;
}
const stepOf: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...what),
  process: fc.constantFrom(0, 1),
  ms: fc.constantFrom(1_000, LEASE_MS / 2, LEASE_MS + 1),
});
/** What the work on a message is like. */
const workOf = fc.record({
  breaths: fc.constantFrom(0, 1, 2, 3, 15),
  comes: fc.constantFrom('done', 'done', 'done', 'again', 'rests', 'rests-by-commit', 'fails', 'takes'),
});
type Work = typeof workOf extends fc.Arbitrary<infer T> ? T : never;
const walks = fc.record({
  steps: fc.array(stepOf, { maxLength: 60, size: 'max' }),
  work: fc.array(workOf, { minLength: 1, maxLength: 8 }),
  atOnce: fc.integer({ min: 1, max: 5 }),
  maxItems: fc.constantFrom(2, 1_000),
});
type Walk = typeof walks extends fc.Arbitrary<infer T> ? T : never;

interface Surroundings {
  direction: Direction;
  conversationId: string;
  clock: TestClock;
  stored(owner: string): StoredLane;
}

/** Two processes work on one lane. Gives the numbers in the order in which they were done with. */
async function walk({ steps, work, atOnce, maxItems }: Walk, around: Surroundings): Promise<number[]> {
  const { direction, conversationId, clock } = around;
  const done: number[] = [];
  let said = 0;
  let begun = 0;
  const stop = new AbortController();
  const processes = ['p1', 'p2'].map((name) => {
    const stored = around.stored(name);
    const { queue, breakNext } = breakable(stored.queue);
    const running = new Set<number>();
    const runner = createLaneRunner<number>({
      ...stored,
      queue: queue as CommitQueue, // all a runner asks of it
      direction,
      clock,
      events: { unexpected() {} },
      leaseMs: LEASE_MS,
      shared: direction === 'IN',
      readAtOnce: atOnce,
      maxItems,
      stopping: stop.signal,
      read: async (_conversationId, limit) => (await stored.read(limit)).map((seq) => ({ item: seq, seq })),
      async run(head, lane) {
        expect(running.size).toBe(0); // one at a time
        running.add(head);
        try {
          const { breaths, comes } = work[begun++ % work.length] as Work;
          const last = begun > 60; // it ends
          for (let n = breaths; n > 0; n -= 1) await breathe();
          if (!last && comes === 'again') return { again: head };
          if (!last && comes === 'rests') return { restUntil: clock.now() + 1_000 };
          if (!last && comes === 'fails') throw new Error('it failed');
          if (!last && comes === 'rests-by-commit') {
            await lane.commit({}, { done: 0, dueAt: clock.now() + 1_000 });
            return 'DONE';
          }
          const seqs = [head, ...(comes === 'takes' ? await lane.take((next) => next % 3 !== 0) : [])];
          await lane.commit(stored.done(seqs), { done: seqs.length });
          done.push(...seqs);
          return 'DONE';
        } finally {
          running.delete(head);
        }
      },
      drop() {},
    });
    return { stored, runner, breakNext };
  });
  for (const { what: taken, process, ms } of steps) {
    const chosen = processes[process];
    if (!chosen) throw new Error('out of range');
    const { stored, runner } = chosen;
    if (taken === 'breathe') await breathe();
    else if (taken === 'pass-time') clock.advance(ms);
    else if (taken === 'break') chosen.breakNext(1);
    else if (taken === 'claim') void runner.claim(10);
    else {
      said += 1;
      const outcome = await stored.queue.commit(stored.append());
      const appended = outcome.status === 'committed' ? (outcome.inbound ?? outcome.outbound) : undefined;
      if (!appended) throw new Error('not stored');
      if (taken === 'say') runner.offer(conversationId, appended, [appended.firstSeq]);
    }
  }
  for (let rounds = 0; done.length < said; rounds += 1) {
    if (rounds > 2_000) throw new Error(`only ${done.length} of ${said} are done`);
    clock.advance(LEASE_MS / 8);
    for (const { runner } of processes) await runner.claim(10);
    for (let n = 0; n < 8; n += 1) await breathe(); // so that work is done within a lease
  }
  clock.advance(LEASE_MS);
  for (const { runner } of processes) {
    await runner.drained();
    expect(runner.depth()).toBe(0);
  }
  return done;
}

const inOrder = (walked: Walk): number[] =>
  Array.from({ length: walked.steps.filter(({ what: one }) => one.startsWith('say')).length }, (_, n) => n + 1);

const step = (what: Step['what'], process: Step['process'] = 0, ms = 1_000): Step => ({ what, process, ms });
/** Another process takes the lane over while the head is worked on, which then asks for what waited behind it. */
const TAKEN_OVER: Walk = {
  steps: [
    step('say'),
    step('say'),
    step('claim'),
    step('pass-time'),
    step('say'),
    step('pass-time', 0, 60_001),
    step('claim', 1),
  ],
  work: [
    { breaths: 0, comes: 'rests-by-commit' },
    { breaths: 15, comes: 'takes' },
    { breaths: 0, comes: 'done' },
  ],
  atOnce: 2,
  maxItems: 2,
};

let runs = 0;
const TITLE = 'works on every message of a lane once and in order, whoever stored it and whatever fails';

describe.each<Direction>(['IN', 'OUT'])('the lane runner, %s', (direction) => {
  it(TITLE, async () => {
    await fc.assert(
      fc.asyncProperty(walks, async (walked) => {
        const clock = createTestClock();
        const { stored, wrong } = memoryLane(direction, 'cv', clock);
        expect(await walk(walked, { direction, conversationId: 'cv', clock, stored })).toEqual(inOrder(walked));
        expect(wrong).toEqual([]);
      }),
      { numRuns: 150, examples: [[TAKEN_OVER]] },
    );
  });
});

eachDatabase('the lane runner', (database) => {
  it.each<Direction>(['IN', 'OUT'])(`${TITLE}: %s`, async (direction) => {
    await fc.assert(
      fc.asyncProperty(walks, async (walked) => {
        runs += 1;
        const clock = createTestClock(runs * 1_000_000_000);
        await database().write('lanes').delete();
        const conversationId = `runner-${runs}`;
        const stored = databaseLane(database(), direction, conversationId, clock);
        expect(await walk(walked, { direction, conversationId, clock, stored })).toEqual(inOrder(walked));
      }),
      { numRuns: 12 },
    );
  });
});
