import { expect, it } from 'vitest';
import { deadDeliveries, openDeliveries } from '../../src/store/tables/delivery-counts.js';
import {
  endpointStatesMark,
  endpointStore,
  endpointsChangedAfter,
  findEndpoints,
  latestEndpointChange,
  type ReportedEndpoint,
  requestTry,
} from '../../src/store/tables/endpoints.js';
import { sweep } from '../../src/store/tables/retention.js';
import { DAY } from '../../src/time.js';
import { eachDatabase } from '../support/databases.js';

const report = (origin: string, more: Partial<ReportedEndpoint> = {}): ReportedEndpoint => ({
  accountId: 'ac',
  origin,
  state: 'HEALTHY',
  since: 1_000,
  lastSuccessAt: 1_000,
  lastFailureAt: null,
  lastError: null,
  blockedUntil: null,
  ...more,
});

eachDatabase('the endpoints', (database) => {
  const store = () => endpointStore(database().dialect);
  const save = (by: string, at: number, ...reports: ReportedEndpoint[]) =>
    store().report(database().write, by, reports, at);
  const row = async (origin: string, accountId = 'ac') =>
    (await findEndpoints(database().read, [{ accountId, origin }])).get(`${accountId} ${origin}`);

  it('are what was reported last, with the latest success and failure of all processes', async () => {
    const origin = 'https://shared.example';
    await save('p1', 10, report(origin, { lastSuccessAt: 5_000 }));
    await save(
      'p2',
      20,
      report(origin, { state: 'FAILING', since: 6_000, lastSuccessAt: null, lastFailureAt: 6_000, lastError: '503' }),
    );
    expect(await row(origin)).toMatchObject({
      state: 'FAILING',
      since: 6_000,
      lastSuccessAt: 5_000,
      lastFailureAt: 6_000,
      lastError: '503',
      reportedBy: 'p2',
      changedAt: 20,
    });
    await save(
      'p1',
      30,
      report(origin, { state: 'FAILING', since: 7_000, lastSuccessAt: 4_000, lastFailureAt: 7_000 }),
    );
    expect(await row(origin)).toMatchObject({
      since: 6_000,
      lastSuccessAt: 5_000,
      lastFailureAt: 7_000,
      lastError: null,
    });
    await save('p1', 40, report(origin, { since: 8_000, lastSuccessAt: 8_000 }));
    expect(await row(origin)).toMatchObject({
      state: 'HEALTHY',
      since: 8_000,
      lastSuccessAt: 8_000,
      lastFailureAt: 7_000,
    });
  });

  it('belong to an account: the same host of another is another', async () => {
    const origin = 'https://two-accounts.example';
    await save('p1', 1, report(origin), report(origin, { accountId: 'other', state: 'BLOCKED' }));
    expect(await row(origin)).toMatchObject({ state: 'HEALTHY' });
    expect(await row(origin, 'other')).toMatchObject({ state: 'BLOCKED' });
  });

  it('are followed by numbers that commit in order, however many write at once', async () => {
    const before = await latestEndpointChange(database().read);
    await Promise.all(Array.from({ length: 8 }, (_, n) => save(`p${n}`, n, report(`https://many-${n}.example`))));
    const changed = await endpointsChangedAfter(database().read, before);
    expect(changed.map((one) => one.changed)).toEqual(Array.from({ length: 8 }, (_, n) => before + n + 1));
    expect(await endpointsChangedAfter(database().read, before + 8)).toEqual([]);
  });

  it('keep what is asked for beside what is reported, and are made by the first who asks', async () => {
    const ask = (origin: string) =>
      database().write.transaction((trx) => requestTry(trx, { accountId: 'ac', origin, channelId: 'ch', now: 5 }));
    await ask('https://new.example');
    expect(await row('https://new.example')).toMatchObject({ state: 'UNKNOWN', reportedBy: null, tryChannelId: 'ch' });
    const origin = 'https://asked.example';
    await save('p1', 1, report(origin, { state: 'BLOCKED', blockedUntil: 9_000 }));
    await ask(origin);
    const asked = await row(origin);
    expect(asked).toMatchObject({ state: 'BLOCKED', blockedUntil: 9_000, reportedBy: 'p1' });
    expect(asked?.tryRequested).toBe(asked?.changed);
    await save('p1', 2, report(origin));
    expect((await row(origin))?.tryRequested).toBe(asked?.tryRequested);
  });

  it('have a mark that changes with a state and not with each success', async () => {
    const mark = () => endpointStatesMark(database().read, 'marked');
    const of = (more: Partial<ReportedEndpoint>) => report('https://marked.example', { accountId: 'marked', ...more });
    const marks = [await mark()];
    for (const more of [{}, { state: 'FAILING' as const, since: 2_000 }, { since: 3_000 }]) {
      await save('p1', 1, of(more));
      marks.push(await mark());
    }
    expect(new Set(marks).size).toBe(4);
    await save('p1', 2, of({ since: 3_000, lastSuccessAt: 9_000 }));
    expect(await mark()).toBe(marks.at(-1));
  });

  it('are stored to the millisecond, however finely the end of a rest is measured', async () => {
    await save('p1', 1, report('https://resting.example', { state: 'BLOCKED', blockedUntil: 9_000.456 }));
    expect((await row('https://resting.example'))?.blockedUntil).toBe(9_000);
  });

  it('keep no more of an error than can be shown', async () => {
    await save('p1', 1, report('https://talkative.example', { state: 'FAILING', lastError: 'x'.repeat(2_000) }));
    expect((await row('https://talkative.example'))?.lastError).toHaveLength(500);
  });

  it('go when nothing was heard of them for thirty days', async () => {
    const now = 400 * DAY;
    await save('p1', now - 29 * DAY, report('https://kept.example'));
    await save('p1', now - 31 * DAY, report('https://left.example'));
    await sweep(database(), { logs: [], idempotencyKeys: 0, polls: 0, channels: [], sealed: 0, changes: 0, now });
    expect(await row('https://kept.example')).toBeDefined();
    expect(await row('https://left.example')).toBeUndefined();
  });
});

eachDatabase('the deliveries of channels', (database) => {
  it('are counted by channel: those on their way with the oldest of them, and the dead letters', async () => {
    const deliveries = [
      ['c1', 'PENDING', 30],
      ['c1', 'PENDING', 20],
      ['c1', 'DELIVERED', 10],
      ['c1', 'DEAD', 10],
      ['c2', 'DEAD', 40],
      ['c2', 'DEAD', 50],
      ['c3', 'DELIVERED', 60],
    ] as const;
    await database()
      .write('deliveries')
      .insert(
        deliveries.map(([channel_id, status, created_at], n) => ({
          id: `dl-${n}`,
          account_id: 'ac',
          channel_id,
          conversation_id: 'cv',
          trace_id: 't',
          seq: n,
          status,
          payload: '{}',
          created_at,
        })),
      );
    const { read } = database();
    expect(await openDeliveries(read, ['c1', 'c2'])).toEqual([{ channelId: 'c1', count: 2, oldestAt: 20 }]);
    expect(await openDeliveries(read)).toEqual([{ channelId: 'c1', count: 2, oldestAt: 20 }]);
    expect(await openDeliveries(read, [])).toEqual([]);
    const dead = await deadDeliveries(read, ['c1', 'c2', 'c3']);
    expect(dead.sort((a, b) => a.count - b.count)).toEqual([
      { channelId: 'c1', count: 1 },
      { channelId: 'c2', count: 2 },
    ]);
  });
});
