import { expect, it } from 'vitest';
import type { EndpointReport } from '../../src/dispatcher/endpoint-report.js';
import { createEndpointNews } from '../../src/outbox/endpoint-news.js';
import { createEndpointReports } from '../../src/outbox/endpoint-reports.js';
import type { Database } from '../../src/store/database/database.js';
import { endpointsChangedAfter, latestEndpointChange, requestTry } from '../../src/store/tables/endpoints.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';
import { breathe, until } from '../support/dispatching.js';

const report = (origin: string, more: Partial<EndpointReport> = {}): EndpointReport => ({
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

/** The same database, whose next transactions fail. */
function breakable(real: Database) {
  const broken = { next: 0 };
  const write = new Proxy(real.write, {
    get(target, key) {
      if (key !== 'transaction' || broken.next === 0) return Reflect.get(target, key);
      broken.next -= 1;
      return () => Promise.reject(new Error('no answer'));
    },
  });
  return { broken, database: { ...real, write } };
}

eachDatabase('reports of endpoints', (database) => {
  async function start(name: string) {
    const clock = createTestClock();
    const { broken, database: mayFail } = breakable(database());
    const faults: unknown[] = [];
    const reports = createEndpointReports({
      database: mayFail,
      owner: name,
      clock,
      events: { unexpected: (_where, error) => void faults.push(error) },
    });
    const before = await latestEndpointChange(database().read);
    const stored = async () => {
      const rows = await endpointsChangedAfter(database().read, before);
      return rows.map(({ origin, lastSuccessAt, changed }) => [origin, lastSuccessAt, changed - before]);
    };
    return { clock, broken, faults, reports, stored };
  }

  it('are stored soon, several of an endpoint as one, several endpoints in one write', async () => {
    const { clock, reports, stored } = await start('p1');
    for (let at = 1; at <= 50; at += 1) {
      reports.note(report('https://a.example', { lastSuccessAt: at }));
      reports.note(report('https://b.example', { lastSuccessAt: at }));
    }
    clock.advance(100);
    await until(async () => (await stored()).length === 2);
    expect((await stored()).sort()).toEqual([
      ['https://a.example', 50, 1],
      ['https://b.example', 50, 1],
    ]);
    await reports.stop();
  });

  it('are stored at most once a second for an endpoint, while another is not held up', async () => {
    const { clock, reports, stored } = await start('p1');
    reports.note(report('https://often.example', { lastSuccessAt: 1 }));
    clock.advance(100);
    await until(async () => (await stored()).length === 1);
    await breathe();
    reports.note(report('https://often.example', { lastSuccessAt: 2 }));
    reports.note(report('https://seldom.example', { lastSuccessAt: 3 }));
    clock.advance(100);
    await until(async () => (await stored()).length === 2);
    expect((await stored())[0]).toEqual(['https://often.example', 1, 1]);
    await until(() => clock.pending > 0);
    clock.advance(900);
    await until(async () => (await stored()).some(([origin, at]) => origin === 'https://often.example' && at === 2));
    await reports.stop();
  });

  it('that cannot be stored are told of and stored later, unless there is a later one by then', async () => {
    const { clock, broken, faults, reports, stored } = await start('p1');
    broken.next = 1;
    reports.note(report('https://late.example', { lastSuccessAt: 1 }));
    reports.note(report('https://later.example', { lastSuccessAt: 1 }));
    clock.advance(100);
    await until(() => faults.length === 1 && clock.pending > 0);
    reports.note(report('https://later.example', { lastSuccessAt: 2 }));
    clock.advance(1_000);
    await until(async () => (await stored()).length === 2);
    expect((await stored()).sort()).toEqual([
      ['https://late.example', 1, 1],
      ['https://later.example', 2, 1],
    ]);
    await reports.stop();
  });

  it('are all stored when the process stops', async () => {
    const { reports, stored } = await start('p1');
    reports.note(report('https://stopped.example'));
    await reports.stop();
    expect(await stored()).toHaveLength(1);
  });

  it('reach other processes, and one that starts later, but not the one that made them', async () => {
    const { reports } = await start('p1');
    const heard = (owner: string) => {
      const learnt: EndpointReport[] = [];
      const tried: string[] = [];
      const news = createEndpointNews({
        database: database(),
        owner,
        dispatcher: {
          learn: (one) => void learnt.push(one),
          tryNow: async (channelIds) => void tried.push(...channelIds),
          async setPaused() {},
        },
      });
      return { news, learnt, tried };
    };
    const [own, other, late] = [heard('p1'), heard('p2'), heard('p3')];
    await own.news.begin();
    await other.news.begin();
    other.learnt.length = 0;
    const blocked = report('https://news.example', { state: 'BLOCKED', lastError: '503', blockedUntil: 9_000 });
    reports.note(blocked);
    await reports.stop();
    for (const { news } of [own, other]) {
      await news.follow();
      await news.follow();
    }
    expect(own.learnt.filter(({ origin }) => origin === blocked.origin)).toEqual([]);
    expect(other.learnt).toEqual([blocked]);
    await late.news.begin();
    expect(late.learnt).toContainEqual(blocked);

    await database().write.transaction((trx) =>
      requestTry(trx, { accountId: 'ac', origin: blocked.origin, channelId: 'ch', now: 1 }),
    );
    for (const { news, tried } of [own, other, late]) {
      await Promise.all([news.follow(), news.follow()]);
      expect(tried).toEqual(['ch']);
    }
  });
});
