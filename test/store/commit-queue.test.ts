import { beforeEach, describe, expect, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { type CommitQueue, createCommitQueue } from '../../src/store/commit/commit-queue.js';
import type { Unit, UnitOutcome } from '../../src/store/commit/unit.js';
import type { Database } from '../../src/store/database/database.js';
import { listDeliveries } from '../../src/store/tables/deliveries.js';
import { laneId, laneStore } from '../../src/store/tables/lanes.js';
import { sessionStore } from '../../src/store/tables/sessions.js';
import { turnStore } from '../../src/store/tables/turns.js';
import { eachDatabase } from '../support/databases.js';

const NOW = 1_000_000;
const LEASE_MS = 60_000;

function setUp(database: Database, owner = 'p1') {
  let now = NOW;
  const lanes = laneStore(database.dialect, owner);
  const batches: number[] = [];
  const fatal: Error[] = [];
  const queue: CommitQueue = createCommitQueue({
    write: batchWriter(database.write, database.dialect, lanes),
    times: () => ({ now, leaseEnd: now + LEASE_MS, keysForgottenBefore: now - 86_400_000 }),
    onFatal: (error) => fatal.push(error),
    onBatch: (units) => batches.push(units),
  });
  return { queue, lanes, batches, fatal, advance: (ms: number) => (now += ms), now: () => now };
}

const turnOf = (
  id: string,
  conversationId: string,
  status: 'QUEUED' | 'DONE' = 'QUEUED',
): NonNullable<Unit['turn']> => ({
  id,
  conversationId,
  channelId: 'ch',
  traceId: 't',
  status,
  input: '{}',
  replies: null,
  outcome: null,
  resume: null,
  error: null,
  trace: null,
  createdAt: NOW,
  finishedAt: null,
});

const deliveryOf = (id: string, conversationId: string) => ({
  id,
  accountId: 'ac',
  channelId: 'ch',
  conversationId,
  turnId: null,
  traceId: 'RTM-TRACE-00000000-0000-4000-8000-000000000000',
  payload: '{}',
  createdAt: NOW,
});

function committed(outcome: UnitOutcome | undefined): Extract<UnitOutcome, { status: 'committed' }> {
  if (outcome?.status !== 'committed') throw new Error(`expected a commit, got ${outcome?.status}`);
  return outcome;
}

eachDatabase('the commit queue', (database) => {
  let unique = 0;
  let conversation = '';
  beforeEach(() => {
    unique += 1;
    conversation = `cv-${unique}`;
  });

  it('writes what arrives while a transaction runs in one further transaction', async () => {
    const { queue, batches } = setUp(database());
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => queue.commit({ turn: turnOf(`${conversation}-${n}`, conversation) })),
    );
    expect(batches).toEqual([100]);
    const first = queue.commit({ turn: turnOf(`${conversation}-a`, conversation) });
    await new Promise((resolve) => setImmediate(resolve)); // the transaction has begun
    const rest = ['b', 'c', 'd'].map((n) => queue.commit({ turn: turnOf(`${conversation}-${n}`, conversation) }));
    await Promise.all([first, ...rest]);
    expect(batches).toEqual([100, 1, 3]);
  });

  it('numbers the messages of a lane without a gap, in the order they came', async () => {
    const { queue } = setUp(database());
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => queue.commit({ turn: turnOf(`${conversation}-${n}`, conversation) })),
    );
    expect(outcomes.map((outcome) => committed(outcome).inbound?.firstSeq)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    const open = await turnStore().open(database().read, conversation, 50);
    expect(open.map((turn) => turn.id)).toEqual(Array.from({ length: 20 }, (_, n) => `${conversation}-${n}`));
  });

  it('gives the lease of an idle lane with the first open message and keeps it while work is left', async () => {
    const { queue } = setUp(database());
    const [first, second] = await Promise.all(
      ['a', 'b'].map((n) => queue.commit({ turn: turnOf(`${conversation}${n}`, conversation) })),
    );
    const lease = committed(first).inbound?.lease;
    expect(lease).toEqual({ laneId: laneId(conversation, 'IN'), epoch: 1 });
    expect(committed(first).inbound?.backlog).toBe(0);
    expect(committed(second).inbound?.backlog).toBe(1);
    if (!lease) throw new Error('no lease');
    expect(committed(await queue.commit({ settle: { ...lease, done: 1, dueAt: null } })).pending).toBe(1);
    expect(committed(await queue.commit({ settle: { ...lease, done: 1, dueAt: null } })).pending).toBe(0);
    expect(await queue.commit({ settle: { ...lease, done: 0, dueAt: null } })).toEqual({ status: 'lease-lost' });
    const next = committed(await queue.commit({ turn: turnOf(`${conversation}c`, conversation) }));
    expect(next.inbound?.lease?.epoch).toBe(2);
  });

  it('lets a lane that comes to rest be taken again within the same transaction', async () => {
    const { queue } = setUp(database());
    const lease = committed(await queue.commit({ turn: turnOf(`${conversation}a`, conversation) })).inbound?.lease;
    if (!lease) throw new Error('no lease');
    const [appended, settled] = await Promise.all([
      queue.commit({ turn: turnOf(`${conversation}b`, conversation) }),
      queue.commit({ settle: { ...lease, done: 1, dueAt: null } }),
    ]);
    expect(committed(settled).pending).toBe(0);
    expect(committed(appended).inbound).toMatchObject({ lease: { epoch: 2 }, backlog: 0 });
  });

  it('fences whoever has lost the lane: nothing of its unit is written', async () => {
    const one = setUp(database(), 'p1');
    const two = setUp(database(), 'p2');
    const lease = committed(await one.queue.commit({ turn: turnOf(`${conversation}a`, conversation) })).inbound?.lease;
    if (!lease) throw new Error('no lease');
    const later = NOW + LEASE_MS + 1;
    const claimed = await two.lanes.claim(database().write, 'IN', 1_000, later, later + LEASE_MS);
    expect(claimed.map((lane) => lane.laneId)).toContain(lease.laneId);
    const session = { conversationId: conversation, id: 'se', state: '{}', startedAt: NOW, lastMessageAt: NOW };
    expect(await one.queue.commit({ settle: { ...lease, done: 1, dueAt: null }, session })).toEqual({
      status: 'lease-lost',
    });
    expect(await sessionStore(database().dialect).load(database().read, [conversation])).toEqual([null]);
  });

  it('does not claim a lane that rests or is leased, and claims it once its time has come', async () => {
    const { queue, lanes } = setUp(database());
    const lease = committed(await queue.commit({ deliveries: [deliveryOf(`${conversation}-d`, conversation)] }))
      .outbound?.lease;
    if (!lease) throw new Error('no lease');
    const ids = async (now: number) =>
      (await lanes.claim(database().write, 'OUT', 1_000, now, now + LEASE_MS)).map((lane) => lane.laneId);
    expect(await ids(NOW + LEASE_MS - 1)).not.toContain(lease.laneId);
    await queue.commit({ settle: { ...lease, done: 0, dueAt: NOW + 5_000 } });
    expect(await ids(NOW + 4_999)).not.toContain(lease.laneId);
    expect(await ids(NOW + 5_000)).toContain(lease.laneId);
  });

  it('claims an idempotency key once, and frees it after its time', async () => {
    const { queue, advance, now } = setUp(database());
    const unit = (turnId: string): Unit => ({
      key: { channelId: 'ch', userId: conversation, key: 'k', bodyHash: 'h', turnId, at: now() },
      turn: turnOf(turnId, conversation),
    });
    expect((await queue.commit(unit(`${conversation}a`))).status).toBe('committed');
    expect(await queue.commit(unit(`${conversation}b`))).toEqual({ status: 'key-taken' });
    advance(86_400_001);
    expect((await queue.commit(unit(`${conversation}c`))).status).toBe('committed');
    const open = await turnStore().open(database().read, conversation, 10);
    expect(open.map((turn) => turn.id)).toEqual([`${conversation}a`, `${conversation}c`]);
  });

  it('refuses a token id that was used, and gives back the key claimed with it', async () => {
    const { queue } = setUp(database());
    const unit = (turnId: string, key: string): Unit => ({
      key: { channelId: 'ch', userId: conversation, key, bodyHash: 'h', turnId, at: NOW },
      jti: { clientId: 'cs', jti: conversation, turnId, expiresAt: NOW + 1 },
      turn: turnOf(turnId, conversation),
    });
    expect((await queue.commit(unit(`${conversation}a`, 'k1'))).status).toBe('committed');
    expect(await queue.commit(unit(`${conversation}b`, 'k2'))).toEqual({ status: 'jti-used' });
    const kept = await database().read('idempotency_keys').where({ user_id: conversation }).pluck('key');
    expect(kept).toEqual(['k1']);
  });

  it('saves the neighbours of a unit that the database refuses', async () => {
    const { queue } = setUp(database());
    const same = `${conversation}-same`;
    const results = await Promise.allSettled([
      queue.commit({ turn: turnOf(same, conversation) }),
      queue.commit({ turn: turnOf(same, conversation) }), // a primary key twice
      queue.commit({ turn: turnOf(`${conversation}-other`, conversation) }),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const open = await turnStore().open(database().read, conversation, 10);
    expect(open.map((turn) => turn.id).sort()).toEqual([`${conversation}-other`, same]);
  });

  it('numbers deliveries in their own lane and lists them by account', async () => {
    const { queue } = setUp(database());
    await Promise.all([
      queue.commit({
        deliveries: [deliveryOf(`${conversation}-1`, conversation), deliveryOf(`${conversation}-2`, conversation)],
      }),
      queue.commit({ deliveries: [deliveryOf(`${conversation}-3`, conversation)] }),
    ]);
    const page = await listDeliveries(database().read, 'ac', { first: 100 });
    const mine = page.edges.map(({ node }) => node).filter((node) => node.conversationId === conversation);
    expect(new Map(mine.map((node) => [node.id, node.seq]))).toEqual(
      new Map([1, 2, 3].map((n) => [`${conversation}-${n}`, n])),
    );
  });

  it('keeps a text that is longer than a statement may be', async () => {
    const { queue } = setUp(database());
    const long = JSON.stringify("It's long. ".repeat(200_000));
    await Promise.all([
      queue.commit({ turn: { ...turnOf(`${conversation}a`, conversation), input: long } }),
      queue.commit({ turn: turnOf(`${conversation}b`, conversation) }),
    ]);
    const turns = await turnStore().open(database().read, conversation, 2);
    expect(turns.map((turn) => turn.input.length)).toEqual([long.length, 2]);
    expect(turns[0]?.input === long).toBe(true);
  });

  it('keeps every text as it was given, whatever it holds', async () => {
    const { queue } = setUp(database());
    const odd = JSON.stringify({
      quote: `'"\\`,
      emoji: '👩‍🚀',
      newline: '\n',
      question: '?',
      dollar: '$1',
      brackets: '[{}]',
    });
    await queue.commit({ turn: { ...turnOf(`${conversation}a`, conversation), input: odd } });
    const [turn] = await turnStore().open(database().read, conversation, 1);
    expect(turn?.input).toBe(odd);
  });

  describe('a turn that ran without the lease of its lane', () => {
    let sequence = 0;
    const ranAlone = (conversation: string, epoch: number, status: 'DONE' | 'QUEUED' = 'DONE'): Unit => ({
      turn: turnOf(`tn-alone-${++sequence}`, conversation, status),
      ranAlone: { epoch },
    });

    it('is stored while the lane rests at the epoch it knows, and raises it: no one else’s memory of the session is current', async () => {
      const { queue } = setUp(database());
      const conversation = 'cv-alone-1';
      expect(await queue.commit(ranAlone(conversation, 0))).toEqual({
        status: 'committed',
        inbound: { firstSeq: 1, backlog: 0, lease: null },
      });
      expect(await queue.commit(ranAlone(conversation, 0))).toEqual({ status: 'overtaken' });
      expect(committed(await queue.commit(ranAlone(conversation, 1))).inbound?.firstSeq).toBe(2);
      const accepted = committed(await queue.commit({ turn: turnOf('tn-alone-open', conversation) }));
      expect(accepted.inbound).toMatchObject({ firstSeq: 3, lease: { epoch: 3 } });
      expect(await queue.commit(ranAlone(conversation, 3))).toEqual({ status: 'overtaken' });
      const seqs = database().read('turns').where({ conversation_id: conversation }).orderBy('seq').pluck('seq');
      expect(await seqs).toEqual([1, 2, 3]);
    });

    it('gives way to whatever else of its lane is in the batch, and to a lane that is gone', async () => {
      const { queue } = setUp(database());
      const outcomes = await Promise.all([
        queue.commit(ranAlone('cv-alone-2', 0)),
        queue.commit({ turn: turnOf('tn-alone-beside', 'cv-alone-2') }),
        queue.commit(ranAlone('cv-alone-3', 0)),
        queue.commit(ranAlone('cv-alone-3', 0)),
        queue.commit(ranAlone('cv-alone-4', 5)),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'overtaken',
        'committed',
        'committed',
        'overtaken',
        'overtaken',
      ]);
      expect(await database().read('lanes').where('id', 'like', 'cv-alone-4%').pluck('id')).toEqual([]);
    });

    it('takes the lease when it goes on with something slow', async () => {
      const { queue } = setUp(database(), 'p-slow');
      const paused = committed(await queue.commit(ranAlone('cv-alone-5', 0, 'QUEUED')));
      expect(paused.inbound?.lease).toEqual({ laneId: laneId('cv-alone-5', 'IN'), epoch: 1 });
      const settled = await queue.commit({
        settle: { laneId: laneId('cv-alone-5', 'IN'), epoch: 1, done: 1, dueAt: null },
      });
      expect(settled).toEqual({ status: 'committed', pending: 0 });
      expect(committed(await queue.commit(ranAlone('cv-alone-5', 1))).inbound?.firstSeq).toBe(2);
    });
  });
});

