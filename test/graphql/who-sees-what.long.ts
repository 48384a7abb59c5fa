import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { ask } from '../support/people.js';
import { openTwoBots, type TwoBots, WORDS, type World } from '../support/two-bots.js';

let bots: TwoBots;
let app: TwoBots['app'];
let own: World;
let foreign: World;
let who: TwoBots['who'];
let made: TwoBots['made'];
let tokenOf: TwoBots['tokenOf'];
beforeAll(async () => {
  bots = await openTwoBots();
  ({ app, own, foreign, who, made, tokenOf } = bots);
}, 120_000);
afterAll(() => bots?.close());

describe('what people said', () => {
  const SAID = `{
    conversations { edges { node { user turns { edges { node { at durationMs input replies error trace } } } } } }
    deliveries { edges { node { id status payload attempts { statusCode error responseBody } } } }
    bots { edges { node { channels { endpoint { state lastFailureAt lastError } } } } }
  }`;

  it('is read by who has the permission', async () => {
    for (const kind of [ADMIN_TOKEN, who.developer, who.limitedAdmin, who.adminOfOne]) {
      const { data } = await ask(app, kind, SAID);
      const text = JSON.stringify(data);
      expect(text).toContain(WORDS);
      expect(text).toContain('I cannot read');
      expect(text).toContain('"lastError":"500"');
      expect(text).not.toContain('"hidden"');
    }
  });

  it('is hidden from others, who see that it was said, when, and what became of it', async () => {
    const withoutContent = await tokenOf(await made('half a developer', 'DEVELOPER'), { actions: ['read'] });
    for (const kind of [who.viewer, who.viewerOfOne, withoutContent]) {
      const { data, errors } = await ask(app, kind, SAID);
      expect(errors).toBeUndefined();
      const text = JSON.stringify(data);
      for (const said of [WORDS, '4711', 'I cannot read', 'I failed', '"lastError":"'])
        expect(text).not.toContain(said);
      const turns = data.conversations.edges.flatMap(
        (one: { node: { turns: { edges: unknown[] } } }) => one.node.turns.edges,
      );
      expect(turns.length).toBeGreaterThan(2);
      for (const { node } of turns) {
        expect(node).toMatchObject({ at: expect.any(String), input: { hidden: true }, trace: null });
        expect(node.replies).toEqual([{ hidden: true }]);
      }
      const untouched = data.deliveries.edges.filter(({ node }: { node: { id: string } }) =>
        [own.deliveryId, foreign.deliveryId].includes(node.id),
      );
      expect(untouched.length).toBeGreaterThan(0);
      for (const { node } of untouched) {
        expect(node).toMatchObject({
          status: 'DEAD',
          payload: null,
          attempts: [
            { statusCode: 500, responseBody: null },
            { statusCode: 400, responseBody: null },
          ],
        });
      }
      const endpoints = data.bots.edges.flatMap(({ node }: { node: { channels: { endpoint: unknown }[] } }) =>
        node.channels.flatMap(({ endpoint }) => endpoint ?? []),
      );
      expect(endpoints[0]).toMatchObject({ lastFailureAt: expect.any(String), lastError: null });
    }
  });

  it('is not in what a mutation answers, nor exported, without the permission', async () => {
    const replaying = await tokenOf(await made('replays', 'DEVELOPER'), {
      actions: ['read', 'delivery.replay', 'delivery.send'],
    });
    const { sendMessage: dead } = await app.gql(
      'mutation($id: ID!) { sendMessage(channelId: $id, to: "ann", contents: [{ type: TEXT, value: "x" }]) { id } }',
      { id: own.async.id },
    );
    await eventually(
      async () => (await ask(app, ADMIN_TOKEN, SAID)).data.deliveries.edges,
      (found) =>
        found.some(
          ({ node }: { node: { id: string; status: string } }) => node.id === dead[0].id && node.status === 'DEAD',
        ),
    );
    const replayed = await ask(
      app,
      replaying,
      'mutation($id: ID!) { replayDelivery(id: $id) { payload attempts { responseBody } } }',
      dead[0],
    );
    expect(replayed.data.replayDelivery).toMatchObject({ payload: null });
    expect(JSON.stringify(replayed)).not.toContain('I cannot read');
    const sent = await ask(
      app,
      replaying,
      'mutation($id: ID!) { sendMessage(channelId: $id, to: "ann", contents: [{ type: TEXT, value: "x" }]) { payload } }',
      { id: own.async.id },
    );
    expect(sent.data.sendMessage).toEqual([{ payload: null }]);
    const { viewer } = await app.gql('{ viewer { id } }');
    const exporting = await tokenOf(viewer.id, { actions: ['read', 'end-user.export'] });
    const exported = await ask(app, exporting, 'mutation { exportUser(user: "ann") }');
    expect(exported.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const whole = await ask(app, ADMIN_TOKEN, 'mutation { exportUser(user: "ann") }');
    expect(JSON.stringify(whole.data)).toContain(WORDS);
  });
});

describe('a list for who may see one bot only', () => {
  const LISTS: Record<string, string> = {
    bots: 'id',
    conversations: 'id channel { bot { id } }',
    deliveries: 'id channel { bot { id } }',
    auditLog: 'id subject',
    approvalRequests: 'id bot { id } channel { id } version { id } requestedBy { id }',
    apps: 'id: clientId channels { bot { id } }',
  };

  /** All nodes of a list, read in pages of one or two; each page tells the same total. */
  async function all(credentials: string, list: string, perPage: number) {
    const nodes: { id: string }[] = [];
    const totals = new Set<number>();
    for (let after: string | null = null; ; ) {
      const { data, errors } = await ask(
        app,
        credentials,
        `query($first: Int, $after: String) { page: ${list}(first: $first, after: $after) {
          totalCount pageInfo { hasNextPage endCursor } edges { node { ${LISTS[list]} } } } }`,
        { first: perPage, after },
      );
      expect(errors, list).toBeUndefined();
      totals.add(data.page.totalCount);
      nodes.push(...data.page.edges.map((edge: { node: unknown }) => edge.node));
      if (!data.page.pageInfo.hasNextPage) return { nodes, totals: [...totals] };
      after = data.page.pageInfo.endCursor;
    }
  }

  it.each(Object.keys(LISTS))('of %s has what belongs to it, on every page and in the total', async (list) => {
    const isOwn = (node: object) => {
      const text = JSON.stringify(node);
      return !text.includes(foreign.botId) && !text.includes(foreign.clientId);
    };
    const channelIds = (
      await app.gql('query($id: ID!) { bot(id: $id) { channels { id } } }', { id: own.botId })
    ).bot.channels.map((channel: { id: string }) => channel.id);
    const whole = (await all(ADMIN_TOKEN, list, 100)).nodes;
    const expected = whole.filter((node) =>
      list === 'auditLog'
        ? [own.botId, ...channelIds].includes((node as unknown as { subject: string }).subject)
        : isOwn(node),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(whole.length);
    for (const kind of ['viewerOfOne', 'adminOfOne', 'limitedAdmin'] as const) {
      const { nodes, totals } = await all(who[kind], list, 1);
      expect(
        nodes.map(({ id }) => id),
        `${list} for ${kind}`,
      ).toEqual(expected.map(({ id }) => id));
      expect(totals).toEqual([expected.length]);
      expect(JSON.stringify(nodes)).not.toContain(foreign.botId);
    }
    expect(await all(who.none, list, 1)).toEqual({ nodes: [], totals: [0] });
  });

  it('of metrics has the channels of that bot', async () => {
    const METRICS = `query($id: ID!) { channelMetrics(botId: $id, from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", interval: DAY) { channel { id } } }`;
    const { data } = await ask(app, who.viewerOfOne, METRICS, { id: own.botId });
    expect(data.channelMetrics).toHaveLength(3);
    expect((await ask(app, who.viewerOfOne, METRICS, { id: foreign.botId })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    );
  });

  it('leads nowhere else: not from an app to the channels of other bots, nor from a bot to its parent', async () => {
    const { createWebhookChannel: sharing } = await app.gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id } } }',
      { input: { botId: foreign.botId, name: 'shares the app', mode: 'SYNC', appClientId: own.clientId } },
    );
    const smart = await app.gql(
      'mutation($id: ID!) { createSmartBot(input: { name: "Child", parentId: $id }) { id } }',
      {
        id: foreign.botId,
      },
    );
    const userId = await made('of the child', 'NONE');
    for (const botId of [own.botId, smart.createSmartBot.id])
      await app.gql('mutation($id: ID!, $botId: ID!) { setBotRole(userId: $id, botId: $botId, role: VIEWER) { id } }', {
        id: userId,
        botId,
      });
    const { data, errors } = await ask(
      app,
      await tokenOf(userId),
      `{ apps { edges { node { clientId channels { name bot { id } } } } }
         bots { edges { node { id parent { id } children { id } channels { inheritedFrom { id } app { clientId } } } } } }`,
    );
    expect(errors).toBeUndefined();
    const text = JSON.stringify(data);
    for (const hidden of [foreign.botId, foreign.sync.id, foreign.async.id, foreign.clientId, 'shares the app'])
      expect(text).not.toContain(hidden);
    expect(text).toContain(own.clientId);
    await app.gql('mutation($id: ID!) { deleteBot(id: $id) }', { id: smart.createSmartBot.id });
    await app.gql('mutation($id: ID!) { deleteWebhookChannel(id: $id) }', sharing.channel);
  });
});

describe('a subscription to changes', () => {
  const open = async (credentials: string, topic: string) => {
    const response = await fetch(`${app.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${credentials}`,
      },
      body: JSON.stringify({ query: `subscription { changed(watch: [{ topic: ${topic} }]) { topic } }` }),
    });
    const reader = response.body?.getReader();
    let text = '';
    while (reader && !/event: (next|complete)/.test(text)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += Buffer.from(value).toString();
    }
    await reader?.cancel();
    return text;
  };

  it('is refused to a token that is not good for reading, and goes on for others', async () => {
    const writing = await tokenOf(await made('writes only', 'DEVELOPER'), { actions: ['bot.update'] });
    for (const topic of ['CONVERSATIONS', 'DELIVERIES', 'CONFIGURATION'])
      expect(await open(writing, topic)).toContain('FORBIDDEN');
    for (const kind of ['viewerOfOne', 'none', 'developer'] as const)
      expect(await open(who[kind], 'CONVERSATIONS')).toContain('"topic":"CONVERSATIONS"');
  });
});
