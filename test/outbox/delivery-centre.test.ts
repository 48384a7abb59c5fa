import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { echo, engineOf, type Line, lineOf } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';

/** A loaded machine may take its time. */
const resting = answer(503, 'later', { 'retry-after': '3600' });

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp(engineOf(echo));
}, 60_000);
afterAll(() => app?.remove());

let receiver: Receiver;
let secret: string;
afterEach(() => receiver?.close());

/** A channel whose callbacks go to a receiver of its own, with an access token. */
async function open(): Promise<Line> {
  receiver = await createReceiver();
  const caller = await createCaller(app);
  const [made] = await goLive(app, await createBot(app), [
    { appClientId: caller.clientId, mode: 'ASYNC', postUrl: `${receiver.url}/inbox`, accessToken: 'token-of-receiver' },
  ]);
  if (!made) throw new Error('no channel');
  secret = made.signingSecret ?? '';
  return lineOf(app, caller, made);
}

const say = (line: Line, text: string, user = 'u') => line.v1({ message: { text }, from: { id: user } });
const textsOf = ({ requests }: Receiver) => requests.map((request) => (request.json() as { text: unknown }).text);

const NODE = `id status user payload lastAttempt { statusCode responseBody }
  attempts { statusCode url requestHeaders responseHeaders responseBody }`;
async function deliveriesOf({ channel }: Line, filter: Record<string, unknown> = {}) {
  const { deliveries } = await app.gql(
    `query($filter: DeliveryFilter) { deliveries(filter: $filter, first: 100) { edges { node { ${NODE} } } } }`,
    { filter: { channelId: channel.id, ...filter } },
  );
  return deliveries.edges.map(({ node }: { node: unknown }) => node);
}
const DISCARD = 'mutation($ids: [ID!]!) { discardDeliveries(ids: $ids) }';
const TRY = 'mutation($id: ID!) { tryEndpointNow(channelId: $id) { endpoint { dead pending } } }';