describe('a commit queue with more than fits a batch', () => {
  it('lets those who wait go first, and the others have a part of every batch', async () => {
    const batches: string[][] = [];
    const queue = createCommitQueue({
      write: async (units) => {
        batches.push(units.map((unit) => unit.releaseKeyOf ?? ''));
        return units.map(() => ({ status: 'committed' }));
      },
      times: () => ({ now: 0, leaseEnd: 0, keysForgottenBefore: 0 }),
      onFatal: () => {},
    });
    const commits = Array.from({ length: 600 }, (_, n) => [
      queue.commit({ releaseKeyOf: `soon ${n}` }, 'SOON'),
      queue.commit({ releaseKeyOf: `now ${n}` }),
    ]);
    await Promise.all(commits.flat());
    const [first = []] = batches;
    expect(first.filter((name) => name.startsWith('now'))).toHaveLength(240);
    expect(first.filter((name) => name.startsWith('soon'))).toHaveLength(16);
    for (const urgency of ['now', 'soon']) {
      const written = batches.flat().filter((name) => name.startsWith(urgency));
      expect(written).toEqual(Array.from({ length: 600 }, (_, n) => `${urgency} ${n}`));
    }
  });
});

describe('a commit queue whose database does not answer', () => {
  it.each([
    ['is away', 'UNAVAILABLE'],
    ['is locked by somebody else', 'SQLITE_BUSY'],
  ])('that %s rejects the whole batch at once, and goes on with the next', async (_what, code) => {
    const batches: number[] = [];
    let away = true;
    const queue = createCommitQueue({
      write: async (units) => {
        batches.push(units.length);
        if (away) throw Object.assign(new Error('no answer'), { code });
        return units.map(() => ({ status: 'committed' }));
      },
      times: () => ({ now: 0, leaseEnd: 0, keysForgottenBefore: 0 }),
      onFatal: () => expect.fail('a database that is away is no reason to end'),
    });
    const results = await Promise.allSettled(Array.from({ length: 200 }, () => queue.commit({})));
    expect(batches).toEqual([200]);
    const codes = results.map((result) => result.status === 'rejected' && result.reason.code);
    expect(new Set(codes)).toEqual(new Set(['UNAVAILABLE']));
    away = false;
    expect(await queue.commit({})).toEqual({ status: 'committed' });
  });
});

