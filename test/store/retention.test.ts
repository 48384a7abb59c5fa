import type { Knex } from 'knex';
import { beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { usersBetween, usersByDay } from '../../src/store/tables/channel-users.js';
import { sweep } from '../../src/store/tables/retention.js';
import { DAY } from '../../src/time.js';
import { eachDatabase } from '../support/databases.js';

const now = 400 * DAY;
const old = now - 40 * DAY;
const horizon = {
  logs: [{ accountId: 'ac', before: now - 30 * DAY }],
  idempotencyKeys: 0,
  polls: 0,
  channels: [],
  sealed: 0,
  changes: 0,
  now,
};
const conversation = (id: string, at: number) => ({
  id,
  account_id: 'ac',
  channel_id: 'ch',
  user_id: id,
  started_at: at,
  last_message_at: at,
});
const lane = (conversationId: string, direction: 'IN' | 'OUT', pending = 0) => ({
  id: `${conversationId}:${direction.toLowerCase()}`,
  direction,
  conversation_id: conversationId,
  channel_id: 'ch',
  next_seq: 2,
  pending,
  due: pending > 0 ? now : null,
});

async function insertChannel({ write: db }: Database): Promise<void> {
  await db('accounts').insert({ id: 'ac', name: 'Main', created_at: old });
  const times = { created_at: old, updated_at: old };
  await db('bots').insert({ id: 'bt', account_id: 'ac', name: 'Bot', kind: 'STANDARD', engine: 'ECHO', ...times });
  await db('channels').insert({ id: 'ch', account_id: 'ac', bot_id: 'bt', name: 'Web', mode: 'SYNC', ...times });
}

/** The database, with something that happens before each transaction of the sweep: after the rows were looked for. */
const beforeEachRemoval = (database: Database, happens: () => Promise<unknown>): Database => ({
  ...database,
  write: new Proxy(database.write, {
    get: (target, key) =>
      key === 'transaction'
        ? async (work: (trx: Knex.Transaction) => Promise<unknown>) => {
            await happens();
            return target.transaction(work);
          }
        : Reflect.get(target, key),
  }),
});

eachDatabase(
  'the sweep',
  (database) => {
    beforeEach(() => insertChannel(database()));

    it('removes what is past its time and keeps what is open, however old', async () => {
      const { write: db } = database();
      const turn = (id: string, conversationId: string, status: string, at: number) => ({
        id,
        conversation_id: conversationId,
        channel_id: 'ch',
        seq: 1,
        trace_id: 't',
        status,
        input: '{}',
        created_at: at,
      });
      const delivery = (id: string, status: string, at: number) => ({
        id,
        account_id: 'ac',
        channel_id: 'ch',
        conversation_id: 'busy',
        seq: 1,
        status,
        trace_id: 't',
        payload: '{}',
        created_at: at,
      });
      await db('conversations').insert([conversation('gone', old), conversation('busy', now)]);
      await db('sessions').insert([
        { conversation_id: 'gone', id: 's', state: '{}', started_at: old, last_message_at: old },
      ]);
      await db('lanes').insert([lane('gone', 'IN'), lane('gone', 'OUT'), lane('busy', 'IN', 1)]);
      await db('turns').insert([
        turn('t1', 'gone', 'DONE', old),
        turn('t2', 'busy', 'QUEUED', old),
        turn('t3', 'busy', 'DONE', old),
        turn('t4', 'busy', 'DONE', now),
      ]);
      await db('deliveries').insert([
        delivery('d1', 'DELIVERED', old),
        delivery('d2', 'PENDING', old),
        delivery('d3', 'DEAD', now),
      ]);
      await db('delivery_attempts').insert([{ delivery_id: 'd1', number: 1, started_at: old, duration_ms: 1 }]);
      await db('channel_metrics').insert([
        { channel_id: 'ch', interval: 'MINUTE', start: old },
        { channel_id: 'ch', interval: 'HOUR', start: old },
        { channel_id: 'ch', interval: 'DAY', start: DAY },
      ]);
      await sweep(database(), horizon);
      const left = (table: string, column = 'id') => db(table).orderBy(column).pluck(column);
      expect(await left('conversations')).toEqual(['busy']);
      expect(await left('sessions')).toEqual([]);
      expect(await left('lanes')).toEqual(['busy:in']);
      expect(await left('turns')).toEqual(['t2', 't4']);
      expect(await left('deliveries')).toEqual(['d2', 'd3']);
      expect(await left('delivery_attempts', 'delivery_id')).toEqual([]);
      expect(await left('channel_metrics', 'interval')).toEqual(['DAY', 'HOUR']);
      expect(await sweep(database(), horizon)).toBe(0);
    });
    it('leaves a conversation alone that has come to life since it was looked for', async () => {
      const { write: db } = database();
      await db('conversations').insert([conversation('woken', old), conversation('opened', old)]);
      await db('lanes').insert([lane('woken', 'IN'), lane('opened', 'IN')]);
      const session = { state: '{}', started_at: old, last_message_at: old };
      await db('sessions').insert([
        { ...session, conversation_id: 'woken', id: 's1' },
        { ...session, conversation_id: 'opened', id: 's2' },
      ]);
      const swept = beforeEachRemoval(database(), async () => {
        await db('conversations').where('id', 'woken').update({ last_message_at: now });
        await db('lanes').where('id', 'opened:in').update({ pending: 1, due: now });
      });
      expect(await sweep(swept, horizon)).toBe(0);
      const left = (table: string, column: string) =>
        db(table).whereIn(column, ['woken', 'opened']).orderBy(column).pluck(column);
      expect(await left('conversations', 'id')).toEqual(['opened', 'woken']);
      expect(await left('lanes', 'conversation_id')).toEqual(['opened', 'woken']);
      expect(await left('sessions', 'conversation_id')).toEqual(['opened', 'woken']);
    });

    it('forgets who was there on days past their time, and keeps how many they were', async () => {
      const { write: db, read } = database();
      const past = 350 * DAY;
      const rows = ['ann', 'ben', 'cem'].map((user_id) => ({ channel_id: 'ch', day: past, user_id }));
      await db('channel_users').insert([
        ...rows,
        { channel_id: 'ch', day: past + DAY, user_id: 'ann' },
        { channel_id: 'ch', day: now, user_id: 'ann' },
      ]);
      await db('channel_metrics').insert({ channel_id: 'ch', interval: 'DAY', start: past, messages_in: 7 });
      await sweep(database(), horizon);
      expect(await db('channel_users').pluck('day')).toEqual([now]);
      const span = { channelIds: ['ch'], from: past, to: now + DAY, interval: 'DAY' as const };
      expect(await usersByDay(read, span)).toEqual(
        new Map([
          [`ch ${past}`, 3],
          [`ch ${past + DAY}`, 1],
          [`ch ${now}`, 1],
        ]),
      );
      expect(await usersBetween(read, ['ch'], past, now + DAY)).toEqual(new Map([['ch', 3]]));
      expect(await db('channel_metrics').where({ start: past }).pluck('messages_in')).toEqual([7]);
    });

    it('forgets refusals that no series of days until today reaches any more', async () => {
      const { write: db } = database();
      const refusal = { channel_id: 'ch', reason: 'SUSPENDED', count: 1 };
      await db('channel_refusals').insert([0, DAY, 2 * DAY].map((hour) => ({ ...refusal, hour })));
      await sweep(database(), { ...horizon, logs: [], now: 2_001 * DAY });
      expect(await db('channel_refusals').orderBy('hour').pluck('hour')).toEqual([DAY, 2 * DAY]);
    });

    it('removes jobs past their time, and what replays that are over had yet to send', async () => {
      const { write: db } = database();
      const job = (id: string, status: string, created_at: number) => ({
        ...{ id, status, created_at, account_id: 'ac', kind: 'REPLAY', total: 1, created_by: 'u' },
        ...{ parameters: '{}', progress: '{}' },
      });
      const jobs = [job('j1', 'DONE', old), job('j2', 'RUNNING', old), job('j3', 'CANCELED', now)];
      await db('jobs').insert(jobs);
      await db('replay_items').insert(
        jobs.map(({ id }) => ({ job_id: id, conversation_id: 'cv', seq: 1, delivery_id: 'd' })),
      );
      await sweep(database(), horizon);
      expect(await db('jobs').orderBy('id').pluck('id')).toEqual(['j2', 'j3']);
      expect(await db('replay_items').pluck('job_id')).toEqual(['j2']);
    });

    it('removes the rows of the data tables and the variables of a bot that was deleted before', async () => {
      const { write: db } = database();
      const times = { created_at: old, updated_at: old };
      const bot = { account_id: 'ac', name: 'Bot', kind: 'STANDARD', engine: 'ECHO', ...times };
      await db('bots').insert({ ...bot, id: 'deleted', deleted_at: old });
      await db('data_table_rows').insert(
        ['deleted', 'bt'].map((bot_id) => ({ id: bot_id, bot_id, table_name: 't', row: '{}', created_at: old })),
      );
      for (const table of ['bot_variables', 'waiting_variables'])
        await db(table).insert(
          ['deleted', 'bt'].map((bot_id) => ({ bot_id, key: 'KEY', secured: true, value_cipher: 'v1.k1.x' })),
        );
      await db('bot_tests').insert(
        ['deleted', 'bt'].map((bot_id) => ({
          ...{ id: bot_id, bot_id, channel_id: 'ch', name: 'One', steps: '[]', created_by: 'u', created_at: old },
        })),
      );
      await db('accepted_differences').insert(
        ['deleted', 'bt'].map((bot_id) => ({
          ...{ id: bot_id, bot_id, channel_id: 'ch', kinds: '[]', accepted_by: 'u', accepted_at: old },
        })),
      );
      await sweep(database(), horizon);
      for (const table of [
        'data_table_rows',
        'bot_variables',
        'waiting_variables',
        'bot_tests',
        'accepted_differences',
      ])
        expect(await db(table).pluck('bot_id')).toEqual(['bt']);
    });

    it('leaves a delivery alone that is open again', async () => {
      const { write: db } = database();
      const delivery = {
        account_id: 'ac',
        channel_id: 'ch',
        conversation_id: 'c',
        seq: 1,
        trace_id: 't',
        payload: '{}',
      };
      await db('deliveries').insert({ ...delivery, id: 'again', status: 'DEAD', created_at: old });
      await db('delivery_attempts').insert({ delivery_id: 'again', number: 1, started_at: old, duration_ms: 1 });
      const swept = beforeEachRemoval(database(), () =>
        db('deliveries').where('id', 'again').update({ status: 'PENDING' }),
      );
      await sweep(swept, horizon);
      expect(await db('delivery_attempts').where('delivery_id', 'again').pluck('number')).toEqual([1]);
    });

    it('finds all rows by an index, and looks for them beside the connection that writes', async () => {
      const { read, write, dialect } = database();
      if (dialect !== 'sqlite') return; // the planner of PostgreSQL reads small tables whole, whatever their indexes
      await write('conversations').insert(conversation('planned', old));
      const asked: { sql: string; bindings: readonly string[] }[] = [];
      const searches: string[] = [];
      read.on('query', (query) => void searches.push(query.sql));
      for (const db of [read, write])
        db.on('query', ({ sql, bindings }) => void (/^(BEGIN|COMMIT)/.test(sql) || asked.push({ sql, bindings })));
      await sweep(database(), horizon);
      const statements = asked.splice(0);
      expect(searches.filter((sql) => /from `(conversations|turns|deliveries)`/.test(sql))).toHaveLength(4);
      expect(statements.some(({ sql }) => sql.includes('`lanes`'))).toBe(true);
      for (const { sql, bindings } of statements) {
        const plan: { detail: string }[] = await write.raw(`explain query plan ${sql}`, bindings);
        expect(plan.filter(({ detail }) => detail.startsWith('SCAN')).map(({ detail }) => `${detail}: ${sql}`)).toEqual(
          [],
        );
      }
    });
  },
  'EACH_TEST',
);
