import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Alert } from '../../src/alerts/alert.js';
import { createNotes } from '../../src/alerts/notes.js';
import { createTeller } from '../../src/alerts/teller.js';
import { unitWriter } from '../../src/store/commit/unit-writer.js';
import type { Database } from '../../src/store/database/database.js';
import type { Occurrence } from '../../src/store/tables/alert-incidents.js';
import { insertAlertSubscription } from '../../src/store/tables/alert-subscriptions.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { HOUR, MINUTE } from '../../src/time.js';
import { ALERT_TOPICS, type AlertTopic } from '../../src/vocabulary.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';

const REMINDER_MS = 4 * HOUR;
const GROUP_MS = 15 * MINUTE;
const SETTLES_MS = MINUTE;
/** An endpoint that nobody has spoken of for so long is forgotten. */
const FORGOTTEN_MINUTES = 24 * 60;

/** A process that notices and tells. */
function startTeller(database: Database, name: string, clock: TestClock) {
  const lanes = laneStore(database.dialect, name);
  const teller = createTeller({
    database,
    lanes,
    writeUnits: unitWriter(database.dialect, lanes),
    times: () => ({ now: clock.now(), leaseEnd: clock.now() + MINUTE, keysForgottenBefore: 0 }),
    dispatch() {},
    clock,
    publicUrl: 'https://hooks.example.com',
    reminderMs: REMINDER_MS,
  });
  return { notes: createNotes(database), tell: teller.tell };
}

async function subscribe({ write }: Database, id: string, accountId: string, topics: readonly AlertTopic[]) {
  await write('accounts').insert({ id: accountId, name: 'Main', created_at: 1 }).onConflict('id').ignore();
  const sealed = { targetCipher: 'v1.k1.x', signingSecretCipher: null, lastSentAt: null, lastError: null };
  const record = {
    id,
    accountId,
    name: id,
    topics: [...topics],
    format: 'SLACK' as const,
    enabled: true,
    createdAt: 1,
  };
  await insertAlertSubscription(write, { ...record, ...sealed });
}

async function alertsOf({ read }: Database, subscriptionId: string): Promise<Alert[]> {
  const rows: { payload: string }[] = await read('deliveries').where({ channel_id: subscriptionId }).orderBy('seq');
  return rows.map(({ payload }) => JSON.parse(payload) as Alert);
}

const dead = (accountId: string, channelId: string, now: number): Occurrence => ({
  accountId,
  topic: 'DELIVERY_DEAD',
  subject: channelId,
  facts: { channelId, error: null },
  count: 1,
  at: now,
  due: now,
});

const failing = (accountId: string, origin: string, now: number): Occurrence => ({
  accountId,
  topic: 'ENDPOINT_FAILING',
  subject: origin,
  facts: { origin, error: null },
  count: 1,
  at: now,
  due: now + SETTLES_MS,
});

type Step = { kind: 'dead' | 'fails' | 'works' | 'wait'; which: number; process: number; minutes: number };
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('dead', 'dead', 'fails', 'works', 'wait'),
    which: fc.nat(1),
    process: fc.nat(1),
    minutes: fc.constantFrom(0, 0, 1, 2, 14, 16, 200, 250),
  }),
  { minLength: 1, maxLength: 25 },
);

