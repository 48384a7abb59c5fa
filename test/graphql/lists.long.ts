import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

const NESTED = `query ($first: Int!) {
  bots(first: $first) {
    totalCount
    edges { node {
      name state variables { key } children { name } parent { name }
      channels { name status functional blockers app { name } bot { name } inheritedFrom { name } }
      versions(first: 2) { totalCount edges { node { number channels { name } } } }
      liveVersion { number }
      messages(first: 2) { totalCount edges { node { key contents { value } overrides { id } } } }
    } }
  }
  approvalRequests(first: $first) { totalCount edges { node { kind bot { name } channel { name } version { number } requestedBy { name } } } }
  apps(first: $first) { totalCount edges { node { name channels { name } } } }
  users { name apiTokens { name } }
}`;

eachDatabase('lists', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog }, plane.adminToken);
    await plane.domain.accounts.update(plane.admin, { autoApprove: ['CHANNEL', 'FIRST_PUBLISH'] });
    for (let count = 0; count < 25; count += 1) await newBot(`Bot ${count}`);
  });
  afterAll(() => server.stop());

  async function newBot(name: string): Promise<void> {
    const { domain, admin, clock } = plane;
    clock.advance(1);
    const { app } = await domain.apps.create(admin, { name: `App of ${name}` });
    const bot = await domain.bots.create(admin, { name });
    const ids: string[] = [];
    for (const channel of ['one', 'two']) {
      const saved = await domain.channels.create(admin, {
        botId: bot.id,
        name: channel,
        mode: 'SYNC',
        appClientId: app.clientId,
        enabled: true,
      });
      ids.push(saved.channel.id);
    }
    await domain.publish.publish(admin, { botId: bot.id, channelIds: ids });
    await domain.bots.setVariable(admin, { botId: bot.id, key: 'url', value: 'x' });
  }

  async function statementsOf(first: number): Promise<number> {
    let count = 0;
    const note = () => {
      count += 1;
    };
    database().read.on('query', note);
    const { data, errors } = await server.send(NESTED, { first });
    database().read.removeListener('query', note);
    expect(errors).toBeUndefined();
    expect(data.bots.edges).toHaveLength(Math.min(first, 25));
    return count;
  }

  it('cost about as many statements for twenty-five parents as for two', async () => {
    await statementsOf(2); // whoever asks is remembered for a while
    // A look-up may be shared by two branches of the answer or not, as their statements return; no more than that.
    expect(await statementsOf(25)).toBeLessThan((await statementsOf(2)) + 5);
  });

  it('come in pages that follow each other without a gap, newest first', async () => {
    const names: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page += 1) {
      const { data } = await server.send(
        'query ($after: String) { bots(first: 4, after: $after) { edges { node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } }',
        { after },
      );
      names.push(...data.bots.edges.map((edge: { node: { name: string } }) => edge.node.name));
      expect(data.bots).toMatchObject({ totalCount: 25, pageInfo: { hasPreviousPage: page > 0 } });
      after = data.bots.pageInfo.endCursor;
      if (!data.bots.pageInfo.hasNextPage) break;
    }
    expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `Bot ${24 - index}`));
  });

  it('are cut at a hundred, and refuse a size or a cursor that is none', async () => {
    const capped = await server.send('{ bots(first: 1000) { edges { cursor } } }');
    expect(capped.data.bots.edges).toHaveLength(25);
    const none = await server.send('{ bots(first: 0) { totalCount } }');
    expect(none.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
    const foreign = await server.send('{ bots(after: "bm9uZQ") { totalCount } }');
    expect(foreign.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
  });

  it('are searched by a part of the name, whatever its case and signs', async () => {
    const { data } = await server.send(
      '{ some: bots(search: "bOT 2") { totalCount } none: bots(search: "%") { totalCount } }',
    );
    expect(data).toEqual({ some: { totalCount: 6 }, none: { totalCount: 0 } });
  });

  it('of bots hold those named by id alone, in one query', async () => {
    const { data } = await server.send('{ bots(first: 3) { edges { node { id name } } } }');
    const [first, , third] = data.bots.edges.map(({ node }: { node: object }) => node);
    const among = [third.id, first.id, 'st-none'];
    const found = await server.send('query ($among: [ID!]) { bots(among: $among) { edges { node { id name } } } }', {
      among,
    });
    expect(found.data.bots.edges).toEqual([{ node: first }, { node: third }]);
    const none = await server.send('{ bots(among: []) { totalCount } }');
    expect(none.data.bots.totalCount).toBe(0);
  });

  it('page the messages of a bot and find them by what they say', async () => {
    const { data } = await server.send(
      '{ bots(first: 1) { edges { node { messages(first: 1, search: "sorry") { totalCount edges { node { name kind language contents { type value } } } pageInfo { hasNextPage endCursor } } } } } }',
    );
    const { messages } = data.bots.edges[0].node;
    expect(messages.totalCount).toBeGreaterThan(1);
    expect(messages.edges[0].node).toMatchObject({
      kind: 'standard_response',
      language: 'en',
      contents: [{ type: 'TEXT' }],
    });
    const next = await server.send(
      'query ($after: String) { bots(first: 1) { edges { node { messages(first: 100, after: $after, search: "sorry") { edges { node { name } } } } } } }',
      { after: messages.pageInfo.endCursor },
    );
    expect(next.data.bots.edges[0].node.messages.edges).toHaveLength(messages.totalCount - 1);
  });

  describe('too much at once', () => {
    it('is refused before it runs: too deep', async () => {
      const deep = `{ bots { edges { node ${'{ children '.repeat(20)} { name } ${'}'.repeat(20)} } } }`;
      const { errors } = await server.send(deep);
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('levels deep'),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    });

    it('is refused before it runs: too many fields of the answer', async () => {
      const { errors } = await server.send(
        '{ bots(first: 100) { edges { node { children { children { children { children { name } } } } } } } }',
      );
      expect(errors?.[0]).toMatchObject({
        message: expect.stringContaining('smaller pages'),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    });
  });
});
