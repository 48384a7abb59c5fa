import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { countFinished, findFinished, listDeliveries } from '../../src/store/tables/deliveries.js';
import type { DeliveryFilter } from '../../src/store/tables/delivery-filter.js';
import type { DeliveryStatus } from '../../src/vocabulary.js';
import { eachDatabase, openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

interface Row {
  id: string;
  account: string;
  bot: string;
  channel: string;
  user: string;
  status: DeliveryStatus;
  /** Whether no turn has said it. */
  proactive: boolean;
  /** The status code of each attempt. */
  codes: number[];
  at: number;
}

const CHANNELS: Record<string, { account: string; bot: string }> = {
  c1: { account: 'ac', bot: 'b1' },
  c2: { account: 'ac', bot: 'b1' },
  c3: { account: 'ac', bot: 'b2' },
  c4: { account: 'other', bot: 'b3' },
};
const START = 1_000_000_000;
const rowSpec = fc.record({
  channel: fc.constantFrom(...Object.keys(CHANNELS)),
  user: fc.constantFrom('ann', 'bob'),
  status: fc.constantFrom<DeliveryStatus>('PENDING', 'DELIVERED', 'DEAD', 'DISCARDED'),
  proactive: fc.boolean(),
  codes: fc.array(fc.constantFrom(404, 500), { maxLength: 2 }),
  at: fc.integer({ min: START, max: START + 9 }),
});
const someOf = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const filterSpec: fc.Arbitrary<DeliveryFilter> = fc.record({
  channelId: someOf('c1', 'c3', 'c4', 'none'),
  botId: someOf('b1', 'b2', 'b3'),
  ids: fc.option(fc.array(fc.constantFrom('ms-1-0', 'ms-2-0', 'ms-3-0', 'ms-4-0'), { minLength: 1 }), {
    nil: undefined,
    freq: 4,
  }),
  endpoint: someOf('https://c1.test', 'https://c3.test', 'https://c1'),
  status: someOf<DeliveryStatus>('PENDING', 'DELIVERED', 'DEAD', 'DISCARDED'),
  user: someOf('ann', 'bob', 'eve'),
  statusCode: someOf(200, 404, 500),
  from: someOf(START + 2, START + 5),
  to: someOf(START + 6, START + 9),
});

function matches(row: Row, filter: DeliveryFilter): boolean {
  return (
    row.account === 'ac' &&
    (!filter.ids || filter.ids.includes(row.id)) &&
    (!filter.endpoint || filter.endpoint === `https://${row.channel}.test`) &&
    (!filter.channelId || row.channel === filter.channelId) &&
    (!filter.botId || row.bot === filter.botId) &&
    (!filter.status || row.status === filter.status) &&
    (!filter.user || row.user === filter.user) &&
    (!filter.statusCode || row.codes.at(-1) === filter.statusCode) &&
    (!filter.from || row.at >= filter.from) &&
    (!filter.to || row.at < filter.to)
  );
}

async function insertChannels({ write }: Database): Promise<void> {
  const times = { created_at: 1, updated_at: 1 };
  await write('accounts').insert(['ac', 'other'].map((id) => ({ id, name: id, created_at: 1 })));
  const bots = new Map(Object.values(CHANNELS).map(({ bot, account }) => [bot, account]));
  for (const [id, account_id] of bots)
    await write('bots').insert({ id, account_id, name: id, kind: 'STANDARD', engine: 'DIALOG', ...times });
  for (const [id, { account, bot }] of Object.entries(CHANNELS))
    await write('channels').insert({ id, account_id: account, bot_id: bot, name: id, ...callbacksTo(id), ...times });
}

async function insertRows({ write }: Database, rows: readonly Row[]): Promise<void> {
  for (const table of ['deliveries', 'delivery_attempts', 'conversations', 'turns']) await write(table).delete();
  const conversations = new Map(rows.map((row) => [`${row.channel}-${row.user}`, row]));
  for (const [id, { account, channel, user }] of conversations)
    await write('conversations').insert({
      id,
      account_id: account,
      channel_id: channel,
      user_id: user,
      started_at: START,
      last_message_at: START,
    });
  for (const [seq, row] of rows.entries()) {
    const turnId = row.proactive ? null : `tn-${seq}`;
    const isAtOnce = row.status === 'DELIVERED' && row.codes.length === 1;
    if (turnId) await write('turns').insert(turnOf(turnId, row));
    await write('deliveries').insert({
      id: row.id,
      turn_id: turnId,
      account_id: row.account,
      channel_id: row.channel,
      conversation_id: `${row.channel}-${row.user}`,
      trace_id: 't',
      seq,
      status: row.status,
      payload: '{}',
      attempts: row.codes.length,
      created_at: row.at,
      ...(isAtOnce && { first_status_code: row.codes[0], first_duration_ms: 1 }),
    });
    if (isAtOnce) continue;
    for (const [index, code] of row.codes.entries())
      await write('delivery_attempts').insert({
        delivery_id: row.id,
        number: index + 1,
        started_at: row.at,
        duration_ms: 1,
        status_code: code,
      });
  }
}

const callbacksTo = (id: string) => ({
  mode: 'ASYNC',
  approved_mode: 'ASYNC',
  approved_post_url: `https://${id}.test${id === 'c3' ? '' : '/inbox'}`,
});

const turnOf = (id: string, { channel, user, at }: Row) => ({
  id,
  conversation_id: `${channel}-${user}`,
  channel_id: channel,
  seq: 1,
  trace_id: 't',
  status: 'DONE',
  input: '{}',
  replies: '[{}]',
  created_at: at,
});

/** A user with more turns than are looked at one by one. */
async function insertTalkative(db: Database['write']): Promise<void> {
  const conversation = { id: 'cv-many', account_id: 'ac', channel_id: 'c1', user_id: 'many' };
  await db('conversations').insert({ ...conversation, started_at: START, last_message_at: START });
  await db.raw(`insert into turns (id, conversation_id, channel_id, seq, trace_id, status, input, created_at)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 5001)
    select 'tn-' || i, 'cv-many', 'c1', i, 't', 'DONE', '{}', ${START} from n`);
}

const newestFirst = (a: Row, b: Row) => b.at - a.at || (a.id < b.id ? 1 : -1);
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

async function everyPage(db: Database['read'], filter: DeliveryFilter, first: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await listDeliveries(db, 'ac', { ...filter, first, after });
    ids.push(...page.edges.map(({ node }) => node.id));
    after = page.endCursor ?? page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return ids;
  }
}

