import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { createAttention } from '../../src/outbox/attention.js';
import { DAY, HOUR } from '../../src/time.js';
import { type ControlPlane, createControlPlane, POST_URL } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { insertDeadLetters } from '../support/dead-letters.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

const ATTENTION = `{ attention {
  channels { working callbacksFailing callbacksBlocked hindered disabled }
  failingChannels { id bot { id name } } hinderedChannels { id blockers bot { id name state } }
  deadLetterCount deadLetters { count channel { id name bot { id name } } }
  unfilledBotCount unfilledVariables { keys bot { id name } }
  failingBots { failed bot { id name } }
  ending { kind name endsAt channel { id } }
  traffic { from messagesIn messagesOut failed } } }`;
const CHANNELS = '{ bots(first: 20) { edges { node { channels { id enabled functional } } } } }';

eachDatabase('what needs attention', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  const bots: Record<string, string> = {};
  const channels: Record<string, string> = {};
  /** When the hour began. */
  let hour: number;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const attention = createAttention({ database: database(), clock: plane.clock });
    server = await serveGraphql({ domain: plane.domain, ports: { attention }, log: silentLog }, plane.adminToken);
    const { domain, admin } = plane;
    await domain.accounts.update(admin, { autoApprove: ['CHANNEL', 'FIRST_PUBLISH'] });
    const { clientId } = (await domain.apps.create(admin, { name: 'App' })).app;
    for (const host of ['well', 'failing', 'blocked', 'other']) {
      bots[host] = (await domain.bots.create(admin, { name: host })).id;
      const input = { botId: bots[host] ?? '', mode: 'ASYNC' as const, appClientId: clientId, enabled: true };
      const postUrl = host === 'other' ? POST_URL : `https://${host}.example.com:8443/callback?a=/b`;
      channels[host] = (await domain.channels.create(admin, { ...input, name: host, postUrl })).channel.id;
      await domain.publish.publish(admin, { botId: bots[host] ?? '', channelIds: [channels[host] ?? ''] });
    }
    const more = { botId: bots.other ?? '', mode: 'SYNC' as const };
    const save = async (name: string, rest: object) => {
      channels[name] = (await domain.channels.create(admin, { ...more, name, ...rest })).channel.id;
    };
    await save('off', { appClientId: clientId, enabled: false });
    await save('without app', { enabled: true });
    await save('unpublished', { appClientId: clientId, enabled: true });
    await domain.channels.suspend(admin, channels.other ?? '', 'Spam');
    for (const [n, state] of ['FAILING', 'BLOCKED'].entries()) {
      const origin = `https://${state.toLowerCase()}.example.com:8443`;
      await database()
        .write('endpoints')
        .insert({ account_id: admin.accountId, origin, state, since: 1, changed: n, changed_at: 1 });
    }
    const letters = { accountId: plane.admin.accountId, createdAt: 1 };
    await insertDeadLetters(database().write, {
      ...letters,
      channelId: channels.well ?? '',
      conversations: 1,
      each: 2,
    });
    const other = { channelId: channels.failing ?? '', conversations: 1, each: 1, prefix: 'f' };
    await insertDeadLetters(database().write, { ...letters, ...other });
    hour = plane.clock.now() - (plane.clock.now() % HOUR);
    const insert = (channel: string, start: number, failed: number) =>
      database()
        .write('channel_metrics')
        .insert({ channel_id: channels[channel], interval: 'HOUR', start, messages_in: 5, messages_out: 7, failed });
    await insert('well', hour, 0);
    await insert('failing', hour, 2);
    await insert('failing', hour - 2 * DAY, 9);
    const at = plane.clock.now();
    await database()
      .write('channels')
      .where({ id: channels.well })
      .update({ approved_certificate_ends_at: at + 20 * DAY, previous_signing_secret_valid_until: at + DAY });
  });
  afterAll(() => server.stop());

  const ask = async (token?: string) => {
    const { data, errors } = await server.send(ATTENTION, {}, token);
    expect(errors).toBeUndefined();
    return data.attention;
  };

  it('counts each channel once, by the same rules by which its hook answers', async () => {
    const found = await ask();
    const counts = { working: 1, callbacksFailing: 1, callbacksBlocked: 1, hindered: 3, disabled: 1 };
    expect(found.channels).toEqual(counts);
    const { data } = await server.send(CHANNELS);
    type Listed = { id: string; enabled: boolean; functional: boolean };
    const all: Listed[] = data.bots.edges.flatMap(({ node }: { node: { channels: Listed[] } }) => node.channels);
    expect(all.filter(({ functional }) => functional)).toHaveLength(3);
    const hindered = all.filter(({ enabled, functional }) => enabled && !functional).map(({ id }) => id);
    expect(found.hinderedChannels.map(({ id }: { id: string }) => id).sort()).toEqual(hindered.sort());
    const failing = found.failingChannels.map(({ id }: { id: string }) => id).sort();
    expect(failing).toEqual([channels.blocked, channels.failing].sort());
  });

  it('counts dead letters, with the channels that have most of them', async () => {
    const { deadLetterCount, deadLetters } = await ask();
    expect(deadLetterCount).toBe(3);
    expect(
      deadLetters.map(({ count, channel }: { count: number; channel: { id: string } }) => [channel.id, count]),
    ).toEqual([
      [channels.well, 2],
      [channels.failing, 1],
    ]);
  });

  it('names the variables that have no value', async () => {
    const set = (key: string, value: string) =>
      plane.domain.bots.setVariable(plane.admin, { botId: bots.well ?? '', key, value });
    await set('empty', '');
    await set('full', 'yes');
    expect(await ask()).toMatchObject({
      unfilledBotCount: 1,
      unfilledVariables: [{ keys: ['empty'], bot: { id: bots.well } }],
    });
    await set('empty', 'no more');
    expect(await ask()).toMatchObject({ unfilledBotCount: 0, unfilledVariables: [] });
  });

  it('tells what failed and what was said within the last day', async () => {
    const { failingBots, traffic } = await ask();
    expect(failingBots).toEqual([{ failed: 2, bot: { id: bots.failing, name: 'failing' } }]);
    expect(traffic).toHaveLength(25);
    expect(traffic.at(-1)).toEqual({ from: new Date(hour).toISOString(), messagesIn: 10, messagesOut: 14, failed: 2 });
    expect(traffic.at(-2)).toMatchObject({ messagesIn: 0 });
  });

  it('names certificates, tokens and secrets that end soon, the first first', async () => {
    const { ending } = await ask();
    expect(ending.map(({ kind, channel }: { kind: string; channel: unknown }) => [kind, channel])).toEqual([
      ['SIGNING_SECRET', { id: channels.well }],
      ['CERTIFICATE', { id: channels.well }],
    ]);
  });

  it('shows of the account what the viewer may read, and no more', async () => {
    const token = async (limits: object) =>
      (await plane.domain.apiTokens.create(plane.admin, { userId: plane.admin.id, name: 't', ...limits })) as string;
    const seen = await ask(await token({ botIds: [bots.failing] }));
    expect(seen).toMatchObject({
      channels: { working: 0, callbacksFailing: 1, callbacksBlocked: 0, hindered: 0, disabled: 0 },
      hinderedChannels: [],
      deadLetterCount: 1,
      ending: [],
    });
    expect(seen.traffic.at(-1)).toMatchObject({ messagesIn: 5 });
    const { errors } = await server.send(ATTENTION, {}, await token({ actions: ['bot.publish'] }));
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
