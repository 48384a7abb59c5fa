import type { Knex } from 'knex';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/store/database/database.js';
import { descending, type Part } from '../../src/store/database/order.js';
import { findPage, findPageIn, type Page } from '../../src/store/database/page.js';
import { findPageByPlace, type PlacedList } from '../../src/store/database/page-by-place.js';
import { searchPage } from '../../src/store/database/search-page.js';
import { number, table, text } from '../../src/store/database/table.js';
import { MOST_COUNTED } from '../../src/store/database/totals.js';
import { listAuditEntries } from '../../src/store/tables/audit-entries.js';
import { conversationsOfAccount, listConversations } from '../../src/store/tables/conversations.js';
import { countFinished, deliveriesByIds } from '../../src/store/tables/deliveries.js';
import { eachDatabase, openSqliteTestDatabase } from '../support/databases.js';

const entries = table('audit_entries', { id: text(), at: number });
const NEWEST_FIRST = descending(entries, 'at', 'id');
const ENTRIES = 60;
const BY_SUBJECT: PlacedList<string> = {
  table: 'audit_entries',
  id: 'audit_entries.id',
  orderBy: 'subject, id',
  narrow: (query) => query,
  find: async (ids) => [...ids],
  idOf: (id) => id,
};

/** What is asked of a database from now on. */
function statementsOn(db: Db): string[] {
  const statements: string[] = [];
  db.on('query', ({ sql }: { sql: string }) => void statements.push(sql));
  return statements;
}

/** Every row of a list, page after page, as far as each was looked through. */
async function everyRow<T>(pageAt: (after: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let after: string | undefined; ; ) {
    const page = await pageAt(after);
    rows.push(...page.edges.map(({ node }) => node));
    if (!page.hasNextPage) return rows;
    after = page.endCursor ?? page.edges.at(-1)?.cursor;
  }
}

async function insertEntries(db: Db): Promise<void> {
  await db('accounts').insert({ id: 'ac', name: 'ac', created_at: 1 });
  await db('audit_entries').insert(
    Array.from({ length: ENTRIES }, (_, n) => ({
      id: `au-${String(n).padStart(2, '0')}`,
      account_id: 'ac',
      at: Math.floor(n / 3), // several at a time
      actor: n % 7 === 0 ? 'Ann' : 'Bob',
      action: n % 2 === 0 ? 'bot.create' : 'channel.create',
      subject: `st-${n}`,
    })),
  );
}

/** Many rows of a table without a round trip for each. */
const insertMany = (db: Db, insert: string, count: number): Knex.Raw =>
  db.raw(
    `${insert} from (with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select i from n) as n`,
  );

