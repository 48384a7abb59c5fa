import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock, type TestClock } from '../support/clock.js';
import { echo, engineOf, type Line, openLine } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';

let clock: TestClock;
let endpoint: Receiver;
let target: Receiver;
let line: Line;
let status = 500;

beforeEach(async () => {
  clock = createTestClock(Date.now());
  status = 500;
  endpoint = await createReceiver((exchange) => answer(status)(exchange));
  target = await createReceiver();
  const channel = { mode: 'ASYNC', postUrl: `${endpoint.url}/private` };
  line = await openLine({ ...engineOf(echo), clock }, channel);
  await line.app.gql(
    `mutation($input: AlertSubscriptionInput!) { createAlertSubscription(input: $input) { signingSecret } }`,
    {
      input: {
        name: 'Ops',
        topics: ['ENDPOINT_FAILING', 'ENDPOINT_RECOVERED'],
        format: 'CLOUDEVENTS',
        target: target.url,
      },
    },
  );
});
afterEach(async () => {
  await line.app.remove();
  await endpoint.close();
  await target.close();
});

/** Lets the time go on, some seconds and whatever is ready at once, until it is so. */
async function pass(isOver: () => boolean, stepMs = 5_000): Promise<number> {
  const begun = clock.now();
  while (!isOver()) {
    clock.advance(stepMs);
    await line.get('/healthz');
  }
  return clock.now() - begun;
}

const told = () =>
  target.requests.map((request) => {
    const { type, subject, data } = request.json() as { type: string; subject: string; data: { state: string } };
    return { type: type.replace('hookswitch.alert.', ''), subject, state: data.state };
  });

describe('an endpoint that fails', () => {
  it('is told of after a minute, once, and once when it has worked for a minute', async () => {
    for (let n = 0; n < 12; n += 1) await line.v1({ message: { text: 'my words' }, from: { id: `u${n}` } });
    const after = await pass(() => target.requests.length === 1);
    expect(after).toBeGreaterThan(55_000);
    const failing = { type: 'endpoint-failing', subject: endpoint.url, state: 'OPENED' };
    expect(told()).toEqual([failing]);
    expect(target.requests[0]?.text).not.toMatch(/my words|private/);
    const until = clock.now() + 300_000;
    await pass(() => clock.now() >= until);
    expect(target.requests).toHaveLength(1);
    status = 200;
    await pass(() => target.requests.length === 2);
    expect(told()).toEqual([failing, { type: 'endpoint-recovered', subject: endpoint.url, state: 'ENDED' }]);
  });

  it('for less than a minute is told to nobody', async () => {
    for (let n = 0; n < 12; n += 1) await line.v1({ message: { text: 'hello' }, from: { id: `u${n}` } });
    const soon = clock.now() + 20_000;
    await pass(() => clock.now() >= soon);
    status = 200;
    // In small steps: however slow this machine is, little time passes until the server has heard of its success.
    const { length } = endpoint.requests;
    await pass(() => endpoint.requests.length > length, 200);
    const heard = clock.now() + 2_000;
    await pass(() => clock.now() >= heard, 50);
    const later = clock.now() + 300_000;
    await pass(() => clock.now() >= later);
    expect(told()).toEqual([]);
  });
});
