import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

const CHANGES = `query ($id: ID!, $channelIds: [ID!], $versionNumber: Int) {
  bot(id: $id) { changes(channelIds: $channelIds, versionNumber: $versionNumber) } }`;

eachDatabase('the changes of a bot', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  let clientId: string;
  let botId: string;
  let messageKey: string;
  let channelIds: string[];

  const changes = async (variables: Record<string, unknown>) =>
    (await server.send(CHANGES, { id: botId, ...variables })).data?.bot.changes;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const { domain, admin } = plane;
    server = await serveGraphql({ domain, ports: {}, log: silentLog }, plane.adminToken);
    await domain.accounts.update(admin, { autoApprove: ['CHANNEL', 'FIRST_PUBLISH', 'PUBLISH_UPGRADE'] });
    ({ clientId } = (await domain.apps.create(admin, { name: 'caller' })).app);
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    const { domain, admin } = plane;
    const bot = await domain.bots.create(admin, { name: 'Bot' });
    botId = bot.id;
    channelIds = [];
    for (const name of ['web', 'phone']) {
      const input = { botId, name, mode: 'SYNC', appClientId: clientId, enabled: true } as const;
      channelIds.push((await domain.channels.create(admin, input)).channel.id);
    }
    messageKey = (await domain.messages.ofBots(admin, [bot])).get(botId)?.[0]?.message.key ?? '';
  });

  const contents = [{ type: 'TEXT' as const, value: 'Ahoy' }];

  /** Publishes the bot with both channels, and changes something of it. */
  async function publishAndChange(): Promise<void> {
    const { domain, admin } = plane;
    await domain.publish.publish(admin, { botId, channelIds });
    await domain.messages.setOverride(admin, { botId, messageKey, channelId: channelIds[0], contents });
    await domain.bots.update(admin, { id: botId, sessionTimeoutMinutes: 30 });
  }

  it('are everything while nothing is live, and ask for no publish', async () => {
    expect(await changes({ channelIds })).toEqual({
      version: { from: null, to: 1 },
      channels: { added: ['phone', 'web'], removed: [] },
      settings: {},
      definition: {},
      overrides: [],
    });
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING' });
    expect(edges).toEqual([]);
  });

  it('name channels, settings and what is said instead, against the live version', async () => {
    await publishAndChange();
    expect(await changes({ channelIds: channelIds.slice(0, 1) })).toEqual({
      version: { from: 1, to: 2 },
      channels: { added: [], removed: ['phone'] },
      settings: { sessionTimeoutMinutes: { from: 15, to: 30 } },
      definition: {},
      overrides: [{ message: messageKey, channel: 'web', language: 'en', from: null, to: contents }],
    });
  });

  it('of a roll back lead back', async () => {
    await publishAndChange();
    await plane.domain.publish.publish(plane.admin, { botId, channelIds: channelIds.slice(0, 1) });
    expect(await changes({ versionNumber: 1 })).toMatchObject({
      version: { from: 2, to: 1 },
      channels: { added: ['phone'], removed: [] },
      settings: { sessionTimeoutMinutes: { from: 30, to: 15 } },
      overrides: [{ message: messageKey, to: null }],
    });
  });

  it('are not told of a version that never was', async () => {
    const { errors } = await server.send(CHANGES, { id: botId, versionNumber: 9 });
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});