describe('a commit queue with a unit that the database refuses', () => {
  const name = (unit: Unit): string => unit.releaseKeyOf ?? '';

  it('finds it by halves, and keeps the order of the others', async () => {
    let asked = 0;
    const written: string[] = [];
    const queue = createCommitQueue({
      write: async (units) => {
        asked += 1;
        if (units.some((unit) => name(unit) === '77')) throw Object.assign(new Error('refused'), { code: '22021' });
        written.push(...units.map(name));
        return units.map(() => ({ status: 'committed' }));
      },
      times: () => ({ now: 0, leaseEnd: 0, keysForgottenBefore: 0 }),
      onFatal: () => expect.fail('one unit is no reason to end'),
    });
    const all = Array.from({ length: 200 }, (_, n) => String(n));
    const results = await Promise.allSettled(all.map((releaseKeyOf) => queue.commit({ releaseKeyOf })));
    expect(results.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([77]);
    expect(written).toEqual(all.filter((n) => n !== '77'));
    expect(asked).toBeLessThan(20);
  });

  it('writes nothing more when the disk fails on the way', async () => {
    const fatal: Error[] = [];
    const sizes: number[] = [];
    const queue = createCommitQueue({
      write: async (units) => {
        sizes.push(units.length);
        throw Object.assign(new Error('refused'), { code: units.length > 2 ? '22021' : 'SQLITE_IOERR' });
      },
      times: () => ({ now: 0, leaseEnd: 0, keysForgottenBefore: 0 }),
      onFatal: (error) => fatal.push(error),
    });
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => queue.commit({})));
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(sizes).toEqual([4, 2]);
    expect(fatal).toHaveLength(1);
  });
});

describe('a commit queue whose disk fails', () => {
  it('rejects everything, tells so once, and takes nothing more', async () => {
    const fatal: Error[] = [];
    const queue = createCommitQueue({
      write: () => Promise.reject(Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })),
      times: () => ({ now: 0, leaseEnd: 0, keysForgottenBefore: 0 }),
      onFatal: (error) => fatal.push(error),
    });
    const results = await Promise.allSettled([queue.commit({}), queue.commit({})]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    await expect(queue.commit({})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(fatal).toHaveLength(1);
  });
});
