import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { type Caller, createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { type Line, lineOf, text } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';

const definition = (greeting: string) =>
  exportOf({
    Greet: { m: { ...message(greeting), name: 'Greeting' } },
    Secret: { m: message('[{{env.secret}}] on {{context.session.BotUserSession.lastMessage.customData.page}}') },
    'Break it': { s: { ...script('throw new Error("no good");'), name: 'Broken script' } },
  });

const OPEN = `mutation($channelId: ID!, $version: TestedVersion!) { openPlayground(channelId: $channelId, version: $version) {
  token expiresAt url secretsKeptBack } }`;
const LIST = `query($botId: ID!, $test: Boolean, $withTests: Boolean) { conversations(botId: $botId, test: $test, withTests: $withTests) {
  edges { node { id user test failed turns { edges { node { error } } } } } } }`;

describe('the playground', () => {
  const clock = createTestClock();
  let app: TestApp;
  let receiver: Receiver;
  let caller: Caller;
  let direct: Line;
  let calls: Line;
  let bare: LiveChannel['id'];
  let developer: string;
  let viewer: string;
  let botId: string;

  const tokenOf = async (role: string) => {
    const { createServiceAccount } = await app.gql(
      'mutation($role: Role!) { createServiceAccount(name: "a program", role: $role) { id } }',
      { role },
    );
    const { createApiToken } = await app.gql('mutation($id: ID!) { createApiToken(userId: $id, name: "t") }', {
      id: createServiceAccount.id,
    });
    return createApiToken as string;
  };
  const open = async (channelId: string, version: 'DRAFT' | 'LIVE', by?: string) => {
    const { openPlayground } = await app.gql(OPEN, { channelId, version }, by);
    const path = new URL(openPlayground.url).pathname;
    const say = (said: unknown, more: Record<string, unknown> = {}) =>
      app.post(
        path,
        { message: said, from: { id: 'tester' }, ...more },
        { authorization: `Bearer ${openPlayground.token}` },
      );
    return { ...openPlayground, path, say };
  };
  const textsOf = ({ body }: { body: { data: { val: string }[] } }) => body.data.map(({ val }) => val);
  const conversationsOf = async (test?: boolean, withTests?: boolean) =>
    (await app.gql(LIST, { botId, test, withTests })).conversations.edges.map(({ node }: { node: unknown }) => node);

  beforeAll(async () => {
    receiver = await createReceiver(answer(200));
    app = await startTestApp({ clock });
    caller = await createCaller(app);
    developer = await tokenOf('DEVELOPER');
    viewer = await tokenOf('VIEWER');
  }, 120_000);
  beforeEach(async () => {
    const { importBot } = await app.gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }',
      { input: { definition: definition('Hello from what serves'), mode: 'NEW' } },
    );
    botId = importBot.bot.id;
    const [first, second] = await goLive(app, botId, [
      { appClientId: caller.clientId, name: 'direct' },
      { appClientId: caller.clientId, name: 'calls', mode: 'ASYNC', postUrl: receiver.url },
    ]);
    if (!first || !second) throw new Error('no channels');
    direct = lineOf(app, caller, first);
    calls = lineOf(app, caller, second);
    const { createWebhookChannel } = await app.gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id } } }',
      { input: { botId, name: 'bare', mode: 'SYNC' } },
    );
    bare = createWebhookChannel.channel.id;
    await app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { definition: definition('Hello from the draft'), mode: 'FULL', botId },
    });
    await app.gql(
      'mutation($botId: ID!) { setBotVariable(botId: $botId, key: "secret", value: "hush", secured: true) { key } }',
      { botId },
    );
  });
  afterAll(async () => {
    await app?.remove();
    await receiver?.close();
  });

  it('talks to the draft and to what serves, each in a conversation of its own', async () => {
    const draft = await open(direct.channel.id, 'DRAFT');
    const live = await open(direct.channel.id, 'LIVE');
    expect(textsOf(await draft.say(text('Greet')))).toEqual(['Hello from the draft']);
    expect(textsOf(await live.say(text('Greet')))).toEqual(['Hello from what serves']);
    const tests = await conversationsOf(true);
    expect(tests).toHaveLength(2);
    expect(tests.every(({ test }: { test: boolean }) => test)).toBe(true);
    expect(await conversationsOf()).toEqual([]);
  });

  it('follows what is saved, from one message to the next', async () => {
    const draft = await open(direct.channel.id, 'DRAFT');
    await app.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
      input: {
        botId,
        channelId: direct.channel.id,
        messageKey: 'ref-dc-0-m.prompt',
        contents: [{ type: 'TEXT', value: 'Hello, overridden' }],
      },
    });
    expect(textsOf(await draft.say(text('Greet')))).toEqual(['Hello, overridden']);
  });

  it('works on a channel that has no app and was never approved', async () => {
    const draft = await open(bare, 'DRAFT');
    expect(textsOf(await draft.say(text('Greet')))).toEqual(['Hello from the draft']);
  });

  it('sends events and customData', async () => {
    const live = await open(direct.channel.id, 'LIVE');
    const told = await live.say(text('Secret'), { customData: { page: 'prices' } });
    expect(textsOf(told)).toEqual(['[hush] on prices']);
    const closed = await live.say({ type: 'event', val: 'SESSION_CLOSURE' });
    expect(closed.body.data[0].eventType).toBe('SESSION_CLOSURE_SUCCESS');
  });

  it('answers at once on an asynchronous channel and POSTs nothing', async () => {
    const live = await open(calls.channel.id, 'LIVE');
    expect(textsOf(await live.say(text('Greet')))).toEqual(['Hello from what serves']);
    const { deliveries } = await app.gql('query($id: ID!) { deliveries(channelId: $id) { totalCount } }', {
      id: calls.channel.id,
    });
    expect(deliveries.totalCount).toBe(0);
    expect(receiver.requests).toEqual([]);
  });

  it('is in no metric, though it fails, and in no alert of a failing bot', async () => {
    const live = await open(direct.channel.id, 'LIVE');
    await live.say(text('Break it'));
    const from = new Date(clock.now() - 3_600_000).toISOString();
    const to = new Date(clock.now() + 3_600_000).toISOString();
    const { channelMetrics } = await app.gql(
      `query($botId: ID!, $from: DateTime!, $to: DateTime!) { channelMetrics(botId: $botId, from: $from, to: $to, interval: HOUR) {
          total { messagesIn messagesOut sessionsStarted users failed refused } } }`,
      { botId, from, to },
    );
    for (const { total } of channelMetrics)
      expect(total).toEqual({ messagesIn: 0, messagesOut: 0, sessionsStarted: 0, users: 0, failed: 0, refused: 0 });
    const failed = (await conversationsOf(true)).filter(
      ({ turns }: { turns: { edges: { node: { error: string | null } }[] } }) =>
        turns.edges.some(({ node }) => node.error !== null),
    );
    expect(failed).toHaveLength(1);
  });

  it('is listed beside the conversations of users where both are asked for, and says what failed', async () => {
    const live = await open(direct.channel.id, 'LIVE');
    await live.say(text('Break it'), { from: { id: 'breaker' } });
    await direct.v2(text('Greet'), { from: { id: 'real user' } });
    await direct.v2(text('Break it'), { from: { id: 'unlucky' } });
    const both: { user: string; test: boolean; failed: boolean }[] = await conversationsOf(undefined, true);
    const of = (name: string) => both.filter(({ user }) => user === name).map(({ test, failed }) => ({ test, failed }));
    expect(of('real user')).toEqual([{ test: false, failed: false }]);
    expect(of('unlucky')).toEqual([{ test: false, failed: true }]);
    expect(both.filter(({ test, failed }) => test && failed).length).toBeGreaterThan(0);
    const ofUsers: { test: boolean }[] = await conversationsOf();
    expect(ofUsers.some(({ test }) => test)).toBe(false);
  });

  it('shows no secret to a draft that its user could not publish alone', async () => {
    const own = await open(direct.channel.id, 'DRAFT', developer);
    expect(own.secretsKeptBack).toBe(true);
    expect(textsOf(await own.say(text('Secret')))).toEqual(['[] on ']);
    const admin = await open(direct.channel.id, 'DRAFT');
    expect(admin.secretsKeptBack).toBe(false);
    expect(textsOf(await admin.say(text('Secret')))).toEqual(['[hush] on ']);
    const live = await open(direct.channel.id, 'LIVE', developer);
    expect(live.secretsKeptBack).toBe(false);
    expect(textsOf(await live.say(text('Secret')))).toEqual(['[hush] on ']);
  });

  it('takes the permission, and is audited', async () => {
    await open(direct.channel.id, 'LIVE');
    await expect(open(direct.channel.id, 'LIVE', viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { auditLog } = await app.gql(
      'query($id: ID!) { auditLog(subject: $id, action: "playground.open", first: 50) { edges { node { details } } } }',
      { id: direct.channel.id },
    );
    expect(auditLog.edges.map(({ node }: { node: { details: unknown } }) => node.details)).toContainEqual({
      version: 'LIVE',
    });
  });

  it('gives a token for one channel, for messages and their polls, and for minutes', async () => {
    const pass = await open(direct.channel.id, 'LIVE');
    const headers = { authorization: `Bearer ${pass.token}` };
    const body = { message: text('Greet'), from: { id: 'tester' } };
    expect((await app.post(calls.v2Path, body, headers)).status).toBe(401);
    expect((await app.post(direct.v2Path, body, { authorization: `Bearer ${pass.token.slice(0, -1)}` })).status).toBe(
      401,
    );
    const history = await fetch(`${app.url}/api/chathistory/${botId}/${direct.channel.id}?userId=tester`, { headers });
    expect(history.status).toBe(401);
    const real = await direct.v2(text('Greet'), {}, { prefer: 'respond-async, wait=0' });
    expect((await direct.poll(real.body.pollId, headers)).status).toBe(401);
    const late = await app.post(direct.v2Path, body, { ...headers, prefer: 'respond-async, wait=0' });
    expect(late.status).toBe(202);
    expect((await direct.poll(late.body.pollId, headers)).status).toBe(200);
    clock.advance(10 * 60_000);
    expect((await app.post(direct.v2Path, body, headers)).status).toBe(401);
  });
});
