import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConversationLog } from '../../src/history/conversation-log.js';
import { silentLog } from '../../src/log.js';
import { DAY } from '../../src/time.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

eachDatabase('when something was last used', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const conversations = createConversationLog({ database: database() });
    server = await serveGraphql({ domain: plane.domain, ports: { conversations }, log: silentLog }, plane.adminToken);
  });
  afterAll(() => server.stop());

  it('is told of a channel by the messages of its users, not by tests', async () => {
    const { domain, admin } = plane;
    const bot = await domain.bots.create(admin, { name: 'Bot' });
    const made = async (name: string) =>
      (await domain.channels.create(admin, { botId: bot.id, name, mode: 'SYNC' })).channel.id;
    const [used, tried] = [await made('used'), await made('tried')];
    const at = plane.clock.now() - DAY;
    const talk = (id: string, channelId: string, lastMessageAt: number) => ({
      ...{ id, account_id: admin.accountId, channel_id: channelId, user_id: id, group_id: '' },
      ...{ started_at: at, last_message_at: lastMessageAt },
    });
    await database()
      .write('conversations')
      .insert([
        talk('cv-1', used, at),
        talk('cv-2', used, at + 1000),
        talk('ct-1', used, at + 2000),
        talk('ct-2', tried, at),
      ]);
    const { data } = await server.send('{ channels { edges { node { name lastMessageAt } } } }');
    const nodes = data.channels.edges.map(({ node }: { node: unknown }) => node);
    expect(nodes).toContainEqual({ name: 'used', lastMessageAt: new Date(at + 1000).toISOString() });
    expect(nodes).toContainEqual({ name: 'tried', lastMessageAt: null });
  });

  it('is told of a user also when the token is not in force any more', async () => {
    const { domain, admin } = plane;
    const user = await domain.users.createServiceAccount(admin, { name: 'Robot', role: 'VIEWER' });
    const token = await domain.apiTokens.create(admin, { userId: user.id, name: 'CI' });
    const robot = async () => {
      const { data } = await server.send('{ users { name lastActiveAt apiTokens { id } } }');
      return data.users.find(({ name }: { name: string }) => name === 'Robot');
    };
    expect(await robot()).toMatchObject({ lastActiveAt: null });
    const at = new Date(plane.clock.now()).toISOString();
    await server.send('{ viewer { name } }', {}, token);
    const [{ id }] = (await robot()).apiTokens;
    await domain.apiTokens.revoke(admin, id);
    plane.clock.advance(DAY);
    expect(await robot()).toEqual({ name: 'Robot', lastActiveAt: at, apiTokens: [] });
  });
});
