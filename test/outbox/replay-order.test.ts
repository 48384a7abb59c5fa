import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEvents } from '../../src/events.js';
import { createJobRunner } from '../../src/jobs/job-runner.js';
import { silentLog } from '../../src/log.js';
import { createMetrics } from '../../src/metrics.js';
import { createReplayJob, REPLAY_BEGUN, type ReplayParameters } from '../../src/outbox/replay-job.js';
import type { Route } from '../../src/routing/routes.js';
import type { Database } from '../../src/store/database/database.js';
import { deliveryStore } from '../../src/store/tables/delivery-store.js';
import { findJob, insertJob } from '../../src/store/tables/jobs.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { conversationOf, deliveryIn, insertDeadLetters } from '../support/dead-letters.js';
import { breathe, LEASE_MS, startProcess } from '../support/dispatching.js';

const START = Date.UTC(2026, 0, 1);

/** A process that works on replays, and nothing else. */
function startReplays(database: Database, clock: TestClock, owner: string) {
  const lanes = laneStore(database.dialect, owner);
  const route = {} as Route; // every channel is there
  const kind = createReplayJob({
    database,
    lanes,
    deliveries: deliveryStore(database.dialect),
    routes: { byChannel: () => route },
    leaseMs: LEASE_MS,
    clock,
    tryNow() {},
  });
  const events = createEvents(silentLog, createMetrics({ process: false }));
  return createJobRunner({ database, clock, events, kinds: [kind], owner, leaseMs: LEASE_MS });
}

let run = 0;

eachDatabase('replays, new messages and a process that dies', (database) => {
  it('leave every conversation in order, and each dead letter goes out once more', async () => {
    const { write, read } = database();
    await write('accounts').insert({ id: 'ac', name: 'Main', created_at: 1 });
    await write('bots').insert({
      ...{ id: 'bt', account_id: 'ac', name: 'Bot', kind: 'STANDARD', engine: 'DIALOG' },
      ...{ created_at: 1, updated_at: 1 },
    });
    await write('channels').insert({
      ...{ id: 'ch', account_id: 'ac', bot_id: 'bt', name: 'Web', mode: 'ASYNC' },
      ...{ created_at: 1, updated_at: 1 },
    });
    const scenario = fc.record({
      conversations: fc.integer({ min: 1, max: 4 }),
      each: fc.integer({ min: 1, max: 9 }),
      perSecond: fc.constantFrom(4, 20, 10_000),
      /** Conversations that get a new message, in turn. */
      said: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 }),
      /** After so many rounds another process takes the job over; also a second, overlapping replay begins then. */
      takenOverAfter: fc.integer({ min: 0, max: 12 }),
      overlaps: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ conversations, each, perSecond, said, takenOverAfter, overlaps }) => {
        run += 1;
        const prefix = `r${run}x`;
        const clock = createTestClock(START + run * 1_000_000_000);
        const createdAt = clock.now() - 1_000;
        await insertDeadLetters(write, { accountId: 'ac', channelId: 'ch', conversations, each, createdAt, prefix });
        const sender = startProcess(database(), `s${run}`, clock, async () => {
          await breathe();
          return { status: 200 };
        });
        const start = async (id: string) => {
          const parameters: ReplayParameters = {
            filter: { channelId: 'ch', from: createdAt, status: 'DEAD' },
            perSecond,
          };
          const job = { kind: 'REPLAY' as const, parameters, progress: REPLAY_BEGUN, total: 0, createdBy: 'u' };
          await insertJob(write, { ...job, id, accountId: 'ac', createdAt: clock.now() });
        };
        const ids = [`jb-${run}-1`, ...(overlaps ? [`jb-${run}-2`] : [])];
        await start(`jb-${run}-1`);
        let runner = startReplays(database(), clock, `a${run}`);
        const isOver = async () => {
          const jobs = await Promise.all(ids.map((id) => findJob(read, 'ac', id)));
          return jobs.every((job) => job === null || job.status === 'DONE');
        };
        const open = async () => (await read('deliveries').where({ status: 'PENDING' })).length;
        const texts = [...said];
        for (let round = 0; ; round += 1) {
          await runner.claim();
          await sender.dispatcher.claim(100);
          const n = texts.pop();
          if (n !== undefined) await sender.say(conversationOf(prefix, n % conversations), `new${round}`);
          if (round === takenOverAfter) {
            await runner.stop();
            runner = startReplays(database(), clock, `b${run}`);
            if (overlaps) await start(`jb-${run}-2`);
          }
          for (let turns = 0; turns < 5; turns += 1) await breathe();
          clock.advance(100);
          if (round > takenOverAfter && texts.length === 0 && (await isOver()) && (await open()) === 0) break;
        }
        await runner.stop();
        await sender.dispatcher.stop();
        const posts = sender.posts.map(({ id, sequence }) => ({ id, sequence }));
        const replayed = posts.filter(({ id }) => id.startsWith(`ms-${prefix}`)).map(({ id }) => id);
        expect(replayed).toHaveLength(conversations * each);
        for (let n = 0; n < conversations; n += 1) {
          const own = posts.filter(
            ({ id }) => id.startsWith(`ms-${prefix}${n}-`) || id.startsWith(`${conversationOf(prefix, n)}-`),
          );
          expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, index) => each + 1 + index));
          expect(replayed.filter((id) => id.startsWith(`ms-${prefix}${n}-`))).toEqual(
            Array.from({ length: each }, (_, at) => deliveryIn(prefix, n, at + 1)),
          );
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);
});
