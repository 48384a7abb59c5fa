import { createHmac, createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate } from '../../src/ingress/authenticate.js';
import {
  type Caller,
  createBot,
  createCaller,
  goLive,
  type LiveChannel,
  startTestApp,
  type TestApp,
} from '../support/app.js';
import { eventually } from '../support/eventually.js';

const BODY = { message: { text: 'hm' }, from: { id: 'u1' } };
const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('the token of a hook', () => {
  let app: TestApp;
  let caller: Caller;
  let stranger: Caller;
  let channel: LiveChannel;
  let strict: LiveChannel;
  let strictCaller: Caller;

  beforeAll(async () => {
    app = await startTestApp();
    caller = await createCaller(app);
    stranger = await createCaller(app);
    strictCaller = await createCaller(app, { requireJti: true });
    const botId = await createBot(app);
    const live = await goLive(app, botId, [{ appClientId: caller.clientId }, { appClientId: strictCaller.clientId }]);
    [channel, strict] = live as [LiveChannel, LiveChannel];
  });
  afterAll(() => app.remove());

  const withToken = (token: string) => app.post(channel.path, BODY, { authorization: `bearer ${token}` });
  const now = () => Math.floor(Date.now() / 1000);

  it.each([
    ['appId and sub', () => caller.headers()],
    [
      'the scheme in capitals',
      () => ({ authorization: caller.headers().authorization?.replace('bearer', 'BEARER') ?? '' }),
    ],
    ['iss in place of appId', () => caller.headers({ appId: undefined, iss: caller.clientId })],
    ['a number as sub', () => caller.headers({ sub: 7 } as never)],
    ['any audience', () => caller.headers({ aud: 'https://idproxy.kore.ai/authorize', isAnonymous: true })],
    ['an exp ahead', () => caller.headers({ exp: now() + 60 })],
    ['an exp that has just passed', () => caller.headers({ exp: now() - 30 })],
  ])('is accepted with %s', async (_title, headers) => {
    // A number as sub is refused by jsonwebtoken's signer, not by its verifier.
    const made =
      _title === 'a number as sub'
        ? { authorization: `bearer ${sign({ appId: caller.clientId, sub: 7 })}` }
        : headers();
    expect((await app.post(channel.path, BODY, made)).status).toBe(200);
  });

  function sign(
    payload: unknown,
    secret = caller.clientSecret,
    header: unknown = { alg: 'HS256', typ: 'JWT' },
  ): string {
    const text = `${base64url(header)}.${base64url(payload)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }

  it.each<[string, () => string]>([
    ['a wrong secret', () => sign({ appId: caller.clientId, sub: 'x' }, 'another secret of some length')],
    ['no signature', () => `${base64url({ alg: 'none' })}.${base64url({ appId: caller.clientId, sub: 'x' })}.`],
    [
      'alg none and a signature',
      () => sign({ appId: caller.clientId, sub: 'x' }, caller.clientSecret, { alg: 'none' }),
    ],
    [
      'another algorithm than the app has',
      () => jwt.sign({ appId: caller.clientId, sub: 'x' }, caller.clientSecret, { algorithm: 'HS512' }),
    ],
    [
      'an RS256 header over an HMAC',
      () => sign({ appId: caller.clientId, sub: 'x' }, caller.clientSecret, { alg: 'RS256' }),
    ],
    ['an exp long past', () => sign({ appId: caller.clientId, sub: 'x', exp: now() - 3600 })],
    ['an nbf ahead', () => sign({ appId: caller.clientId, sub: 'x', nbf: now() + 3600 })],
    ['an exp that is no number', () => sign({ appId: caller.clientId, sub: 'x', exp: 'soon' })],
    ['no sub', () => sign({ appId: caller.clientId })],
    ['no app', () => sign({ sub: 'x' })],
    ['an unknown app', () => sign({ appId: `cs-${randomUUID()}`, sub: 'x' })],
    ['an app that is an object', () => sign({ appId: { $ne: null }, sub: 'x' })],
    ['a payload that is no object', () => sign('"text"')],
    ['a payload that is no JSON', () => sign('{{{')],
    ['two parts', () => 'a.b'],
    ['odd characters', () => 'a+b.c/d.e='],
    ['a token over 8 KB', () => sign({ appId: caller.clientId, sub: 'x', pad: 'x'.repeat(9000) })],
  ])('is refused with %s, without saying why', async (_title, token) => {
    const answer = await withToken(token());
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ errors: [{ msg: 'Invalid Access token', code: 401, reason: 'UNAUTHENTICATED' }] });
  });

  it('is refused when it is missing or of another scheme', async () => {
    expect((await app.post(channel.path, BODY)).status).toBe(401);
    expect((await app.post(channel.path, BODY, { authorization: 'Basic abc' })).status).toBe(401);
  });

  it('is refused when its app is not the one of the channel, after it is known that the channel exists', async () => {
    expect((await app.post(channel.path, BODY, stranger.headers())).status).toBe(401);
    expect((await app.post('/chatbot/hooks/st-unknown', BODY, stranger.headers())).status).toBe(404);
    expect((await app.post('/chatbot/hooks/st-unknown', BODY, { authorization: 'bearer a.b.c' })).status).toBe(401);
  });

  it('tells those who run the channel what is wrong with it, and the caller nothing', async () => {
    const botId = await createBot(app);
    const [own] = await goLive(app, botId, [{ appClientId: caller.clientId }]);
    const post = (headers: Record<string, string>, body: object = BODY) => app.post(own?.path ?? '', body, headers);
    const bearer = (token: string) => post({ authorization: `bearer ${token}` });
    const claims = { appId: caller.clientId, sub: 'u1' };
    const answers = [
      await post({ authorization: '' }),
      await bearer('x.y.z'),
      await bearer(sign({ appId: caller.clientId })),
      await bearer(sign({ ...claims, appId: 'cs-00000000-0000-5000-8000-000000000000' })),
      await bearer(sign(claims, 'the secret of another')),
      await bearer(sign({ ...claims, exp: now() - 3600 })),
      await bearer(sign({ ...claims, nbf: now() + 3600 })),
      await post(stranger.headers()),
      await post(caller.headers({ userIdentity: 'somebody else' })),
      await post(caller.headers({ userIdentity: 'somebody else' })),
    ];
    for (const { status, text } of answers) {
      expect(status).toBe(401);
      expect(text.replace(/RTM-TRACE-[\w-]+/, '')).toBe(answers[0]?.text.replace(/RTM-TRACE-[\w-]+/, ''));
    }
    const refusals = async () => {
      const [from, to] = [-3_600_000, 3_600_000].map((shift) => new Date(Date.now() + shift).toISOString());
      const { channelMetrics } = await app.gql(
        `query($botId: ID!, $from: DateTime!, $to: DateTime!) {
          channelMetrics(botId: $botId, from: $from, to: $to, interval: HOUR) { refusals { reason fault count } } }`,
        { botId, from, to },
      );
      return channelMetrics[0].refusals as { reason: string; fault: string; count: number }[];
    };
    const counted = await eventually(refusals, (all) => all.reduce((sum, { count }) => sum + count, 0) === 10);
    expect(Object.fromEntries(counted.map(({ fault, count }) => [fault, count]))).toEqual({
      ...{ MISSING: 1, MALFORMED: 1, CLAIMS: 1, UNKNOWN_APP: 1, SIGNATURE: 1, EXPIRED: 1, NOT_YET: 1, OTHER_APP: 1 },
      OTHER_USER: 2,
    });
    expect(new Set(counted.map(({ reason }) => reason))).toEqual(new Set(['UNAUTHENTICATED']));
  });

  it('is used once where the app demands a jti, unless the same message comes again', async () => {
    const once = strictCaller.headers({ jti: randomUUID(), exp: now() + 600 });
    const retry = { ...once, 'idempotency-key': randomUUID() };
    expect((await app.post(strict.path, BODY, retry)).status).toBe(200);
    expect((await app.post(strict.path, BODY, retry)).status).toBe(200);
    expect((await app.post(strict.path, BODY, once)).status).toBe(401);
    expect((await app.post(strict.path, BODY, strictCaller.headers({ exp: now() + 600 }))).status).toBe(401);
    expect((await app.post(strict.path, BODY, strictCaller.headers({ jti: randomUUID() }))).status).toBe(401);
    const tooLong = strictCaller.headers({ jti: randomUUID(), exp: now() + 7200 });
    expect((await app.post(strict.path, BODY, tooLong)).status).toBe(401);
  });

  it('may be signed with the former secret while it overlaps, and not after', async () => {
    const rotating = await createCaller(app);
    const botId = await createBot(app);
    const [own] = await goLive(app, botId, [{ appClientId: rotating.clientId }]);
    const path = own?.path ?? '';
    const rotate = (overlapSeconds: number) =>
      app.gql('mutation($id: ID!, $s: Int) { rotateAppSecret(clientId: $id, overlapSeconds: $s) { clientSecret } }', {
        id: rotating.clientId,
        s: overlapSeconds,
      });
    const { rotateAppSecret } = await rotate(3600);
    const renewed = {
      authorization: `bearer ${jwt.sign({ appId: rotating.clientId, sub: 'x' }, rotateAppSecret.clientSecret)}`,
    };
    expect((await app.post(path, BODY, rotating.headers())).status).toBe(200);
    expect((await app.post(path, BODY, renewed)).status).toBe(200);
    await rotate(0);
    expect((await app.post(path, BODY, rotating.headers())).status).toBe(401);
    expect((await app.post(path, BODY, renewed)).status).toBe(401);
  });
});

describe('a channel that does not work', () => {
  let app: TestApp;
  let caller: Caller;
  beforeAll(async () => {
    app = await startTestApp();
    caller = await createCaller(app);
  });
  afterAll(() => app.remove());

  const reasons = async (path: string, as = caller) => {
    const answer = await app.post(path, BODY, as.headers());
    return [
      answer.status,
      answer.body.errors?.map((error: { reason: string; code: number }) => `${error.code} ${error.reason}`),
    ];
  };

  it('says with a 403 what it lacks, one error for each blocker, until the last one is gone', async () => {
    const botId = await createBot(app);
    const { createWebhookChannel: placeholder } = await app.gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id } } }',
      { input: { botId, name: 'ivr', mode: 'SYNC' } },
    );
    const { id } = placeholder.channel;
    const path = `/chatbot/hooks/${botId}`;
    expect(await reasons(path)).toEqual([403, ['403 NO_APP', '403 NOT_ENABLED', '403 BOT_NOT_PUBLISHED']]);

    const update = (input: Record<string, unknown>) =>
      app.gql(
        'mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { approvalRequest { id } } }',
        { input: { id, ...input } },
      );
    const { updateWebhookChannel: saved } = await update({ appClientId: caller.clientId, enabled: true });
    expect(await reasons(path)).toEqual([403, ['403 AWAITING_APPROVAL', '403 BOT_NOT_PUBLISHED']]);
    expect(await reasons(path, await createCaller(app))).toEqual([401, ['401 UNAUTHENTICATED']]);

    await app.gql('mutation($id: ID!) { approve(requestId: $id) { id } }', { id: saved.approvalRequest.id });
    expect(await reasons(path)).toEqual([403, ['403 BOT_NOT_PUBLISHED']]);
    const { publishBot } = await app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
      input: { botId, channelIds: [id] },
    });
    expect(publishBot.id).toBeTruthy();
    const { approvalRequests } = await app.gql('{ approvalRequests(status: PENDING) { edges { node { id } } } }');
    await app.gql('mutation($id: ID!) { approve(requestId: $id) { id } }', { id: approvalRequests.edges[0].node.id });
    expect(await reasons(path)).toEqual([200, undefined]);

    await app.gql('mutation($id: ID!) { suspendWebhookChannel(id: $id, reason: "test") { id } }', { id });
    expect(await reasons(path)).toEqual([403, ['403 SUSPENDED']]);
    await app.gql('mutation($id: ID!) { resumeWebhookChannel(id: $id) { id } }', { id });
    await app.gql('mutation($id: ID!) { suspendBot(botId: $id, reason: "test") { id } }', { id: botId });
    expect(await reasons(path)).toEqual([403, ['403 BOT_SUSPENDED']]);
    await app.gql('mutation($id: ID!) { resumeBot(botId: $id) { id } }', { id: botId });
    await update({ enabled: false });
    expect(await reasons(path)).toEqual([403, ['403 NOT_ENABLED']]);
    await update({ enabled: true });
    expect(await reasons(path)).toEqual([200, undefined]);
    await app.gql('mutation($id: ID!) { deleteWebhookChannel(id: $id) }', { id });
    expect((await reasons(path))[0]).toBe(404);
  });

  it('is refused once its time is over, although it has been taken before', async () => {
    const [keys, appId] = [[createSecretKey(randomBytes(32))], 'cs-1'];
    const routes = {
      app: () => ({ clientId: appId, algorithm: 'HS256', requireJti: false, keys: () => keys }),
    } as never;
    const token = jwt.sign({ appId, sub: 'u', nbf: 1_000, exp: 2_000, iat: 1_000 }, keys[0] as KeyObject);
    const at = (seconds: number) =>
      authenticate(`bearer ${token}`, routes, seconds * 1000, { beforeOpening: () => {} }).then(
        () => 'taken',
        (error) => error.message,
      );
    expect(await at(1_500)).toBe('taken');
    expect(await at(1_600)).toBe('taken');
    expect(await at(2_030)).toBe('taken'); // the tolerance of a minute
    expect(await at(2_061)).toBe('Invalid Access token');
    expect(await at(900)).toBe('Invalid Access token');
    keys[0] = createSecretKey(randomBytes(32));
    expect(await at(1_500)).toBe('Invalid Access token');
  });
});
