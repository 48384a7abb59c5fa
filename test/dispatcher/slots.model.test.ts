import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSlots } from '../../src/dispatcher/slots.js';
import { createTestClock } from '../support/clock.js';
import { breathe } from '../support/dispatching.js';

const TOTAL = 12; // half of it for an account, a sixth for an endpoint
const ENDPOINTS = 6;

/** Endpoints 0–2 are of one account, 3–5 of another. */
const accountOf = (endpoint: number): string => `account ${Math.floor(endpoint / 3)}`;

it('never exceeds a share, never lets a slot lie idle that somebody may have, and serves an endpoint in order', async () => {
  const steps = fc.array(fc.record({ take: fc.boolean(), which: fc.nat() }), { maxLength: 200, size: 'max' });
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const slots = createSlots(TOTAL, createTestClock());
      const held: { endpoint: number; release: () => void }[] = [];
      const waiting: { endpoint: number; order: number }[] = [];
      const served = new Map<number, number>();
      let order = 0;
      for (const { take, which } of taken) {
        if (take) {
          const endpoint = which % ENDPOINTS;
          const mine = { endpoint, order: order++ };
          waiting.push(mine);
          void slots.acquire(accountOf(endpoint), `endpoint ${endpoint}`).then((release) => {
            if (!release) throw new Error('the slots are open');
            waiting.splice(waiting.indexOf(mine), 1);
            expect(mine.order).toBeGreaterThan(served.get(endpoint) ?? -1);
            served.set(endpoint, mine.order);
            held.push({ endpoint, release });
          });
        } else if (held.length > 0) {
          const [one] = held.splice(which % held.length, 1);
          one?.release();
          one?.release(); // giving it back twice changes nothing
        }
        await new Promise((resolve) => setImmediate(resolve));
        const inUse = (endpoint: number) => held.filter((one) => one.endpoint === endpoint).length;
        const ofAccount = (account: string) => held.filter((one) => accountOf(one.endpoint) === account).length;
        expect(held.length).toBeLessThanOrEqual(TOTAL);
        expect(slots.waiting()).toBe(waiting.length);
        for (let endpoint = 0; endpoint < ENDPOINTS; endpoint += 1) {
          expect(inUse(endpoint)).toBeLessThanOrEqual(TOTAL / 2); // what is lent to it included
        }
        for (const { endpoint } of waiting) {
          const mayHave =
            held.length < TOTAL && inUse(endpoint) < TOTAL / 6 && ofAccount(accountOf(endpoint)) < TOTAL / 2;
          expect(mayHave).toBe(false);
        }
      }
    }),
    { numRuns: 60 },
  );
});

it('gives nobody a slot once it is closed, whoever waits', async () => {
  const slots = createSlots(1, createTestClock());
  const release = await slots.acquire('account', 'endpoint');
  const waiting = slots.acquire('account', 'endpoint');
  slots.close();
  expect(await waiting).toBeNull();
  release?.();
  expect(await slots.acquire('account', 'other')).toBeNull();
  expect(slots.waiting()).toBe(0);
});

it('leaves a healthy endpoint its slots when others of its account are silent', async () => {
  const clock = createTestClock();
  const slots = createSlots(64, clock);
  for (const silent of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    for (let n = 0; n < 20; n += 1) void slots.acquire('account', silent);
  }
  let answered = 0;
  for (let n = 0; n < 255; n += 1) {
    const release = await Promise.race([slots.acquire('account', 'healthy'), breathe()]);
    clock.advance(10);
    if (!release) continue;
    answered += 1;
    release();
  }
  expect(answered).toBe(255);
});

it('gives the next slot to the endpoint that has used the least time, however many of another wait', async () => {
  const clock = createTestClock();
  const slots = createSlots(1, clock);
  const served: string[] = [];
  let release = () => {};
  for (const endpoint of ['slow', 'slow', 'slow', 'quick', 'quick', 'quick']) {
    void slots.acquire('account', endpoint).then((given) => {
      served.push(endpoint);
      release = given ?? release;
    });
  }
  for (let posts = 1; posts <= 6; posts += 1) {
    await breathe();
    expect(served).toHaveLength(posts);
    clock.advance(served.at(-1) === 'slow' ? 3_000 : 50);
    release();
  }
  expect(served).toEqual(['slow', 'quick', 'quick', 'quick', 'slow', 'slow']);
});

it('lends idle slots to an endpoint that answers quickly, and never all of them', async () => {
  const clock = createTestClock();
  const slots = createSlots(60, clock);
  await slots.acquire('account', 'quick');
  (await slots.acquire('account', 'quick'))?.();
  let held = 1;
  for (let n = 0; n < 60; n += 1) void slots.acquire('account', 'quick').then(() => (held += 1));
  await breathe();
  expect(held).toBe(30); // its own share is ten
  expect(await slots.acquire('other', 'o')).not.toBeNull();
});
