import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

eachDatabase('bots and channels in order', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    plane = await createControlPlane(database());
    server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog }, plane.adminToken);
    const { domain, admin, clock } = plane;
    const app = (await domain.apps.create(admin, { name: 'Till' })).app.clientId;
    for (const name of ['Zebra', 'apple', 'Mango']) {
      clock.advance(1_000);
      const bot = await domain.bots.create(admin, { name });
      ids[name] = bot.id;
      const channel = { botId: bot.id, name: `desk of ${name}`, mode: 'SYNC' as const };
      const more = name === 'Mango' ? { appClientId: app, enabled: true } : {};
      ids[`desk of ${name}`] = (await domain.channels.create(admin, { ...channel, ...more })).channel.id;
    }
    await domain.bots.suspend(admin, ids.apple ?? '', 'x');
  });
  afterAll(() => server.stop());

  async function names(list: 'bots' | 'channels' | 'apps', args: string): Promise<string[]> {
    const found: string[] = [];
    let after: string | null = null;
    do {
      const text: string = `query($after: String) { ${list}(first: 2, after: $after${args}) { totalCount
        pageInfo { hasNextPage endCursor } edges { node { name } } } }`;
      const { data, errors } = await server.send(text, { after });
      expect(errors).toBeUndefined();
      const { edges, pageInfo } = data[list];
      found.push(...edges.map(({ node }: { node: { name: string } }) => node.name));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    return found;
  }
  const tag = (of: 'tagBots' | 'tagChannels' | 'tagApps', input: object, token?: string) =>
    server.send(
      `mutation($input: TagChangeInput!) { ${of}(input: $input) { ${of === 'tagApps' ? 'clientId' : 'id'} tags } }`,
      { input },
      token,
    );

  it('are listed by age, last change or name, page after page', async () => {
    expect(await names('bots', '')).toEqual(['Mango', 'apple', 'Zebra']);
    expect(await names('bots', ', order: NAME')).toEqual(['apple', 'Mango', 'Zebra']);
    expect(await names('channels', ', order: NAME')).toEqual(['desk of apple', 'desk of Mango', 'desk of Zebra']);
    expect(await names('channels', ', order: CHANGED')).toHaveLength(3);
  });

  it('are found by state as each of them tells it', async () => {
    const { data } = await server.send('{ bots { edges { node { name state channels { name status } } } } }');
    for (const { node } of data.bots.edges) {
      expect(await names('bots', `, state: ${node.state}`)).toContain(node.name);
      for (const { name, status } of node.channels)
        expect(await names('channels', `, status: ${status}`)).toContain(name);
    }
    expect(await names('bots', ', state: SUSPENDED')).toEqual(['apple']);
    expect(await names('channels', ', status: NEEDS_CONFIGURATION')).toHaveLength(2);
    expect(await names('bots', ', engine: HTTP')).toEqual([]);
    expect(await names('bots', ', failing: true')).toEqual([]);
    expect(await names('bots', `, search: "${ids.Zebra}"`)).toEqual(['Zebra']);
  });

  it('are tagged together, or none of them, and found by the tag', async () => {
    const tags = async (): Promise<string[]> => (await server.send('{ tags }')).data.tags;
    const ofOthers = await tags();
    const both = [ids.Zebra, ids.Mango];
    expect((await tag('tagBots', { ids: both, add: ['north', 'shop'] })).data.tagBots[0].tags).toEqual([
      'north',
      'shop',
    ]);
    await tag('tagBots', { ids: [ids.Mango], remove: ['north'] });
    expect(await names('bots', ', tag: "north"')).toEqual(['Zebra']);
    await tag('tagChannels', { ids: [ids['desk of Mango']], add: ['north'] });
    expect(await names('channels', ', tag: "north"')).toEqual(['desk of Mango']);
    const failed = await tag('tagBots', { ids: [ids.apple, 'st-none'], add: ['south'] });
    expect(failed.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    const bad = await tag('tagBots', { ids: [ids.apple], add: ['a,b'] });
    expect(bad.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'add' });
    expect((await tags()).filter((one) => !ofOthers.includes(one))).toEqual(['north', 'shop']);
  });

  it('have apps beside them, ordered by name or by the change of their secrets, tagged and found by the tag', async () => {
    const { domain, admin, clock } = plane;
    for (const name of ['Vault', 'atrium']) {
      clock.advance(1_000);
      ids[name] = (await domain.apps.create(admin, { name })).app.clientId;
    }
    clock.advance(1_000);
    await domain.apps.rotateSecret(admin, ids.Vault ?? '');
    expect(await names('apps', '')).toEqual(['atrium', 'Vault', 'Till']);
    expect(await names('apps', ', order: NAME')).toEqual(['atrium', 'Till', 'Vault']);
    expect(await names('apps', ', order: CHANGED')).toEqual(['Vault', 'atrium', 'Till']);
    await tag('tagApps', { ids: [ids.Vault, ids.atrium], add: ['partner'] });
    await tag('tagApps', { ids: [ids.Vault], add: ['bank'], remove: ['partner'] });
    expect(await names('apps', ', tag: "partner"')).toEqual(['atrium']);
    expect((await server.send('{ apps(search: "vault") { edges { node { tags } } } tags }')).data).toMatchObject({
      apps: { edges: [{ node: { tags: ['bank'] } }] },
      tags: expect.arrayContaining(['bank', 'partner']),
    });
    const failed = await tag('tagApps', { ids: [ids.Vault, 'cs-none'], add: ['south'] });
    expect(failed.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('are found by a part of their names, with apps and users, by who may read them', async () => {
    const search = async (text: string) =>
      (await server.send('query($text: String!) { search(text: $text) { kind name } }', { text })).data.search;
    expect(await search('an')).toEqual([
      { kind: 'BOT', name: 'Mango' },
      { kind: 'CHANNEL', name: 'desk of Mango' },
    ]);
    expect(await search('till')).toEqual([{ kind: 'APP', name: 'Till' }]);
    expect(await search('x')).toEqual([]);
  });

  it('keep views of lists for each user alone', async () => {
    const save = (address: string) =>
      server.send('mutation($a: String!) { saveView(page: "bots", name: "Mine", address: $a) { id } }', { a: address });
    await save('tag=north');
    const { data } = await save('tag=shop');
    const views = '{ savedViews(page: "bots") { name address } }';
    expect((await server.send(views)).data.savedViews).toEqual([{ name: 'Mine', address: 'tag=shop' }]);
    const viewer = await plane.userAs('VIEWER');
    expect(await plane.domain.savedViews.list(viewer, 'bots')).toEqual([]);
    await expect(plane.domain.savedViews.remove(viewer, data.saveView.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
