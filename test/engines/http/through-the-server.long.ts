import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBot, createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../../support/app.js';
import { answer, createReceiver, json, type Receiver, silence } from '../../support/receiver.js';

describe('a bot that lives elsewhere', () => {
  let app: TestApp;
  let bot: Receiver;
  let botId: string;
  let channel: LiveChannel;
  let say: (text: string) => ReturnType<TestApp['post']>;

  async function start(env: Record<string, string> = {}, settings: Record<string, unknown> = {}): Promise<void> {
    app = await startTestApp({ env });
    const engineSettings = { url: `${bot.url}/turn`, secret: 'engine-secret' };
    botId = await createBot(app, { engine: 'HTTP', engineSettings });
    const caller = await createCaller(app);
    const [made] = await goLive(app, botId, [{ appClientId: caller.clientId, ...settings }]);
    if (!made) throw new Error('no channel');
    channel = made;
    const from = { id: 'user-1' };
    say = (text) => app.post(channel.path, { message: { text }, from, customData: { vip: true } }, caller.headers());
  }
  beforeEach(async () => {
    bot = await createReceiver(json(200, { messages: ['Hello.'] }));
  });
  afterEach(async () => {
    await app.remove();
    await bot.close();
  });

  const latestTurn = async () => {
    const { conversations } = await app.gql(
      'query($id: ID) { conversations(channelId: $id) { edges { node { turns { edges { node { error trace } } } } } } }',
      { id: channel.id },
    );
    return conversations.edges[0].node.turns.edges.at(-1).node;
  };

  it('answers its callers, and keeps its state from turn to turn', async () => {
    await start();
    bot.script(
      json(200, {
        messages: ['One', { template: { type: 'template', payload: {} } }],
        session: { state: { step: 1 } },
      }),
    );
    expect((await say('hi')).body).toEqual({ text: ['One', { type: 'template', payload: {} }] });
    expect((await say('again')).body).toEqual({ text: 'Hello.' });
    const [first, second] = bot.requests.map((request) => request.json() as Record<string, unknown>);
    expect(first).toMatchObject({ customData: { vip: true }, session: { new: true, state: null } });
    expect(second).toMatchObject({ session: { new: false, state: { step: 1 } } });
  });

  it('is asked again after a restart when the server stopped before it had answered', async () => {
    const inbox = await createReceiver();
    await start({ DRAIN_SECONDS: '0' }, { mode: 'ASYNC', postUrl: inbox.url, accessToken: 't' });
    bot.script(silence());
    expect((await say('hi')).status).toBe(200);
    await bot.received(1);
    await app.restart();
    const [callback] = await inbox.received(1);
    expect(callback?.json()).toMatchObject({ text: 'Hello.' });
    expect(bot.requests).toHaveLength(2);
    await inbox.close();
  });

  it('says its failure response when it fails, and the turn tells why', async () => {
    await start();
    bot.script(answer(500, 'boom'));
    const failed = await say('hi');
    expect(failed.status).toBe(200);
    expect(failed.body.text).toMatch(/something went wrong/);
    const turn = await latestTurn();
    expect(turn.error).toMatch(/^RemoteError: The bot at .* answered 500\.$/);
    const remote = turn.trace.filter(({ kind }: { kind: string }) => kind === 'remote');
    expect(remote).toMatchObject([{ status: 500, said: 'boom' }]);
    expect((await say('again')).body).toEqual({ text: 'Hello.' });
  });

  it('says that it took too long at the engine limit', async () => {
    await start({ ENGINE_LIMIT_SECONDS: '1' });
    bot.script(silence());
    expect((await say('hi')).body.text).toMatch(/taking too long/);
  });

  it('is overridden on a channel where it names a message by key', async () => {
    await start();
    await app.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
      input: {
        botId,
        messageKey: 'greeting',
        channelId: channel.id,
        contents: [{ type: 'TEXT', value: 'Welcome, {{values.name}}!' }],
      },
    });
    const { publishBot } = await app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
      input: { botId, channelIds: [channel.id] },
    });
    const { approvalRequests } = await app.gql(
      '{ approvalRequests(status: PENDING) { edges { node { id version { id } } } } }',
    );
    const request = approvalRequests.edges.find(
      (edge: { node: { version: { id: string } | null } }) => edge.node.version?.id === publishBot.id,
    );
    await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: request.node.id });
    bot.script(json(200, { messages: [{ key: 'greeting', text: 'Hi.', values: { name: 'Ann' } }] }));
    expect((await say('hi')).body).toEqual({ text: 'Welcome, Ann!' });
  });

  it('may accept a turn and answer it later at the address it was given', async () => {
    await start();
    bot.script(answer(202));
    const answered = say('hi');
    const [request] = await bot.received(1);
    const { callbackUrl } = (request ? request.json() : {}) as { callbackUrl: string };
    const { pathname, origin } = new URL(callbackUrl);
    expect(origin).toBe('http://hooks.test');
    expect((await app.post(`${pathname}x`, { messages: ['me'] })).status).toBe(404);
    const wrong = await app.post(pathname, { messages: [{ txt: 'typo' }] });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ reason: 'BAD_USER_INPUT', field: 'messages.0' }] } });
    expect((await app.post(pathname, '[]')).status).toBe(400);
    expect((await app.post(pathname, 'a=b', { 'content-type': 'text/plain' })).status).toBe(415);
    expect(await app.post(pathname, { messages: ['Here you are.'] })).toMatchObject({ status: 200, body: {} });
    expect((await answered).body).toEqual({ text: 'Here you are.' });
    expect((await app.post(pathname, { messages: ['again'] })).status).toBe(404);
  });

  it('may call back after the server was started again, at the address of before', async () => {
    const inbox = await createReceiver();
    try {
      await start({ DRAIN_SECONDS: '0' }, { mode: 'ASYNC', postUrl: inbox.url, accessToken: 't' });
      bot.script(answer(202), answer(202)); // asked again if the server stopped before it had kept the first
      expect((await say('hi')).status).toBe(200);
      const [request] = await bot.received(1);
      const { callbackUrl } = (request ? request.json() : {}) as { callbackUrl: string };
      await app.restart();
      expect((await app.post(new URL(callbackUrl).pathname, { messages: ['Here you are.'] })).status).toBe(200);
      const [delivery] = await inbox.received(1);
      expect(delivery?.json()).toMatchObject({ text: 'Here you are.', to: 'user-1' });
      for (const again of bot.requests) {
        expect(again.headers['webhook-id']).toBe(request?.headers['webhook-id']);
        expect(again.json()).toMatchObject({ callbackUrl });
      }
    } finally {
      await inbox.close();
    }
  });

  it('keeps its credentials to itself', async () => {
    await start();
    const { bot: shown } = await app.gql('query($id: ID!) { bot(id: $id) { engine engineSettings } }', { id: botId });
    expect(shown).toEqual({ engine: 'HTTP', engineSettings: { url: `${bot.url}/turn` } });
    await expect(
      app.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
        input: { id: botId, engineSettings: { url: 'ftp://bot' } },
      }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'engineSettings.url' });
  });
});
