import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveBot, tea } from '../checks/recorded-bot.js';
import { publish, startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Line, text } from '../support/own-bot.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';

const AGAIN = `mutation($turnId: ID!, $version: TestedVersion!, $callServices: Boolean) {
  runTurnAgain(turnId: $turnId, version: $version, callServices: $callServices) { session replies error trace callsHeldBack } }`;
const TURN = 'query($traceId: String!) { turn(traceId: $traceId) { id status conversation { id } } }';
const SAVE = `mutation($conversationId: ID!, $name: String!, $turnId: ID) {
  saveBotTest(conversationId: $conversationId, name: $name, turnId: $turnId) { id name steps ofUser channel { id } createdBy { id } } }`;
const TESTS = 'query($botId: ID!) { bot(id: $botId) { tests { totalCount edges { node { id name steps ofUser } } } } }';

interface StoredTurn {
  id: string;
  status: string;
  conversation: { id: string };
}

describe('turns of a conversation', () => {
  let services: Receiver;
  let app: TestApp;
  let line: Line;
  let viewer: string;

  const tokenOf = async (role: string): Promise<string> => {
    const { createServiceAccount } = await app.gql(
      'mutation($role: Role!) { createServiceAccount(name: "a program", role: $role) { id } }',
      { role },
    );
    const { id } = createServiceAccount;
    return (await app.gql('mutation($id: ID!) { createApiToken(userId: $id, name: "t") }', { id })).createApiToken;
  };
  const turnOf = async (traceId: string): Promise<StoredTurn> => (await app.gql(TURN, { traceId })).turn;
  /** The turn may end after its answer, which does not wait for a slow service. */
  const say = async (user: string, words: string): Promise<StoredTurn> => {
    const { body } = await line.v2(text(words), { from: { id: user } });
    return eventually(
      () => turnOf(body.traceId),
      ({ status }) => status === 'DONE',
    );
  };
  const again = async (turnId: string, more: Record<string, unknown> = {}) =>
    (await app.gql(AGAIN, { turnId, version: 'DRAFT', ...more })).runTurnAgain;
  const textsOf = (replies: { text: string }[]) => replies.map((reply) => reply.text);
  const tests = async (token?: string) =>
    (await app.gql(TESTS, { botId: line.channel.botId }, token)).bot.tests.edges.map(
      ({ node }: { node: object }) => node,
    );

  beforeAll(async () => {
    services = await createReceiver(json(200, { left: 3 }));
    app = await startTestApp();
    viewer = await tokenOf('VIEWER');
  }, 120_000);
  beforeEach(async () => {
    line = await liveBot(app, tea(services.port), { services: 'LIVE' });
    await app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: {
        definition: tea(services.port, {
          Ask: { type: 'entity', text: 'What, now?', component: { entityType: 'label' }, next: 'Stock' },
        }),
        mode: 'FULL',
        botId: line.channel.botId,
      },
    });
  });
  afterAll(async () => {
    await app?.remove();
    await services?.close();
  });

  describe('run again', () => {
    it('say what the draft says, in a new session where they began one, and leave no trace', async () => {
      const turn = await say('ann', 'tea');
      const run = await again(turn.id);
      expect(run).toMatchObject({ session: 'NEW', error: null, callsHeldBack: 0 });
      expect(textsOf(run.replies)).toEqual(['What, now?']);
      expect(run.trace.map(({ kind }: { kind: string }) => kind)).toContain('reply');
      expect(textsOf((await again(turn.id, { version: 'LIVE' })).replies)).toEqual(['Which tea?']);
      const { conversation } = await app.gql(
        'query($id: ID!) { conversation(id: $id) { turns { totalCount } } }',
        turn.conversation,
      );
      expect(conversation.turns.totalCount).toBe(1);
    });

    it('run in a copy of the session as it is now, or an empty one, where theirs was not recorded', async () => {
      await say('cid', 'tea');
      const turn = await say('cid', 'green');
      expect((await again(turn.id)).session).toBe('CURRENT');
      await line.v2({ type: 'event', val: 'SESSION_CLOSURE' }, { from: { id: 'cid' } });
      await say('cid', 'tea');
      expect((await again(turn.id)).session).toBe('EMPTY');
    });

    it('call a service only where that is wanted', async () => {
      await app.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
        input: { id: line.channel.botId, engineSettings: { services: 'LIVE', record: true } },
      });
      await publish(app, line.channel.botId, [line.channel.id]);
      await say('bob', 'tea');
      const turn = await say('bob', 'green');
      const called = services.requests.length;
      expect(await again(turn.id)).toMatchObject({ session: 'AS_IT_WAS', callsHeldBack: 1 });
      expect(services.requests).toHaveLength(called);
      const made = await again(turn.id, { callServices: true });
      expect(made).toMatchObject({ session: 'AS_IT_WAS', callsHeldBack: 0, error: null });
      expect(textsOf(made.replies)[0]).toMatch(/There is 3|Here:/);
      expect(services.requests).toHaveLength(called + 1);
    });

    it('take the permission and what people said may be read', async () => {
      const turn = await say('dan', 'tea');
      await expect(app.gql(AGAIN, { turnId: turn.id, version: 'DRAFT' }, viewer)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    });
  });

  describe('kept as a test', () => {
    it('are what was said from the beginning of the session, up to the turn that is named', async () => {
      const first = await say('eve', 'tea');
      await say('eve', 'green');
      const { saveBotTest: test } = await app.gql(SAVE, {
        conversationId: first.conversation.id,
        name: 'Asks which',
        turnId: first.id,
      });
      expect(test).toMatchObject({ name: 'Asks which', ofUser: true, channel: { id: line.channel.id } });
      expect(test.steps).toMatchObject([
        {
          message: { type: 'text', text: 'tea', attachments: [] },
          said: [{ type: 'text', text: 'Which tea?' }],
          endOfTask: null,
        },
      ]);
      const whole = await app.gql(SAVE, { conversationId: first.conversation.id, name: 'Whole' });
      expect(whole.saveBotTest.steps).toHaveLength(2);
      const twice = app.gql(SAVE, { conversationId: first.conversation.id, name: 'Whole' });
      await expect(twice).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('are hidden from who may not read what people said, who cannot keep them either', async () => {
      const turn = await say('fay', 'tea');
      await app.gql(SAVE, { conversationId: turn.conversation.id, name: 'Hidden' });
      const [seen] = await tests(viewer);
      expect(seen).toMatchObject({ name: 'Hidden', steps: [{ hidden: true }] });
      const kept = app.gql(SAVE, { conversationId: turn.conversation.id, name: 'x' }, viewer);
      await expect(kept).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('go with their user when that is erased, and by hand', async () => {
      const named = async () => (await tests()).map(({ name }: { name: string }) => name);
      const turn = await say('gil', 'tea');
      await app.gql(SAVE, { conversationId: turn.conversation.id, name: 'Of Gil' });
      const { openPlayground: pass } = await app.gql(
        'mutation($channelId: ID!) { openPlayground(channelId: $channelId, version: DRAFT) { token } }',
        { channelId: line.channel.id },
      );
      const headers = { authorization: `Bearer ${pass.token}` };
      await app.post(line.v2Path, { message: text('tea'), from: { id: 'gil' } }, headers);
      const { conversations } = await app.gql('{ conversations(test: true, user: "gil") { edges { node { id } } } }');
      const conversationId = conversations.edges[0].node.id;
      const { saveBotTest: tried } = await app.gql(SAVE, { conversationId, name: 'Tried' });
      expect(tried.ofUser).toBe(false);
      await app.gql('mutation { eraseUser(user: "gil", reason: "asked for") { id } }');
      await eventually(named, (names) => !names.includes('Of Gil'));
      expect(await named()).toContain('Tried');
      await app.gql('mutation($id: ID!) { deleteBotTest(id: $id) }', { id: tried.id });
      expect(await named()).not.toContain('Tried');
    });
  });
});
