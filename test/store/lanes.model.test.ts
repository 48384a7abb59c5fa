import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { createCommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Database } from '../../src/store/database/database.js';
import type { NewDelivery } from '../../src/store/tables/deliveries.js';
import { deliveryStore } from '../../src/store/tables/delivery-store.js';
import { type Lease, laneId, laneStore } from '../../src/store/tables/lanes.js';
import { eachDatabase } from '../support/databases.js';

const LEASE_MS = 60_000;
const PROCESSES = ['p1', 'p2'] as const;
type Process = (typeof PROCESSES)[number];

/** A lane as it should be. */
interface Lane {
  next: number;
  open: number;
  epoch: number;
  owner: Process | null;
  due: number | null;
}

interface Step {
  what: 'append' | 'settle' | 'settle-late' | 'rest-until' | 'claim' | 'pass-time' | 'bring-to-rest';
  process: Process;
  lane: number;
  count: number;
  ms: number;
}

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(
      'append',
      'append',
      'settle',
      'settle',
      'settle-late',
      'rest-until',
      'claim',
      'pass-time',
      'bring-to-rest',
    ),
    process: fc.constantFrom(...PROCESSES),
    lane: fc.integer({ min: 0, max: 2 }),
    count: fc.integer({ min: 1, max: 3 }),
    ms: fc.constantFrom(1, 1_000, LEASE_MS, LEASE_MS + 1),
  }),
  { maxLength: 40, size: 'max' },
);

let run = 0;

/** Takes the steps on the real tables and on the model, and compares after each. */
async function walk(database: Database, taken: Step[]): Promise<void> {
  run += 1;
  const conversations = [0, 1, 2].map((n) => `model-${run}-${n}`);
  const model: Lane[] = conversations.map(() => ({ next: 1, open: 0, epoch: 0, owner: null, due: null }));
  let now = run * 1_000_000_000; // lanes of earlier runs stay far in the past, at rest
  const processes = Object.fromEntries(PROCESSES.map((name) => [name, startProcess(database, name, () => now)]));
  await database.write('lanes').delete();

  for (const { what, process: name, lane: index, count, ms } of taken) {
    const lane = model[index];
    const conversationId = conversations[index];
    const process = processes[name];
    if (!lane || conversationId === undefined || !process) throw new Error('out of range');
    const id = laneId(conversationId, 'OUT');
    const lease: Lease = { laneId: id, epoch: process.epochs.get(id) ?? 0 };
    const holds = lane.owner === name && lane.epoch === lease.epoch;
    switch (what) {
      case 'append': {
        const deliveries = Array.from({ length: count }, (_, n) => deliveryOf(conversationId, lane.next + n));
        const outcome = await process.queue.commit({ deliveries });
        const idle = lane.open === 0;
        const expected = { firstSeq: lane.next, backlog: lane.open };
        lane.next += count;
        lane.open += count;
        if (idle) Object.assign(lane, { epoch: lane.epoch + 1, owner: name, due: now + LEASE_MS });
        const owned = lane.owner === name ? { laneId: id, epoch: lane.epoch } : null;
        expect(outcome).toMatchObject({ status: 'committed', outbound: { ...expected, lease: owned } });
        if (owned) process.epochs.set(id, owned.epoch);
        break;
      }
      case 'settle':
      case 'rest-until': {
        const done = what === 'settle' ? Math.min(count, lane.open) : 0;
        const dueAt = what === 'settle' ? null : now + ms;
        const outcome = await process.queue.commit({
          settle: { ...lease, done, dueAt },
          delivered: holds ? await process.finish(conversationId, done) : [],
        });
        if (!holds) {
          expect(outcome).toEqual({ status: 'lease-lost' });
          break;
        }
        lane.open -= done;
        lane.due = lane.open === 0 ? null : (dueAt ?? now + LEASE_MS);
        if (lane.open === 0 || dueAt !== null) lane.owner = null;
        expect(outcome).toMatchObject({ status: 'committed', pending: lane.open });
        break;
      }
      case 'settle-late': {
        const settle = { ...lease, epoch: lease.epoch - 1, done: 1, dueAt: null };
        expect(await process.queue.commit({ settle })).toEqual({ status: 'lease-lost' });
        break;
      }
      case 'claim': {
        const claimed = await process.lanes.claim(database.write, 'OUT', 10, now, now + LEASE_MS);
        const due = model.filter((one) => one.due !== null && one.due <= now);
        for (const one of due) Object.assign(one, { epoch: one.epoch + 1, owner: name, due: now + LEASE_MS });
        expect(claimed).toHaveLength(due.length);
        for (const one of claimed) process.epochs.set(one.laneId, one.epoch);
        break;
      }
      case 'bring-to-rest': {
        const left = await process.lanes.rest(database.write, lease);
        expect(left).toBe(holds ? lane.open : 0);
        if (holds && lane.open === 0) Object.assign(lane, { owner: null, due: null });
        break;
      }
      case 'pass-time':
        now += ms;
    }
    const rows = await database
      .read('lanes')
      .whereIn('conversation_id', conversations)
      .select('id', 'next_seq', 'pending', 'epoch', 'owner', 'due');
    const found = new Map(rows.map((row) => [row.id, row]));
    for (const [n, one] of model.entries()) {
      if (one.next === 1) continue;
      expect(found.get(laneId(conversations[n] ?? '', 'OUT'))).toMatchObject({
        next_seq: one.next,
        pending: one.open,
        epoch: one.epoch,
        owner: one.owner,
        due: one.due,
      });
    }
  }
  // What is open is in order and without a gap: the head is what was not done.
  for (const [n, one] of model.entries()) {
    const heads = await deliveryStore(database.dialect).heads(database.read, conversations[n] ?? '', 200);
    expect(heads.map(({ seq }) => seq)).toEqual(Array.from({ length: one.open }, (_, k) => one.next - one.open + k));
  }
}

function startProcess(database: Database, name: Process, clock: () => number) {
  const lanes = laneStore(database.dialect, name);
  const queue = createCommitQueue({
    write: batchWriter(database.write, database.dialect, lanes),
    times: () => ({ now: clock(), leaseEnd: clock() + LEASE_MS, keysForgottenBefore: 0 }),
    onFatal: (error) => {
      throw error;
    },
  });
  return {
    lanes,
    queue,
    /** Epochs of the leases it believes to hold. */
    epochs: new Map<string, number>(),
    /** Its first open deliveries, as delivered. */
    async finish(conversationId: string, count: number) {
      const heads = await deliveryStore(database.dialect).heads(database.read, conversationId, count);
      const at = clock();
      return (count === 0 ? [] : heads).map(({ id }) => ({
        id,
        status: 'DELIVERED' as const,
        attempts: 1,
        spent: 0,
        firstAttemptAt: at,
        nextAttemptAt: null,
        deadReason: null,
        finishedAt: at,
      }));
    },
  };
}

const deliveryOf = (conversationId: string, seq: number): NewDelivery => ({
  id: `${conversationId}-${seq}`,
  accountId: 'ac',
  channelId: 'ch',
  conversationId,
  turnId: null,
  traceId: 't',
  payload: '{}',
  createdAt: 0,
});

eachDatabase('lanes of two processes', (database) => {
  it('keep sequence, open work, lease and fence as the model has them', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, (taken) => walk(database(), taken)),
      { numRuns: 20 },
    );
  });
});
