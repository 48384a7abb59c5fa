import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import { changesAfter, latestChangeOf, recordChange } from '../../src/store/changes.js';
import { type Cell, statementsOn } from '../../src/store/database/statements.js';
import { privacyOf, setPrivacyOf } from '../../src/store/tables/privacy.js';
import { eachDatabase } from '../support/databases.js';

/** The schema that the first servers made. */
const FIRST = ['20261122090000_control_plane', '20261122090100_data_plane', '20261122090200_metrics'];

/** What version 0.1.0 knows. */
const FIRST_RELEASE = [
  ...FIRST,
  '20261122090300_audit_total',
  '20261127090000_open_deliveries',
  '20261127090100_audit_count',
];

const at = { created_at: 1_764_000_000_000, updated_at: 1_764_000_000_000 };
const { created_at } = at;
const ofChannel = { channel_id: 'ch', conversation_id: 'cv' };

/** What such a database holds, in the order in which it may be inserted. */
const ROWS: Record<string, Record<string, unknown>[]> = {
  accounts: [{ id: 'ac1', name: 'Main', retention_days: 90, created_at }],
  users: [{ id: 'us1', account_id: 'ac1', name: 'Ada', email: 'ada@example.com', role: 'ADMIN', created_at }],
  api_tokens: [{ id: 'tk', account_id: 'ac1', user_id: 'us1', name: 'First token', token_hash: 'h', created_at }],
  apps: [
    { client_id: 'cs', account_id: 'ac1', name: 'caller', algorithm: 'HS256', secret_cipher: 'v1.k1.x', created_at },
  ],
  definitions: [{ id: 'df', account_id: 'ac1', content_hash: 'h', body: '{"dialogs":[]}', created_at }],
  bots: ['bt1', 'bt2'].map((id) => ({ id, account_id: 'ac1', name: id, kind: 'STANDARD', engine: 'DIALOG', ...at })),
  bot_variables: [
    { bot_id: 'bt1', key: 'HOST', value: 'https://example.com', value_cipher: null },
    { bot_id: 'bt1', key: 'KEY', value: null, value_cipher: 'v1.k1.y' },
  ],
  channels: [
    { id: 'ch', account_id: 'ac1', bot_id: 'bt1', name: 'Web', mode: 'ASYNC', post_url: 'https://e.com', ...at },
  ],
  bot_versions: [
    {
      id: 'bv',
      bot_id: 'bt1',
      number: 1,
      status: 'LIVE',
      definition_id: 'df',
      engine: 'DIALOG',
      default_language: 'en',
      session_timeout_minutes: 15,
      bot_revision: 1,
      created_at,
    },
  ],
  version_channels: [{ version_id: 'bv', channel_id: 'ch' }],
  approval_requests: [
    { id: 'ar', account_id: 'ac1', kind: 'PUBLISH', status: 'APPROVED', bot_id: 'bt1', changes: '{}', created_at },
  ],
  audit_entries: [
    {
      id: 'au1',
      account_id: 'ac1',
      at: 1,
      actor: 'Hookswitch',
      action: 'account.create',
      subject: 'ac1',
      details: null,
    },
    {
      id: 'au2',
      account_id: 'ac1',
      at: 2,
      actor: 'Ada',
      action: 'bot.create',
      subject: 'bt1',
      details: '{"name":"bt1"}',
    },
  ],
  conversations: [{ id: 'cv', account_id: 'ac1', channel_id: 'ch', user_id: 'ann', started_at: 1, last_message_at: 2 }],
  lanes: [{ id: 'cv:in', direction: 'IN', ...ofChannel, next_seq: 3, pending: 1, due: 2 }],
  sessions: [{ conversation_id: 'cv', id: 's', state: '{"step":4}', started_at: 1, last_message_at: 2 }],
  turns: ['QUEUED', 'DONE'].map((status, n) => ({
    id: `tn${n}`,
    ...ofChannel,
    seq: n + 1,
    trace_id: 't',
    status,
    input: '{"text":"hello"}',
    created_at,
  })),
  deliveries: ['PENDING', 'DELIVERED'].map((status, n) => ({
    id: `dl${n}`,
    account_id: 'ac1',
    ...ofChannel,
    trace_id: 't',
    seq: n + 1,
    status,
    payload: '{"text":"hi"}',
    created_at,
  })),
  delivery_attempts: [{ delivery_id: 'dl1', number: 1, started_at: 1, duration_ms: 12, status_code: 200 }],
  idempotency_keys: [{ channel_id: 'ch', user_id: 'ann', key: 'k', body_hash: 'h', turn_id: 'tn1', created_at }],
  used_jtis: [{ client_id: 'cs', jti: 'j', turn_id: 'tn1', expires_at: 3 }],
  polls: [{ id: 'p', upto: 1, answered_at: 2 }].map((poll) => ({ ...poll, final: true })),
  attachments: [
    {
      id: 'at',
      account_id: 'ac1',
      client_id: 'cs',
      file_name: 'a.png',
      extension: 'png',
      context: 'c',
      size: 3,
      sha256: 'x',
      key: 'k',
      created_at,
    },
  ],
  data_table_rows: [{ id: 'dr', bot_id: 'bt1', table_name: 'orders', row: '{"n":1}', created_at }],
  channel_metrics: [{ channel_id: 'ch', interval: 'DAY', start: 0, messages_in: 7, response_time_3: 2 }],
  channel_users: [{ channel_id: 'ch', day: 0, user_id: 'ann' }],
  channel_refusals: [{ channel_id: 'ch', hour: 0, reason: 'SUSPENDED', count: 2 }],
};

