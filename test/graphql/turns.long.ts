import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { createBot, createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { type Line, lineOf, text } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';

const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const definition = exportOf({
  Greet: { m: { ...message('Hello from the file'), name: 'Greeting' } },
  'Break it': { s: { ...script('context.n = 1;\nthrow new Error("no good");'), name: 'Broken script' } },
  'Choose way': {
    s: {
      ...script('context.kind = "vip";', [
        [{ context: 'context.kind', op: 'eq', value: 'plain' }, 'plain'],
        [{ context: 'context.kind', op: 'eq', value: 'vip' }, 'vip'],
        [null, 'plain'],
      ]),
      name: 'Kind of customer',
    },
    plain: message('Plain'),
    vip: message('Straße 7, "quoted" 100%_sure'),
  },
});

const TURN = `query($traceId: String!, $id: ID) { turn(traceId: $traceId, id: $id) {
  id traceId status error durationMs input replies trace channel { id }
  conversation { id user } deliveries { id traceId turnId status attempts { number statusCode } } } }`;
const LIST = `query($botId: ID, $channelId: ID, $userContains: String, $text: String, $failed: Boolean, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  conversations(botId: $botId, channelId: $channelId, userContains: $userContains, text: $text, failed: $failed, from: $from, to: $to, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id user } } } }`;

for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`turns and conversations for operators, on ${name}`, () => {
    let app: TestApp;
    let receiver: Receiver;
    let sync: Line;
    let async: Line;
    let viewer: string;
    let drop = async () => {};

    beforeAll(async () => {
      receiver = await createReceiver(answer(200));
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      app = await startTestApp({ ...(scratch && { env: { DATABASE_URL: scratch.url, KEY_RING: KEYS } }) });
      const caller = await createCaller(app);
      const { importBot } = await app.gql(
        'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }',
        { input: { definition, mode: 'NEW' } },
      );
      const channelOf = { appClientId: caller.clientId };
      const channels: LiveChannel[] = await goLive(app, importBot.bot.id, [
        { ...channelOf, name: 'direct' },
        { ...channelOf, name: 'calls', mode: 'ASYNC', postUrl: receiver.url },
      ]);
      const [direct, calls] = channels;
      if (!direct || !calls) throw new Error('no channels');
      await app.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
        input: {
          botId: direct.botId,
          channelId: direct.id,
          messageKey: 'ref-dc-0-m.prompt',
          contents: [{ type: 'TEXT', value: 'Hello from the override' }],
        },
      });
      await app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
        input: { botId: direct.botId, channelIds: [direct.id, calls.id] },
      });
      const { approvalRequests } = await app.gql(
        '{ approvalRequests(status: PENDING, first: 10) { edges { node { id } } } }',
      );
      for (const { node } of approvalRequests.edges)
        await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: node.id });
      sync = lineOf(app, caller, direct);
      async = lineOf(app, caller, calls);
      const { createServiceAccount } = await app.gql(
        'mutation { createServiceAccount(name: "looks", role: VIEWER) { id } }',
      );
      viewer = (
        await app.gql('mutation($id: ID!) { createApiToken(userId: $id, name: "t") }', { id: createServiceAccount.id })
      ).createApiToken;
    }, 120_000);
    afterAll(async () => {
      await app?.remove();
      await receiver?.close();
      await drop();
    });

    /** Says it and gives the turn. */
    async function turnOf(line: Line, words: string, user: string) {
      const response = await line.v2(text(words), { from: { id: user } });
      expect(response.status).toBe(200);
      const traceId = response.headers.get('x-trace-id') ?? response.body.traceId;
      return (await app.gql(TURN, { traceId })).turn;
    }
    const kinds = (turn: { trace: { kind: string }[] }, kind: string) =>
      turn.trace.filter((entry) => entry.kind === kind);
    const found = async (filter: Record<string, unknown>, token?: string): Promise<string[]> =>
      (await app.gql(LIST, filter, token)).conversations.edges.map(
        (edge: { node: { user: string } }) => edge.node.user,
      );

    it('show how an utterance was understood, which nodes ran when, and whose words were said', async () => {
      const turn = await turnOf(sync, 'greet', 'ann-1');
      expect(turn).toMatchObject({ status: 'DONE', error: null, conversation: { user: 'ann-1' }, deliveries: [] });
      expect(turn.channel.id).toBe(sync.channel.id);
      expect(kinds(turn, 'understood')).toMatchObject([{ as: 'task', task: 'Greet', score: 1, by: 'WORDS' }]);
      expect(kinds(turn, 'reply')).toMatchObject([{ source: 'CHANNEL', language: 'en', variants: 1, type: 'TEXT' }]);
      expect(JSON.stringify(turn.replies)).toContain('Hello from the override');
      const at: number[] = turn.trace.map((entry: { at: number }) => entry.at);
      expect(at.every((one, index) => one >= (at[index - 1] ?? 0))).toBe(true);
      const likely = await turnOf(sync, 'please greet someone for me', 'ann-1');
      expect(kinds(likely, 'understood')[0]).toMatchObject({
        considered: expect.arrayContaining([expect.objectContaining({ as: 'task', name: 'Greet' })]),
      });
    });

    it('show each condition that was tried on the way out of a node', async () => {
      const turn = await turnOf(sync, 'choose way', 'abe-8');
      const [edge] = turn.trace.filter((entry: { conditions?: unknown }) => entry.conditions);
      expect(edge).toMatchObject({
        node: 'Kind of customer',
        conditions: [
          { if: expect.stringContaining('"plain"'), held: false },
          { if: expect.stringContaining('"vip"'), held: true },
        ],
      });
    });

    it('name their version and each node by its place in the dialog, as the dialogs of that version do', async () => {
      const { traceId, trace } = await turnOf(sync, 'choose way', 'ada-9');
      const entered = trace.filter(({ kind }: { kind: string }) => kind === 'node');
      const { turn } = await app.gql(
        'query($traceId: String!) { turn(traceId: $traceId) { version { number } channel { bot { dialogs(versionNumber: 2) { name nodes { id } } } } } }',
        { traceId },
      );
      expect(turn.version).toEqual({ number: 2 });
      const dialog = turn.channel.bot.dialogs.find(({ name }: { name: string }) => name === 'Choose way');
      expect(entered.map(({ dialog: of, id }: { dialog: string; id: string }) => [of, id])).toEqual([
        ['Choose way', 'intent0'],
        ['Choose way', 's'],
        ['Choose way', 'vip'],
      ]);
      expect(dialog.nodes.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['intent0', 's', 'vip']));
    });

    it('are failed ones when a script throws: with its line, in the log and in the figures', async () => {
      const failedNow = async () =>
        (
          await app.gql(
            `query($id: ID!, $from: DateTime!, $to: DateTime!) { channelMetrics(channelIds: [$id], botId: "${sync.channel.botId}", from: $from, to: $to, interval: DAY) { total { failed } } }`,
            {
              id: sync.channel.id,
              from: new Date(Date.now() - 86_400_000).toISOString(),
              to: new Date(Date.now() + 86_400_000).toISOString(),
            },
          )
        ).channelMetrics[0].total.failed as number;
      const before = await failedNow();
      const turn = await turnOf(sync, 'break it', 'bea-2');
      expect(turn.error).toContain('no good');
      expect(kinds(turn, 'script')).toMatchObject([
        { node: 'Broken script', line: 2, error: expect.stringContaining('no good') },
      ]);
      expect(turn.replies).toHaveLength(1); // the engine has said that something went wrong, once
      await eventually(async () => (await failedNow()) === before + 1);
      await turnOf(sync, 'greet', 'bob-2');
      expect(await found({ failed: true, userContains: 'b' })).toEqual(['bea-2']);
      expect(await found({ failed: false })).not.toContain('bea-2');
    });

    it('show each callback with its attempts, and are found by the trace id of a delivery', async () => {
      const before = receiver.requests.length;
      const turn = await turnOf(async, 'greet', 'cyd-3');
      await receiver.received(before + 1);
      await eventually(async () => {
        const { deliveries } = (await app.gql(TURN, { traceId: turn.traceId })).turn;
        return deliveries[0]?.status === 'DELIVERED' && deliveries[0].attempts[0]?.statusCode === 200;
      });
      const { deliveries } = await app.gql('{ deliveries(first: 1) { edges { node { traceId turnId } } } }');
      expect(deliveries.edges[0].node).toEqual({ traceId: turn.traceId, turnId: turn.id });
    });

    it('are told apart where a caller uses one trace for several, and are null where there is none', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      const ids: string[] = [];
      for (const words of ['greet', 'choose way']) {
        const said = await sync.v2(text(words), { from: { id: 'dee-4' } }, { traceparent });
        const traceId = said.headers.get('x-trace-id') ?? said.body.traceId;
        ids.push((await app.gql(TURN, { traceId })).turn.id);
      }
      const traceId = 'RTM-TRACE-4bf92f35-77b3-4da6-a3ce-929d0e0e4736';
      expect(new Set(ids).size).toBe(2);
      expect((await app.gql(TURN, { traceId, id: ids[0] })).turn.id).toBe(ids[0]);
      expect((await app.gql(TURN, { traceId: 'RTM-TRACE-none' })).turn).toBeNull();
    });

    it('hide what was said from who may not read it', async () => {
      const { traceId } = await turnOf(sync, 'break it', 'eve-5');
      const { turn } = await app.gql(TURN, { traceId }, viewer);
      expect(turn).toMatchObject({ input: { hidden: true }, error: 'It failed.', trace: null });
      await expect(app.gql(LIST, { text: 'break' }, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(
        app.gql('mutation($id: ID!) { exportConversation(id: $id) }', { id: turn.conversation.id }, viewer),
      ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('are found by bot, channel, a part of the user, what was said and when', async () => {
      await turnOf(sync, 'choose way', 'fay_100%');
      for (const user of ['fay-1', 'fay-2', 'fay-3']) await turnOf(sync, 'greet', user);
      await turnOf(async, 'greet', 'fay-4');
      expect(await found({ userContains: 'FAY_1' })).toEqual(['fay_100%']);
      expect(await found({ userContains: 'fay%0' })).toEqual([]); // no pattern
      expect(await found({ text: '"QUOTED" 100%_s', userContains: 'fay' })).toEqual(['fay_100%']);
      expect(await found({ text: 'STRASSE' })).toEqual([]);
      expect(await found({ text: 'straße 7', userContains: 'fay' })).toEqual(['fay_100%']);
      expect(await found({ text: 'vipvip' })).toEqual([]);
      expect(await found({ text: 'userInfo' })).toEqual([]); // a key of what is stored is nothing that was said
      expect(await found({ text: 'Hello from the file', userContains: 'fay' })).toEqual(['fay-4']);
      const there = { botId: sync.channel.botId, channelId: async.channel.id };
      expect(await found({ ...there, userContains: 'fay' })).toEqual(['fay-4']);
      const other = await createBot(app);
      expect(await found({ botId: other })).toEqual([]);
      expect(await found({ botId: other, channelId: async.channel.id })).toEqual([]);
      expect((await found({ botId: sync.channel.botId })).length).toBeGreaterThan(3);
      expect(await found({ from: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
      expect(
        await found({ to: new Date(Date.now() + 60_000).toISOString(), text: 'straße', userContains: 'fay' }),
      ).toEqual(['fay_100%']);
      const all = await found({ userContains: '-', first: 50 });
      const pages: string[] = [];
      let after: string | null = null;
      do {
        // biome-ignore lint/suspicious/noExplicitAny: what is asked for is known
        const { conversations }: any = await app.gql(LIST, { userContains: '-', first: 1, after });
        pages.push(...conversations.edges.map((edge: { node: { user: string } }) => edge.node.user));
        after = conversations.pageInfo.hasNextPage ? conversations.pageInfo.endCursor : null;
      } while (after !== null);
      expect(pages).toEqual(all);
      await expect(app.gql(LIST, { text: 'x'.repeat(257) })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('are handed out as JSON, which the audit log keeps', async () => {
      const { turn } = { turn: await turnOf(sync, 'greet', 'gus-6') };
      const { id } = turn.conversation;
      expect(
        (await app.gql('query($id: ID!) { conversation(id: $id) { user channel { id } } }', { id })).conversation,
      ).toEqual({
        user: 'gus-6',
        channel: { id: sync.channel.id },
      });
      const { exportConversation } = await app.gql('mutation($id: ID!) { exportConversation(id: $id) }', { id });
      expect(exportConversation).toMatchObject({ id, user: 'gus-6', turns: [{ id: turn.id, traceId: turn.traceId }] });
      const { auditLog } = await app.gql(
        '{ auditLog(action: "conversation.export", first: 5) { edges { node { subject } } } }',
      );
      expect(auditLog.edges).toEqual([{ node: { subject: id } }]);
      await expect(app.gql('mutation { exportConversation(id: "cv-none") }')).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });
  });
}
