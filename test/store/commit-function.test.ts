import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import { commitFunction } from '../../src/store/commit/commit-function.js';
import type { Unit, UnitOutcome } from '../../src/store/commit/unit.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { metricTotals } from '../../src/store/tables/channel-metric-sums.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { createMigratedDatabase } from '../support/databases.js';
import type { ScratchDatabase } from '../support/scratch-database.js';

const postgres = inject('postgres');
const times = { now: 1, leaseEnd: 60_001, keysForgottenBefore: 0 };

const messageOf = (user: string): Unit => ({
  key: { channelId: 'ch', userId: user, key: `key-${user}`, bodyHash: 'h', turnId: `tn-${user}`, at: 1 },
  conversation: { id: `cv-${user}`, accountId: 'ac', channelId: 'ch', userId: user, groupId: '', at: 1 },
  turn: {
    id: `tn-${user}`,
    conversationId: `cv-${user}`,
    channelId: 'ch',
    traceId: 't',
    status: 'QUEUED',
    input: '{}',
    replies: null,
    outcome: null,
    resume: null,
    error: null,
    trace: null,
    createdAt: 1,
    finishedAt: null,
  },
  counts: { channelId: 'ch', messagesOut: 1 },
});

const answerOf = (user: string): Unit => ({
  progress: {
    id: `tn-${user}`,
    status: 'DONE',
    replies: '[]',
    outcome: null,
    resume: null,
    error: null,
    trace: null,
    finishedAt: 2,
  },
  settle: { laneId: `cv-${user}:in`, epoch: 1, done: 1, dueAt: null },
  deliveries: [
    {
      id: `dl-${user}`,
      accountId: 'ac',
      channelId: 'ch',
      conversationId: `cv-${user}`,
      turnId: `tn-${user}`,
      traceId: 't',
      payload: '{}',
      createdAt: 2,
    },
  ],
  releaseKeyOf: `tn-${user}`,
});

const callbackOf = (user: string): Unit => ({
  delivered: [
    {
      id: `dl-${user}`,
      status: 'DELIVERED',
      attempts: 1,
      spent: 1,
      firstAttemptAt: 3,
      nextAttemptAt: null,
      finishedAt: 3,
      deadReason: null,
    },
  ],
  settle: { laneId: `cv-${user}:out`, epoch: 1, done: 1, dueAt: null },
});

/** How many messages wait for their callbacks when rows are counted: each in a row of its own of every table. */
const FILLED = 1_000;

/** Rows that the statements so far have looked at, by index or not. */
async function rowsRead({ write }: Database): Promise<number> {
  await write.raw('select pg_stat_force_next_flush()');
  const { rows } = await write.raw(
    `select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_user_tables
      where relname in ('turns', 'lanes', 'conversations', 'deliveries', 'idempotency_keys')`,
  );
  return rows[0].read;
}