eachDatabase(
  'the migrations',
  (database) => {
    it('go down to nothing and up again to the same tables', async () => {
      const { write, dialect } = database();
      const tables = async (): Promise<string[]> => {
        const rows =
          dialect === 'sqlite'
            ? await write('sqlite_master').where({ type: 'table' }).pluck('name')
            : await write('information_schema.tables').where({ table_schema: 'public' }).pluck('table_name');
        return rows.filter((name: string) => !/^(knex_|sqlite_)/.test(name)).sort();
      };
      const before = await tables();
      expect(before).toContain('deliveries');
      await write.migrate.rollback({ migrationSource }, true);
      expect(await tables()).toEqual([]);
      await write.migrate.latest({ migrationSource });
      expect(await tables()).toEqual(before);
      expect(await write('change_counter').first('value')).toEqual({ value: 0 });
    });

    it('keep the rows of a database of the first version, all the way up and down again', async () => {
      const { write } = database();
      await write.migrate.rollback({ migrationSource }, true);
      for (const name of FIRST) await write.migrate.up({ migrationSource, name } as never); // knex takes a name, its types do not
      for (const [table, rows] of Object.entries(ROWS)) await write(table).insert(rows);
      const read = async () => {
        const found: Record<string, unknown[]> = {};
        for (const [table, [first = {}]] of Object.entries(ROWS)) {
          const columns = Object.keys(first);
          found[table] = await write(table).select(columns).orderBy(columns);
        }
        return found;
      };
      const before = await read();
      expect(Object.values(before).map((rows) => rows.length)).toEqual(Object.values(ROWS).map((rows) => rows.length));
      await write.migrate.latest({ migrationSource });
      expect(await read()).toEqual(before);
      const later = (await migrationSource.getMigrations([])).filter((name) => !FIRST.includes(name));
      for (const name of later.reverse()) await write.migrate.down({ migrationSource, name } as never);
      expect(await read()).toEqual(before);
    });

    it('leave the tables of the first release as its processes know them, which may still run beside this version', async () => {
      const { write } = database();
      const columnsOf = async (table: string) => Object.entries(await write(table).columnInfo());
      await write.migrate.rollback({ migrationSource }, true);
      for (const name of FIRST_RELEASE) await write.migrate.up({ migrationSource, name } as never);
      const before = new Map<string, Awaited<ReturnType<typeof columnsOf>>>();
      for (const table of Object.keys(ROWS)) before.set(table, await columnsOf(table));
      await write.migrate.latest({ migrationSource });
      for (const [table, columns] of before) {
        const now = await columnsOf(table);
        expect([table, now]).toEqual([table, expect.arrayContaining(columns)]);
        const known = new Set(columns.map(([name]) => name));
        const needed = now.filter(
          ([name, { nullable, defaultValue }]) => !known.has(name) && !nullable && !defaultValue,
        );
        expect([table, needed]).toEqual([table, []]);
      }
      for (const [table, rows] of Object.entries(ROWS)) await write(table).insert(rows);
    });

    it('leave the first release the statements with which it stores messages and callbacks, and what they give', async ({
      skip,
    }) => {
      const { write, dialect } = database();
      skip(dialect === 'sqlite', 'two versions share a database on PostgreSQL alone');
      const left = new URL('../fixtures/first-release/hot-path.json', import.meta.url); // see make-hot-path.ts beside it
      const recorded = JSON.parse(await readFile(left, 'utf8')) as { sql: string; bindings: Cell[]; rows: unknown[] }[];
      const undone = new Error('undone');
      const run = write.transaction(async (trx) => {
        for (const { sql, bindings, rows } of recorded) {
          expect([sql, await statementsOn(trx).query(sql, bindings)]).toEqual([sql, rows]);
        }
        expect(await trx('turns').where({ id: 'tn-1' }).first('status', 'seq')).toEqual({ status: 'DONE', seq: 1 });
        expect(await trx('deliveries').where({ id: 'dl-1' }).first('status', 'seq')).toEqual({
          status: 'DELIVERED',
          seq: 1,
        });
        expect(await trx('lanes').orderBy('id').pluck('pending')).toEqual([0, 0]);
        throw undone;
      });
      await expect(run).rejects.toBe(undone);
    });

    it('give what was stored before nothing that is sealed, and take what is sealed away again', async () => {
      const { write } = database();
      const name = '20261128190000_privacy';
      await write.migrate.down({ migrationSource, name } as never); // knex takes a name, its types do not
      for (const [table, rows] of Object.entries(ROWS)) await write(table).insert(rows);
      await write.migrate.up({ migrationSource, name } as never);
      expect(await write('turns').orderBy('id').select('id', 'input', 'sealed', 'custom_data_cipher')).toEqual(
        ['tn0', 'tn1'].map((id) => ({ id, input: '{"text":"hello"}', sealed: null, custom_data_cipher: null })),
      );
      expect(await write('deliveries').orderBy('id').select('id', 'payload', 'sealed')).toEqual(
        ['dl0', 'dl1'].map((id) => ({ id, payload: '{"text":"hi"}', sealed: null })),
      );
      expect(await privacyOf(write, 'bots', 'ac1', ['bt1', 'bt2'])).toEqual(new Map());
      const settings = { masks: [], retentionDays: 3, sealCustomData: true };
      for (const [owner, id] of [
        ['bots', 'bt1'],
        ['channels', 'ch'],
      ] as const) {
        await setPrivacyOf(write, owner, id, settings);
        expect(await privacyOf(write, owner, 'ac1', [id])).toEqual(new Map([[id, settings]]));
      }
      await write('turns').where('id', 'tn1').update({ sealed: 'v1.k1.x', custom_data_cipher: 'v1.k1.y' });
      await write('deliveries').where('id', 'dl1').update({ sealed: 'v1.k1.z' });

      await write.migrate.down({ migrationSource, name } as never);
      for (const [table, rows] of Object.entries(ROWS)) {
        const columns = Object.keys(rows[0] ?? {});
        expect(await write(table).count('* as n').first(), table).toMatchObject({ n: rows.length });
        if (!['bots', 'channels', 'turns', 'deliveries'].includes(table)) continue;
        expect(await write(table).select(columns).orderBy(columns)).toHaveLength(rows.length);
        for (const column of ['privacy', 'sealed', 'custom_data_cipher'])
          expect(await write.schema.hasColumn(table, column), `${table}.${column}`).toBe(false);
      }
    });

    it('are applied once, whoever starts first', async () => {
      const { write } = database();
      const [, applied] = await write.migrate.latest({ migrationSource });
      expect(applied).toEqual([]);
    });

    it('learn of tokens made before who made them, and which are sessions of the console', async () => {
      const { write } = database();
      const name = '20261128112500_token_origins';
      await write.migrate.down({ migrationSource, name } as never); // knex takes a name, its types do not
      await write('accounts').insert({ id: 'ac', name: 'Main', created_at: 1 });
      const user = { account_id: 'ac', role: 'ADMIN', created_at: 1 };
      await write('users').insert([
        { ...user, id: 'u1', name: 'Ada' },
        { ...user, id: 'u2', name: 'Ben' },
      ]);
      const token = { account_id: 'ac', user_id: 'u2', created_at: 1 };
      await write('api_tokens').insert([
        { ...token, id: 'tk1', name: 'First token', token_hash: '1' },
        { ...token, id: 'tk2', name: 'Deployments', token_hash: '2' },
        { ...token, id: 'tk3', name: 'Console session', token_hash: '3', expires_at: 2 },
      ]);
      const entry = { account_id: 'ac', at: 1, actor: 'Ada', actor_id: 'u1', action: 'token.create', subject: 'u2' };
      await write('audit_entries').insert([
        { ...entry, id: 'au1', details: JSON.stringify({ tokenId: 'tk2' }) },
        { ...entry, id: 'au2', details: null },
      ]);
      await write.migrate.up({ migrationSource, name } as never);
      const rows = await write('api_tokens').orderBy('id').select('id', 'created_by', 'session', 'parent_id');
      expect(rows.map((row) => ({ ...row, session: Boolean(row.session) }))).toEqual([
        { id: 'tk1', created_by: null, session: false, parent_id: null },
        { id: 'tk2', created_by: 'u1', session: false, parent_id: null },
        { id: 'tk3', created_by: null, session: true, parent_id: null },
      ]);
    });

    it('leave changes that were made before to no account', async () => {
      const { write } = database();
      const name = '20261128120100_change_accounts';
      await write.migrate.down({ migrationSource, name } as never);
      await write('change_counter').update({ value: 1 });
      await write('changes').insert({ number: 1, topic: 'bot', id: 'st-1', at: 1 });
      await write.migrate.up({ migrationSource, name } as never);
      expect(await write('changes').select('number', 'id', 'account_id')).toEqual([
        { number: 1, id: 'st-1', account_id: null },
      ]);
      expect(await changesAfter(write, 0, 10)).toEqual([{ number: 1, topic: 'bot', id: 'st-1' }]);
      expect(await latestChangeOf(write, 'ac')).toBeNull();
      await write.transaction((trx) =>
        recordChange(trx, { topic: 'bot', ids: ['st-2', 'st-3'], accountId: 'ac', now: 2 }),
      );
      expect(await latestChangeOf(write, 'other')).toBeNull();
      expect(await latestChangeOf(write, 'ac')).toBe(Number((await write('change_counter').first('value')).value));
    });
  },
  'EACH_TEST',
);
