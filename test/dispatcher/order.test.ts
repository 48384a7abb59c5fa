import { expect, it } from 'vitest';
import { createDispatcher } from '../../src/dispatcher/dispatcher.js';
import { AppError } from '../../src/errors.js';
import { createEvents } from '../../src/events.js';
import { silentLog } from '../../src/log.js';
import { createMetrics } from '../../src/metrics.js';
import type { Outbound } from '../../src/outbound/request.js';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { type CommitQueue, createCommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Database } from '../../src/store/database/database.js';
import { deliveryStore, type NewDelivery } from '../../src/store/tables/deliveries.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { createGate } from '../support/receiver.js';

const LEASE_MS = 60_000;

/** A process: its commit queue, and its dispatcher with an endpoint that answers 200 once `before` lets it. */
function startProcess(database: Database, name: string, clock: TestClock, before: () => Promise<void>) {
  const sent: number[] = [];
  const waiting = new Set<() => void>();
  const lanes = laneStore(database.dialect, name);
  const queue = createCommitQueue({
    write: batchWriter(database.write, database.dialect, lanes),
    times: () => ({ now: clock.now(), leaseEnd: clock.now() + LEASE_MS, keysForgottenBefore: 0 }),
    onFatal: (error) => {
      throw error;
    },
  });
  const broken = { next: 0 };
  const flaky: CommitQueue = {
    ...queue,
    commit(unit) {
      if (!unit.delivered || broken.next === 0) return queue.commit(unit);
      broken.next -= 1;
      return Promise.reject(new AppError('UNAVAILABLE', 'The database does not answer just now; try again.'));
    },
  };
  const post: Outbound['post'] = async ({ headers }) => {
    await before();
    sent.push(Number(headers?.['hookswitch-sequence']));
    for (const look of waiting) look();
    return { status: 200, headers: {}, body: Buffer.alloc(0), durationMs: 1, truncated: false };
  };
  const dispatcher = createDispatcher({
    database,
    queue: flaky,
    lanes,
    deliveries: deliveryStore(database.dialect),
    outbound: { post } as Outbound, // all the dispatcher asks of it
    target: () => ({ url: 'http://sink.test/', accountId: 'ac', accessToken: null, signingKeys: () => [] }),
    clock,
    random: () => 0.5,
    events: createEvents(silentLog, createMetrics({ process: false })),
    slots: 64,
    leaseMs: LEASE_MS,
  });
  return {
    dispatcher,
    queue,
    sent,
    broken,
    /** Stores messages of a conversation and offers them, as a turn does. */
    async say(conversationId: string, ...ids: string[]): Promise<void> {
      const deliveries = ids.map((id) => deliveryOf(`${conversationId}-${id}`, conversationId, clock.now()));
      const outcome = await queue.commit({ deliveries });
      if (outcome.status === 'committed' && outcome.outbound) dispatcher.offer(outcome.outbound, deliveries);
    },
    received(count: number): Promise<void> {
      return new Promise((resolve) => {
        const look = () => {
          if (sent.length >= count) resolve();
        };
        waiting.add(look);
        look();
      });
    },
  };
}

const deliveryOf = (id: string, conversationId: string, createdAt: number): NewDelivery => ({
  id,
  accountId: 'ac',
  channelId: 'ch',
  conversationId,
  turnId: null,
  traceId: 'tr',
  payload: '{}',
  createdAt,
});

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

eachDatabase('the dispatcher', (database) => {
  it('sends what another process has stored in between in its place', async () => {
    const clock = createTestClock();
    const gate = createGate();
    const one = startProcess(database(), 'p1', clock, () => gate.opened);
    const two = startProcess(database(), 'p2', clock, breathe);
    await one.say('between', 'a');
    await two.say('between', 'b');
    await one.say('between', 'c', 'd');
    gate.open();
    await one.received(4);
    expect(one.sent).toEqual([1, 2, 3, 4]);
    expect(two.sent).toEqual([]);
    await one.dispatcher.stop();
  });

  it('leaves nothing behind when a message comes while the lane empties', async () => {
    const clock = createTestClock(); // stands still: what is left behind would wait for its lease to end
    const { say, sent, received, dispatcher } = startProcess(database(), 'p1', clock, breathe);
    const total = 300;
    for (const n of upTo(total)) {
      const saying = say('empties', String(n));
      for (let turns = n % 7; turns > 0; turns -= 1) await breathe();
      if (n % 3 === 0) await saying;
    }
    await received(total);
    expect(sent).toEqual(upTo(total));
    await dispatcher.stop();
  });

  it('keeps the order when more comes in than it holds in memory of one read', async () => {
    const clock = createTestClock();
    const { say, sent, received, dispatcher, queue } = startProcess(database(), 'p1', clock, breathe);
    await queue.commit({ deliveries: upTo(50).map((n) => deliveryOf(`read-${n}`, 'read', 0)) });
    clock.advance(LEASE_MS); // nobody was offered them
    await dispatcher.claim(1_000);
    for (const n of upTo(100)) {
      void say('read', `later-${n}`);
      await breathe();
    }
    await received(150);
    expect(sent).toEqual(upTo(150));
    await dispatcher.stop();
  });

  it('goes on where it was when the database has been away for a while', async () => {
    const clock = createTestClock();
    const { say, sent, received, dispatcher, broken } = startProcess(database(), 'p1', clock, breathe);
    broken.next = 1;
    await say('away', 'a', 'b');
    await received(1);
    while (clock.pending === 0) await breathe(); // the outcome could not be stored
    clock.advance(1_000);
    await received(3);
    expect(sent).toEqual([1, 1, 2]); // what could not be recorded is sent again, under the same id
    await dispatcher.stop();
  });

  it('leaves to others what it does not work on', async () => {
    const clock = createTestClock();
    const lanes = laneStore(database().dialect, 'ingress-only', ['IN']);
    const queue = createCommitQueue({
      write: batchWriter(database().write, database().dialect, lanes),
      times: () => ({ now: clock.now(), leaseEnd: clock.now() + LEASE_MS, keysForgottenBefore: 0 }),
      onFatal: () => {},
    });
    const outcome = await queue.commit({ deliveries: [deliveryOf('others-1', 'others', clock.now())] });
    expect(outcome).toMatchObject({ status: 'committed', outbound: { lease: null } });
    const { sent, received, dispatcher } = startProcess(database(), 'p2', clock, breathe);
    await dispatcher.claim(1_000);
    await received(1);
    expect(sent).toEqual([1]);
    await dispatcher.stop();
  });
});