describe.skipIf('skipped' in postgres)('the function that writes a batch', () => {
  let scratch: ScratchDatabase;
  let database: Database;
  const opened: Database[] = [];
  const open = (url: string): Database => {
    const one = openDatabase({ url, readers: 2 });
    opened.push(one);
    return one;
  };
  const writerOn = ({ write }: Database) => batchWriter(write, 'postgres', laneStore('postgres', 'p1'));
  const made = () => database.read('pg_proc').where('proname', 'like', 'hookswitch_commit_%').pluck('proname');
  const statuses = (outcomes: UnitOutcome[]) => outcomes.map(({ status }) => status);

  beforeEach(async () => {
    scratch = await createMigratedDatabase();
    database = open(scratch.url);
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
    await scratch.drop();
  });

  it('is done without by a role that may make none', async () => {
    const role = `limited_${randomUUID().replaceAll('-', '')}`;
    await database.write.raw(`create role ${role} login`);
    await database.write.raw(`grant select, insert, update, delete on all tables in schema public to ${role}`);
    await database.write.raw('revoke create on schema public from public');
    const url = new URL(scratch.url);
    url.username = role;
    expect(statuses(await writerOn(open(url.href))([messageOf('ann')], times))).toEqual(['committed']);
    expect(await made()).toEqual([]);
    expect(await database.read('turns').pluck('seq')).toEqual([1]);
    await database.write.raw(`drop owned by ${role}`);
    await database.write.raw(`drop role ${role}`);
  });

  it('is made by whoever needs it first, though several do at once, beside that of another version', async () => {
    await database.write.raw("create function hookswitch_commit_of_another() returns int language sql as 'select 1'");
    const writers = [database, open(scratch.url), open(scratch.url)].map(writerOn);
    const outcomes = await Promise.all(writers.map((write, n) => write([messageOf(`user-${n}`)], times)));
    expect(outcomes.flatMap(statuses)).toEqual(['committed', 'committed', 'committed']);
    expect((await made()).sort()).toEqual([commitFunction.name, 'hookswitch_commit_of_another'].sort());
  });

  it.each([
    { way: 'the function', tables: 'that were never analyzed' },
    { way: 'the function', tables: 'that were small when they were analyzed' },
    { way: 'statements', tables: 'that were never analyzed' },
    { way: 'statements', tables: 'that were small when they were analyzed' },
  ])(
    'finds rows by their index when it is written by $way, in tables $tables and have filled since',
    async ({ way, tables }) => {
      const writeAll = writerOn(database);
      const unusual: Unit[] = way === 'statements' ? [{ occurrences: [] }] : [];
      const write = async (units: Unit[]) => (await writeAll([...unusual, ...units], times)).slice(unusual.length);
      /** What a user's message, its answer and its callback write, in batches of 10 users. */
      const converse = async (users: readonly string[]) => {
        const began = await write(users.map(messageOf));
        expect(statuses(began)).toEqual(users.map(() => 'committed'));
        const answered = await write(users.map(answerOf));
        expect(statuses(answered)).toEqual(users.map(() => 'committed'));
        const delivered = await write(users.map(callbackOf));
        expect(statuses(delivered)).toEqual(users.map(() => 'committed'));
      };
      const users = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `user-${from + n}`);
      await converse(users(0, 10));
      if (tables === 'that were small when they were analyzed') await database.write.raw('analyze');
      await converse(users(10, 20));
      await write(users(20, FILLED).map(messageOf));
      await write(users(20, FILLED).map(answerOf));
      const before = await rowsRead(database);
      for (const from of [0, 10, 20]) await converse(users(FILLED + from, FILLED + from + 10));
      // Each of them has some five rows, of which some are found for several statements.
      expect((await rowsRead(database)) - before).toBeLessThan(30 * 20);
    },
  );

  it('writes those that no guard refused once', async () => {
    expect(statuses(await writerOn(database)([messageOf('ann')], times))).toEqual(['committed']);
    const outcomes = await writerOn(database)([messageOf('ben'), messageOf('ann')], times);
    expect(statuses(outcomes)).toEqual(['committed', 'key-taken']);
    const [day] = await metricTotals(database.read, { channelIds: ['ch'], from: 0, to: 1, interval: 'DAY' });
    expect(day?.messagesIn).toBe(2);
    expect(await database.read('turns').where({ conversation_id: 'cv-ann' }).pluck('id')).toEqual(['tn-ann']);
  });

  it('writes the others of a batch in which guards refuse units, without statements of their own', async () => {
    const alone = (name: string, conversation: string, epoch: number): Unit => {
      const { key, ...message } = messageOf(name);
      const turn = { ...message.turn, conversationId: conversation, status: 'DONE' } as Unit['turn'];
      return { ...message, conversation: undefined, turn, ranAlone: { epoch } };
    };
    const jti = { clientId: 'cs', jti: 'j', expiresAt: 2 };
    const byStatements = () => Promise.reject(new Error('written statement by statement'));
    const write = batchWriter(database.write, 'postgres', { ...laneStore('postgres', 'p1'), lock: byStatements });
    await write([{ ...messageOf('kim'), jti: { ...jti, turnId: 'tn-kim' } }, alone('lee', 'cv-lee', 0)], times);
    const outcomes = await write(
      [
        { ...messageOf('pat'), key: messageOf('kim').key },
        { ...messageOf('lou'), jti: { ...jti, turnId: 'tn-lou' } },
        alone('max', 'cv-lee', 0),
        { settle: { laneId: 'cv-kim:in', epoch: 7, done: 1, dueAt: null } },
        alone('nan', 'cv-lee2', 0),
        messageOf('oli'),
      ],
      times,
    );
    expect(statuses(outcomes)).toEqual(['key-taken', 'jti-used', 'overtaken', 'lease-lost', 'committed', 'committed']);
    const stored = await database.read('turns').whereIn('id', ['tn-pat', 'tn-lou', 'tn-max', 'tn-nan', 'tn-oli']);
    expect(stored.map(({ id }) => id).sort()).toEqual(['tn-nan', 'tn-oli']);
    expect(await database.read('idempotency_keys').where({ turn_id: 'tn-lou' })).toEqual([]);
  });
});
