import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHookClient, type HookClient, verifyCallback } from '../../src/client/client.js';
import {
  type Caller,
  createBot,
  createCaller,
  goLive,
  type LiveChannel,
  startTestApp,
  type TestApp,
} from '../support/app.js';
import { ecKey, rsaKey } from '../support/caller-keys.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

describe('the client and the server', () => {
  let app: TestApp;
  let bot: Receiver;
  let inbox: Receiver;
  let caller: Caller;
  let sync: LiveChannel;
  let async: LiveChannel;
  beforeAll(async () => {
    [app, bot, inbox] = await Promise.all([
      startTestApp(),
      createReceiver(({ request, response }) => {
        const { message } = request.json() as { message: { text?: string; event?: string } };
        const reply = { messages: [`You said ${message.text ?? message.event}.`] };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
      }),
      createReceiver(),
    ]);
    caller = await createCaller(app, { algorithm: 'HS512', requireJti: true });
    const botId = await createBot(app, { engine: 'HTTP', engineSettings: { url: bot.url } });
    const made = await goLive(app, botId, [
      { appClientId: caller.clientId },
      { appClientId: caller.clientId, mode: 'ASYNC', postUrl: inbox.url, accessToken: 't' },
    ]);
    [sync, async] = made as [LiveChannel, LiveChannel];
  });
  afterAll(async () => {
    await app.remove();
    await Promise.all([bot.close(), inbox.close()]);
  });

  const clientOf = (path: string, more = {}): HookClient =>
    createHookClient({ url: `${app.url}${path}`, ...caller, algorithm: 'HS512', pollEveryMs: 10, ...more });
  const v2 = (path: string) => path.replace('/chatbot/hooks/', '/chatbot/v2/webhook/');

  it('talk over the first version, with an app whose tokens are good once', async () => {
    const hook = clientOf(sync.path);
    const reply = await hook.send({ from: 'user-1', text: 'hi' });
    expect(reply).toMatchObject({ accepted: false, messages: [{ type: 'text', text: 'You said hi.' }] });
    expect(reply.traceId).toMatch(/^RTM-TRACE-/);
    expect((await hook.send({ from: 'user-1', text: 'again' })).messages).toHaveLength(1);
  });

  it('talk over the second version, polls included', async () => {
    const hook = clientOf(v2(sync.path));
    const first = await hook.send({ from: 'user-2', text: 'hi', poll: false });
    expect(first.pollId).toBeDefined();
    expect((await hook.poll(first.pollId ?? '', { from: 'user-2' })).messages).toMatchObject([
      { text: 'You said hi.' },
    ]);
    const reply = await hook.send({ from: 'user-2', text: 'you' });
    expect(reply).toMatchObject({ messages: [{ text: 'You said you.' }], sessionId: expect.any(String) });
  });

  it('open and close a session', async () => {
    const hook = clientOf(v2(sync.path));
    expect((await hook.connect({ from: 'user-3' })).messages).toMatchObject([{ text: 'You said ON_CONNECT.' }]);
    expect((await hook.close({ from: 'user-3' })).messages).toMatchObject([
      { text: 'You said SESSION_CLOSURE.' },
      { type: 'event', outcome: 'SESSION_CLOSURE_SUCCESS' },
    ]);
  });

  it('never run a message twice that was sent again', async () => {
    bot.requests.length = 0;
    const hook = clientOf(sync.path);
    const message = { from: 'user-4', text: 'once', idempotencyKey: 'key-4' };
    const replies = await Promise.all([hook.send(message), hook.send(message)]);
    replies.push(await hook.send(message));
    expect(replies.map(({ messages }) => messages)).toEqual(
      replies.map(() => [{ type: 'text', text: 'You said once.' }]),
    );
    expect(bot.requests).toHaveLength(1);
  });

  it('get over an answer that was lost on its way', async () => {
    bot.requests.length = 0;
    let lost = 0;
    const losing: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      lost += 1;
      if (lost === 1) throw new TypeError('the line went dead');
      return response;
    };
    const hook = clientOf(sync.path, { surroundings: { fetch: losing, wait: async () => {} } });
    expect((await hook.send({ from: 'user-5', text: 'hi' })).messages).toMatchObject([{ text: 'You said hi.' }]);
    expect(bot.requests).toHaveLength(1);
  });

  it('say why a message is refused', async () => {
    const stranger = createHookClient({
      url: `${app.url}${sync.path}`,
      clientId: caller.clientId,
      clientSecret: 'wrong',
    });
    await expect(stranger.send({ from: 'u', text: 'x' })).rejects.toMatchObject({ status: 401, transient: false });
    const nowhere = clientOf(sync.path.replace(/st-[^/]+/, 'st-00000000-0000-5000-8000-000000000000'));
    await expect(nowhere.send({ from: 'u', text: 'x' })).rejects.toMatchObject({ status: 404, reason: 'NOT_FOUND' });
    await expect(clientOf(sync.path).send({ from: 'u', text: ' ' })).rejects.toMatchObject({
      status: 400,
      errors: [{ field: 'message.text' }],
    });
  });

  it('have their callbacks verified', async () => {
    expect((await clientOf(async.path).send({ from: 'user-6', text: 'hi' })).accepted).toBe(true);
    expect((await clientOf(v2(async.path)).send({ from: 'user-6', text: 'two' })).accepted).toBe(true);
    const received = await inbox.received(2);
    const callbacks = received.map(({ headers, body }) => verifyCallback(headers, body, async.signingSecret ?? ''));
    expect(callbacks).toMatchObject([
      { to: 'user-6', messages: [{ text: 'You said hi.' }], sequence: 1, lastInTurn: true },
      { to: 'user-6', messages: [{ text: 'You said two.' }], sequence: 2, lastInTurn: true },
    ]);
  });

  it.each([
    ['RS256', rsaKey()],
    ['RS512', rsaKey()],
    ['ES256', ecKey()],
  ] as const)('talk with a key of the caller, %s, and encrypted tokens', async (algorithm, key) => {
    const { createApp } = await app.gql(
      `mutation($input: CreateAppInput!) { createApp(input: $input) { clientSecret app { clientId encryptionKeys } } }`,
      { input: { name: algorithm, algorithm, publicKeys: [key.pem], tokenEncryption: 'REQUIRED', requireJti: true } },
    );
    const { clientId, encryptionKeys } = createApp.app;
    const botId = await createBot(app, { engine: 'HTTP', engineSettings: { url: bot.url } });
    const [channel] = await goLive(app, botId, [{ appClientId: clientId }]);
    const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const options = { url: `${app.url}${v2(channel?.path ?? '')}`, clientId, privateKey, algorithm, retries: 0 };
    const hook = createHookClient({ ...options, encryptionKey: encryptionKeys[0] });
    const reply = await hook.send({ from: 'user-1', text: 'hi' });
    expect(reply.messages).toMatchObject([{ type: 'text', text: 'You said hi.' }]);
    const plain = createHookClient(options);
    await expect(plain.send({ from: 'user-1', text: 'hi' })).rejects.toMatchObject({ status: 401 });
  });
});