eachDatabase('incidents, seen by two processes', (database) => {
  let run = 0;

  it('are told of once each, counted whole, reminded of no sooner than agreed, and recovered once', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        run += 1;
        const [account, subscription] = [`ac-${run}`, `as-${run}`];
        const clock = createTestClock();
        const processes = ['p1', 'p2'].map((name) => startTeller(database(), name, clock));
        await subscribe(database(), subscription, account, ALERT_TOPICS);
        const counted = [0, 0];
        const failsSince: (number | null)[] = [null, null];
        const outages: { origin: string; from: number; to: number | null }[] = [];

        /** Both at once: who wins tells. */
        const tellAll = async () => {
          await Promise.all(processes.map(({ notes }) => notes.flush()));
          await Promise.all(processes.map(({ tell }) => tell()));
        };
        const wait = async (minutes: number) => {
          for (let n = 0; n < Math.min(minutes, 3); n += 1) {
            clock.advance(MINUTE);
            await tellAll();
          }
          clock.advance(Math.max(0, minutes - 3) * MINUTE);
          await tellAll();
        };
        let waited = 0;
        for (const { kind, which, process, minutes } of taken) {
          const { notes } = processes[process] ?? { notes: null };
          const now = clock.now();
          const origin = `https://${which}.example.com`;
          if (kind === 'dead') {
            notes?.happened(dead(account, `ch-${which}`, now));
            counted[which] = (counted[which] ?? 0) + 1;
          } else if (kind === 'fails' && failsSince[which] === null) {
            notes?.happened(failing(account, origin, now));
            failsSince[which] = now;
            outages.push({ origin, from: now, to: null });
          } else if (kind === 'works' && failsSince[which] !== null) {
            const facts = { origin, error: null };
            const due = now + SETTLES_MS;
            notes?.ended({ accountId: account, topic: 'ENDPOINT_FAILING', subject: origin, facts, at: now, due });
            failsSince[which] = null;
            const last = outages.findLast((outage) => outage.origin === origin);
            if (last) last.to = now;
          }
          await tellAll();
          waited += minutes;
          if (waited < FORGOTTEN_MINUTES) await wait(minutes);
        }
        await wait(16); // whatever is counted has been told of by then

        const alerts = await alertsOf(database(), subscription);
        for (const which of [0, 1]) {
          const ofDead = alerts.filter(({ topic, subject }) => topic === 'DELIVERY_DEAD' && subject === `ch-${which}`);
          expect(ofDead.reduce((sum, { count }) => sum + count, 0)).toBe(counted[which]);
          for (const [n, alert] of ofDead.entries()) {
            const before = ofDead[n - 1];
            if (before) expect(alert.at - before.at).toBeGreaterThanOrEqual(GROUP_MS);
          }
          const origin = `https://${which}.example.com`;
          const ofEndpoint = alerts.filter(({ subject }) => subject === origin);
          for (const [n, alert] of ofEndpoint.entries()) {
            const before = ofEndpoint[n - 1];
            if (alert.state === 'OPENED') {
              expect(before?.state ?? 'ENDED').toBe('ENDED');
              const isDown = ({ from, to }: { from: number; to: number | null }) =>
                from <= alert.at - SETTLES_MS && (to === null || to >= alert.at);
              expect(outages.filter((outage) => outage.origin === origin).some(isDown)).toBe(true);
            } else {
              expect(before?.state).toMatch(/OPENED|CONTINUES/);
              expect(alert.topic).toBe(alert.state === 'ENDED' ? 'ENDPOINT_RECOVERED' : 'ENDPOINT_FAILING');
              if (alert.state === 'CONTINUES') expect(alert.at - (before?.at ?? 0)).toBeGreaterThanOrEqual(REMINDER_MS);
            }
          }
          const down = failsSince[which];
          if (typeof down === 'number') expect(ofEndpoint.at(-1)?.state).toMatch(/OPENED|CONTINUES/);
          else expect(ofEndpoint.at(-1)?.state ?? 'ENDED').toBe('ENDED');
        }
      }),
      { numRuns: 10 },
    );
  });

  it('that end before anybody was told of them are told to nobody', async () => {
    const clock = createTestClock();
    const { notes, tell } = startTeller(database(), 'p1', clock);
    await subscribe(database(), 'as-short', 'ac-short', ALERT_TOPICS);
    const origin = 'https://short.example.com';
    for (let n = 0; n < 3; n += 1) {
      notes.happened(failing('ac-short', origin, clock.now()));
      await notes.flush();
      clock.advance(30_000);
      await tell();
      const at = clock.now();
      const key = { accountId: 'ac-short', topic: 'ENDPOINT_FAILING' as const, subject: origin };
      notes.ended({ ...key, facts: {}, at, due: at + SETTLES_MS });
      await notes.flush();
      clock.advance(20_000);
      await tell();
    }
    clock.advance(2 * MINUTE);
    await tell();
    expect(await alertsOf(database(), 'as-short')).toEqual([]);
    expect(await database().read('alert_incidents').where({ account_id: 'ac-short' })).toEqual([]);
  });

  it('are told to those who subscribed to the topic, in their account, while it is enabled', async () => {
    const clock = createTestClock();
    const { notes, tell } = startTeller(database(), 'p1', clock);
    await subscribe(database(), 'as-a', 'ac-a', ['DELIVERY_DEAD']);
    await subscribe(database(), 'as-b', 'ac-a', ['DISK_LOW']);
    await subscribe(database(), 'as-c', 'ac-c', ['DELIVERY_DEAD']);
    await subscribe(database(), 'as-d', 'ac-a', ['DELIVERY_DEAD']);
    await database().write('alert_subscriptions').where({ id: 'as-d' }).update({ enabled: false });
    notes.happened(dead('ac-a', 'ch', clock.now()));
    await notes.flush();
    await tell();
    const told = await Promise.all(['as-a', 'as-b', 'as-c', 'as-d'].map((id) => alertsOf(database(), id)));
    expect(told.map(({ length }) => length)).toEqual([1, 0, 0, 0]);
  });

  it('are kept when the database is away, in the order they came', async () => {
    const clock = createTestClock();
    const real = database();
    let away = true;
    const write = new Proxy(real.write, {
      get: (target, name) =>
        name === 'transaction' && away
          ? () => Promise.reject(new Error('away'))
          : (Reflect.get(target, name) as unknown),
    });
    const notes = createNotes({ write, dialect: real.dialect });
    const { tell } = startTeller(real, 'p1', clock);
    await subscribe(real, 'as-away', 'ac-away', ALERT_TOPICS);
    notes.happened(dead('ac-away', 'ch', clock.now()));
    notes.happened(failing('ac-away', 'https://e.example.com', clock.now()));
    await expect(notes.flush()).rejects.toThrow('away');
    notes.happened(dead('ac-away', 'ch', clock.now()));
    const key = { accountId: 'ac-away', topic: 'ENDPOINT_FAILING' as const, subject: 'https://e.example.com' };
    notes.ended({ ...key, facts: {}, at: clock.now(), due: clock.now() });
    away = false;
    await notes.flush();
    await tell();
    expect((await alertsOf(real, 'as-away')).map(({ topic, count }) => [topic, count])).toEqual([['DELIVERY_DEAD', 2]]);
  });
});