eachDatabase('a list that is looked through', (database) => {
  beforeAll(() => insertEntries(database().write));

  it.each([1, 4, 25, 1_000])('gives what matches, in order, %i rows at a time', async (chunk) => {
    const match = (query: Knex.QueryBuilder) => query.where('actor', 'Ann');
    const parts = ['bot.create', 'channel.create'].map(
      (action): Part => ({
        range: (query) => query.where({ account_id: 'ac', action }),
        from: 3,
        to: 15,
        match,
      }),
    );
    const { read } = database();
    const found = await everyRow((after) => searchPage(read, entries, NEWEST_FIRST, { first: 2, after }, parts, chunk));
    const wanted = Array.from({ length: ENTRIES }, (_, n) => n).filter((n) => n % 7 === 0 && n >= 9 && n < 45);
    expect(found.map(({ id }) => id)).toEqual(wanted.reverse().map((n) => `au-${String(n).padStart(2, '0')}`));
  });

  it('goes on within its times from the cursor of another list', async () => {
    const { read } = database();
    const { edges } = await listAuditEntries(read, 'ac', { first: 1 });
    const rows = await everyRow((after) =>
      listAuditEntries(read, 'ac', { first: 5, after: after ?? edges[0]?.cursor, actor: 'ann', to: 4 }),
    );
    expect(rows.map(({ id }) => id)).toEqual(['au-07', 'au-00']);
  });

  it('does not look for a total at what its first page has looked through', async () => {
    const { read } = database();
    const none = await listAuditEntries(read, 'ac', { first: 5, actor: 'nobody' });
    const few = await listAuditEntries(read, 'ac', { first: 50, actor: 'ann' });
    const statements = statementsOn(read);
    expect(await none.total?.()).toEqual({ count: 0, isExact: true });
    expect(await few.total?.()).toEqual({ count: 9, isExact: true });
    expect(statements).toEqual([]);
  });

  it('does not count what its first page holds', async () => {
    const { read } = database();
    const pages = [
      await findPage(read, entries, NEWEST_FIRST, { first: ENTRIES }, (query) => query),
      await findPageIn(read, entries, NEWEST_FIRST, { first: ENTRIES }, [{ range: (query) => query }]),
      await findPageByPlace(read, { first: ENTRIES }, BY_SUBJECT),
    ];
    const statements = statementsOn(read);
    expect(await Promise.all(pages.map((page) => page.count()))).toEqual(pages.map(() => ENTRIES));
    expect(statements).toEqual([]);
  });

  it('counts what follows, and what came before', async () => {
    const { read } = database();
    const find = (after?: string) => findPageByPlace(read, { first: ENTRIES - 1, after }, BY_SUBJECT);
    const first = await find();
    const last = await find(first.edges.at(-1)?.cursor);
    expect([first.hasNextPage, last.edges.length]).toEqual([true, 1]);
    expect([await first.count(), await last.count()]).toEqual([ENTRIES, ENTRIES]);
  });

  it.each([undefined, 1, 9])('has one total, whatever page was asked for, of %s at first', async (first) => {
    const { read } = database();
    const page = await listAuditEntries(read, 'ac', { first, actor: 'ann' });
    expect(await page.total?.()).toEqual({ count: 9, isExact: true });
    const next = await listAuditEntries(read, 'ac', { first, after: page.edges[0]?.cursor, actor: 'ann' });
    expect(await next.total?.()).toEqual({ count: 9, isExact: true });
  });

  it('gives the actions of a noun in the order of time', async () => {
    const rows = await everyRow((after) => listAuditEntries(database().read, 'ac', { first: 7, after, action: 'bot' }));
    expect(rows).toHaveLength(ENTRIES / 2);
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).sort((a, b) => b - a));
  });

  it('counts as many as are counted in a moment, and says when there are more', async () => {
    const { read, write } = database();
    const row = (id: string, channel: string) =>
      `insert into conversations (id, account_id, channel_id, user_id, group_id, started_at, last_message_at)
       select '${id}' || i, 'ac', '${channel}', 'u' || i, '', i, i`;
    await insertMany(write, row('cv-a', 'many'), MOST_COUNTED + 1);
    await insertMany(write, row('cv-b', 'few'), 3);
    const totalOf = async (filter: object) => (await listConversations(read, 'ac', { first: 1, ...filter })).total?.();
    expect(await totalOf({})).toEqual({ count: MOST_COUNTED, isExact: false });
    expect(await totalOf({ channelId: 'few' })).toEqual({ count: 3, isExact: true });
    expect(await totalOf({ channelId: 'few', failed: false })).toEqual({ count: 3, isExact: true });
    expect(await (await listConversations(read, 'ac', { first: 1 })).count()).toBe(MOST_COUNTED + 4);
  });

  it('is counted no further before it is sent again', async () => {
    const { read, write } = database();
    const row = (status: string) =>
      `insert into deliveries (id, account_id, channel_id, conversation_id, trace_id, seq, status, payload, created_at)
       select '${status}' || i, 'ac', 'ch', 'cv', 't', i, '${status}', '{}', i`;
    await insertMany(write, row('DEAD'), 2);
    await insertMany(write, row('DISCARDED'), 1);
    expect(await countFinished(read, 'ac', {})).toEqual({ count: 2, isExact: true });
    await insertMany(write, row('DELIVERED'), MOST_COUNTED);
    expect(await countFinished(read, 'ac', {})).toEqual({ count: MOST_COUNTED, isExact: false });
    expect(await countFinished(read, 'ac', { status: 'DEAD' })).toEqual({ count: 2, isExact: true });
  });
});

describe('rows by their ids on SQLite', () => {
  it.each([
    ['conversations', conversationsOfAccount],
    ['deliveries', deliveriesByIds],
  ])('are looked up one by one, however many %s the account has', async (table, find) => {
    const test = await openSqliteTestDatabase();
    const { read } = test.database;
    const asked: { sql: string; bindings: string[] }[] = [];
    read.on('query', (query: { sql: string; bindings: string[] }) => void asked.push(query));
    const ids = Array.from({ length: 50 }, (_, n) => `id-${n}`);
    await find(read, 'ac', ids);
    const plan: { detail: string }[] = await read.raw(`explain query plan ${asked[0]?.sql}`, asked[0]?.bindings ?? []);
    await test.drop();
    expect(plan[0]?.detail).toBe(`SEARCH ${table} USING INDEX sqlite_autoindex_${table}_1 (id=?)`);
  });
});

describe('conversations on SQLite', () => {
  it.each([
    [
      'a user are found by the user',
      { user: 'ann' },
      'conversations_account_id_user_id_index (account_id=? AND user_id=?)',
    ],
    [
      'failure are found by the failed turns alone',
      { failed: true },
      'turns EXISTS USING INDEX turns_failed (conversation_id=?)',
    ],
  ])('by %s, however many others there are', async (_, filter, index) => {
    const test = await openSqliteTestDatabase();
    const { read } = test.database;
    const asked: { sql: string; bindings: string[] }[] = [];
    read.on('query', (query: { sql: string; bindings: string[] }) => void asked.push(query));
    await listConversations(read, 'ac', filter);
    const page = asked.find(({ sql }) => sql.includes('json_array'));
    const plan: { detail: string }[] = await read.raw(`explain query plan ${page?.sql}`, page?.bindings ?? []);
    await test.drop();
    expect(plan.map(({ detail }) => detail).join('\n')).toContain(index);
  });
});