eachDatabase('deliveries by a filter', (database) => {
  beforeAll(() => insertChannels(database()));

  it('are those that match, of the account alone, newest first, page after page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(rowSpec, { minLength: 5, maxLength: 30 }),
        fc.array(filterSpec, { minLength: 4, maxLength: 4 }),
        async (specs, filters) => {
          const rows = specs.map((spec, n): Row => {
            const { account, bot } = CHANNELS[spec.channel] ?? { account: '', bot: '' };
            // The dispatcher calls nothing delivered but a 2xx.
            const codes = spec.status === 'DELIVERED' ? [...spec.codes, 200] : spec.codes;
            return { ...spec, id: `ms-${n}-0`, account, bot, codes };
          });
          await insertRows(database(), rows);
          for (const filter of filters) {
            const wanted = rows.filter((row) => matches(row, filter)).sort(newestFirst);
            expect(await everyPage(database().read, filter, 4)).toEqual(idsOf(wanted));
            const page = await listDeliveries(database().read, 'ac', filter);
            expect(await page.count()).toBe(wanted.length);
            const finished = idsOf(
              wanted.filter(({ status }) =>
                filter.status ? status !== 'PENDING' : status === 'DELIVERED' || status === 'DEAD',
              ),
            );
            const found = await findFinished(database().read, 'ac', filter, { after: null, limit: 100 });
            if (filter.status !== 'PENDING') {
              expect(idsOf(found)).toEqual(finished);
              const counted = await countFinished(database().read, 'ac', filter);
              expect(counted).toEqual({ count: finished.length, isExact: true });
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('deliveries by a filter on SQLite', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openSqliteTestDatabase();
    await insertChannels(test.database);
    await test.database.write('conversations').insert({
      id: 'cv',
      account_id: 'ac',
      channel_id: 'c1',
      user_id: 'ann',
      started_at: START,
      last_message_at: START,
    });
    await insertTalkative(test.database.write);
  });
  afterAll(() => test.drop());

  /** How the database finds the deliveries of a page. */
  async function planOf(filter: DeliveryFilter): Promise<string[]> {
    const { read } = test.database;
    const asked: { sql: string; bindings: string[] }[] = [];
    const note = (query: { sql: string; bindings: string[] }) => void asked.push(query);
    read.on('query', note);
    const cursor = Buffer.from(JSON.stringify([START + 5, 'ms-5'])).toString('base64url');
    await listDeliveries(read, 'ac', { ...filter, after: cursor });
    read.removeListener('query', note);
    const last = asked.at(-1);
    const rows: { detail: string }[] = await read.raw(`explain query plan ${last?.sql}`, last?.bindings ?? []);
    return rows.map(({ detail }) => detail);
  }

  it.each<[string, DeliveryFilter, string]>([
    [
      'nothing',
      {},
      'deliveries_account_id_status_created_at_id_index (account_id=? AND status=? AND (created_at,id)<(?,?))',
    ],
    [
      'times',
      { from: START, to: START + 9 },
      'deliveries_account_id_status_created_at_id_index (account_id=? AND status=? AND created_at>? AND (created_at,id)<(?,?))',
    ],
    [
      'a status',
      { status: 'DEAD' },
      'deliveries_account_id_status_created_at_id_index (account_id=? AND status=? AND (created_at,id)<(?,?))',
    ],
    ['a channel', { channelId: 'c1' }, 'deliveries_of_channel (channel_id=? AND (created_at,id)<(?,?))'],
    ['what a channel has delivered', { channelId: 'c1', status: 'DELIVERED' }, 'deliveries_of_channel (channel_id=?'],
    [
      'dead letters of a channel',
      { channelId: 'c1', status: 'DEAD' },
      'deliveries_dead (channel_id=? AND (created_at,id)<(?,?))',
    ],
    [
      'a user who has many, later than a time',
      { user: 'many', from: START },
      'deliveries_of_channel (channel_id=? AND created_at>? AND (created_at,id)<(?,?))',
    ],
    [
      'what a channel has open',
      { channelId: 'c1', status: 'PENDING' },
      'deliveries_account_id_status_created_at_id_index (account_id=? AND status=?',
    ],
    ['a bot', { botId: 'b1' }, 'deliveries_of_channel (channel_id=? AND (created_at,id)<(?,?))'],
    [
      'dead letters of a bot',
      { botId: 'b1', status: 'DEAD' },
      'deliveries_dead (channel_id=? AND (created_at,id)<(?,?))',
    ],
    [
      'an answer of the last attempt',
      { statusCode: 500 },
      'deliveries_account_id_status_created_at_id_index (account_id=? AND status=?',
    ],
  ])('by %s are found over an index, in its order', async (_, filter, index) => {
    const plan = await planOf(filter);
    expect(plan.join('\n')).toContain(index);
    // What several ranges give is merged: a page of each at most.
    const isMerged = plan.some((step) => step.includes('UNION ALL'));
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toHaveLength(isMerged ? 1 : 0);
    expect(plan.filter((step) => /^SCAN (?!head)/.test(step))).toEqual([]);
  });

  it.each<[string, DeliveryFilter, string]>([
    ['a user who has few', { user: 'ann', channelId: 'c1' }, 'deliveries_proactive (conversation_id=?'],
    ['a user and a status', { user: 'ann', status: 'DEAD' }, 'deliveries_proactive (conversation_id=?'],
    ['ids', { ids: ['ms-1', 'ms-2'], status: 'DELIVERED' }, '(id=?)'],
  ])('by %s are found one by one, however many others there are', async (_, filter, index) => {
    const plan = (await planOf(filter)).join('\n');
    expect(plan).toContain(index);
    expect(plan).not.toContain('deliveries_of_channel');
    expect(plan).not.toContain('account_id');
  });
});