describe('a delivery', () => {
  it('that is discarded is not sent any more, holds up nothing behind it, and can be replayed', async () => {
    const line = await open();
    receiver.script(resting);
    await say(line, 'first');
    await say(line, 'second');
    await expect.poll(() => deliveriesOf(line)).toHaveLength(2);
    await receiver.received(1);
    await expect.poll(async () => (await deliveriesOf(line))[1].lastAttempt?.statusCode).toBe(503);
    const [second, first] = await deliveriesOf(line);
    expect((await app.gql(DISCARD, { ids: [first.id] })).discardDeliveries).toBe(1);
    expect(await deliveriesOf(line, { status: 'DISCARDED' })).toMatchObject([{ id: first.id }]);
    const { tryEndpointNow } = await app.gql(TRY, { id: line.channel.id });
    expect(tryEndpointNow.endpoint.dead).toBe(0);
    await expect.poll(() => deliveriesOf(line, { status: 'DELIVERED' })).toMatchObject([{ id: second.id }]);
    expect((await app.gql(DISCARD, { ids: [first.id, second.id] })).discardDeliveries).toBe(0);
    const replayed = await app.gql(
      'mutation($ids: [ID!]) { replayDeliveries(filter: { ids: $ids, status: DISCARDED }) { total } }',
      { ids: [first.id, second.id] },
    );
    expect(replayed.replayDeliveries.total).toBe(1);
    await expect.poll(() => deliveriesOf(line, { status: 'DELIVERED' })).toHaveLength(2);
  });

  it('that is not there, or one too many, is discarded with none of the others', async () => {
    await open();
    await expect(app.gql(DISCARD, { ids: ['ms-none'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const many = Array.from({ length: 201 }, (_, n) => `ms-${n}`);
    await expect(app.gql(DISCARD, { ids: many })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'ids' });
  });

  it('shows with each failed attempt where it went and the headers both ways, without secrets', async () => {
    const line = await open();
    receiver.script(answer(500, 'broken', { 'x-request': '7', 'set-cookie': 'a=secret' }));
    await say(line, 'hello', 'ann');
    await expect.poll(() => deliveriesOf(line, { status: 'DELIVERED' })).toHaveLength(1);
    const [{ user, lastAttempt, attempts }] = await deliveriesOf(line);
    expect({ user, lastAttempt }).toEqual({ user: 'ann', lastAttempt: { statusCode: 200, responseBody: null } });
    const [failed, delivered] = attempts;
    expect(failed).toMatchObject({ statusCode: 500, url: `${receiver.url}/inbox`, responseBody: 'broken' });
    expect(failed.requestHeaders).toMatchObject({
      authorization: '•••',
      'webhook-id': expect.stringMatching(/^ms-/),
      'webhook-signature': 'v1,•••',
    });
    expect(failed.responseHeaders).toMatchObject({ 'x-request': '7', 'set-cookie': '•••' });
    expect(delivered).toMatchObject({ statusCode: 200, url: null, requestHeaders: null, responseHeaders: null });
  });
});

describe('an endpoint', () => {
  const pause = (origin: string) => app.gql('mutation($o: String!) { pauseEndpoint(origin: $o) }', { o: origin });
  const resume = (origin: string) => app.gql('mutation($o: String!) { resumeEndpoint(origin: $o) }', { o: origin });
  const find = async (origin: string) => {
    const { endpoints } = await app.gql(
      '{ endpoints(first: 100) { edges { node { origin state pausedAt pausedBy channels pending } } } }',
    );
    return endpoints.edges
      .map(({ node }: { node: { origin: string } }) => node)
      .find((one: { origin: string }) => one.origin === origin);
  };

  it('that is paused is sent nothing, also after a restart, and gets what waits in its order when it is resumed', async () => {
    const line = await open();
    const { url } = receiver;
    expect(await pause(url)).toEqual({ pauseEndpoint: true });
    expect(await pause(url)).toEqual({ pauseEndpoint: false });
    for (const text of ['one', 'two']) await say(line, text);
    await expect.poll(async () => (await find(url))?.pending).toBe(2);
    await app.restart();
    await say(line, 'three');
    await expect.poll(async () => (await find(url))?.pending).toBe(3);
    expect(await find(url)).toMatchObject({ channels: 1, pausedAt: expect.any(String), pausedBy: expect.any(String) });
    await app.gql(TRY, { id: line.channel.id });
    expect(receiver.requests).toEqual([]);
    expect(await resume(url)).toEqual({ resumeEndpoint: true });
    await receiver.received(3);
    expect(textsOf(receiver)).toEqual(['one', 'two', 'three']);
    const { auditLog } = await app.gql('query($s: ID!) { auditLog(subject: $s) { edges { node { action } } } }', {
      s: url,
    });
    expect(auditLog.edges.map(({ node }: { node: { action: string } }) => node.action)).toEqual([
      'endpoint.resume',
      'endpoint.pause',
    ]);
  });

  it('that nobody sends to cannot be paused', async () => {
    await open();
    await expect(pause('https://nobody.test')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a test callback', () => {
  const TEST = `mutation($id: ID!) { sendTestCallback(channelId: $id) {
    id url requestHeaders requestBody statusCode responseHeaders responseBody error } }`;
  const send = async ({ channel }: Pick<Line, 'channel'>) => (await app.gql(TEST, { id: channel.id })).sendTestCallback;

  it('goes out signed like any other, shows both sides, and is no message of a conversation', async () => {
    const line = await open();
    receiver.script(answer(202, 'taken', { 'x-served-by': 'me' }));
    const tested = await send(line);
    const [request] = await receiver.received(1);
    expect(tested).toMatchObject({ statusCode: 202, responseBody: 'taken', error: null, requestBody: request?.text });
    expect(tested.responseHeaders).toMatchObject({ 'x-served-by': 'me' });
    expect(tested.requestHeaders).toMatchObject({ authorization: '•••' });
    expect(request?.headers.authorization).toBe('Bearer token-of-receiver');
    expect(request?.json()).toMatchObject({ test: true, to: 'hookswitch-test', from: line.channel.botId });
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = tested.requestHeaders;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = createHmac('sha256', key).update(`${id}.${at}.${tested.requestBody}`).digest('base64');
    expect(signature).toBe(`v1,${signed}`);
    expect(await deliveriesOf(line)).toEqual([]);
    const { conversations, auditLog } = await app.gql(
      `query($id: ID!, $s: ID!) { conversations(channelId: $id) { totalCount }
        auditLog(subject: $s, first: 1) { edges { node { action details } } } }`,
      { id: line.channel.id, s: line.channel.id },
    );
    expect(conversations.totalCount).toBe(0);
    expect(auditLog.edges[0].node).toMatchObject({ action: 'channel.test-callback', details: { messageId: id } });
  });

  it('tells why there was no answer, and is refused for a channel that sends nothing', async () => {
    const line = await open();
    await receiver.close();
    expect(await send(line)).toMatchObject({ statusCode: null, error: expect.stringContaining('CONNECT') });
    await app.gql('mutation($id: ID!) { suspendWebhookChannel(id: $id, reason: "x") { id } }', { id: line.channel.id });
    await expect(send(line)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(send({ channel: { ...line.channel, id: 'ivrInst-none' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
