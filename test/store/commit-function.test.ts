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

const messageOf = (user: string, key = `key-${user}`): Unit => ({
  key: { channelId: 'ch', userId: user, key, bodyHash: 'h', turnId: `tn-${user}`, at: 1 },
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

  it('finds rows by their index, also in tables that have filled since it was planned', async () => {
    const write = writerOn(database);
    const users = Array.from({ length: 300 }, (_, n) => `user-${n}`);
    const rowsRead = async () => {
      await database.write.raw('select pg_stat_force_next_flush()');
      const { rows } = await database.write.raw(
        "select coalesce(sum(seq_tup_read), 0)::int as n from pg_stat_user_tables where relname in ('turns', 'lanes', 'conversations')",
      );
      return rows[0].n;
    };
    for (const user of users.slice(0, 10)) await write([messageOf(user)], times);
    await write(
      users.slice(10).map((user) => messageOf(user)),
      times,
    );
    const before = await rowsRead();
    for (const user of users.slice(0, 10)) {
      const { turn, ...again } = messageOf(user, 'again');
      const second = { ...again, turn: { ...(turn as NonNullable<Unit['turn']>), id: `tn2-${user}` } };
      const progress = { id: `tn-${user}`, status: 'DONE', replies: '[]', error: null, outcome: null } as const;
      const outcomes = await write(
        [second, { progress: { ...progress, resume: null, trace: null, finishedAt: 2 } }],
        times,
      );
      expect(statuses(outcomes)).toEqual(['committed', 'committed']);
    }
    expect(await rowsRead()).toBe(before);
  });

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
