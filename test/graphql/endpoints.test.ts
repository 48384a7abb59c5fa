import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { createEndpoints } from '../../src/outbox/endpoints.js';
import { endpointStore } from '../../src/store/tables/endpoints.js';
import { type ControlPlane, createControlPlane, POST_URL } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

const FIELDS = 'state since lastSuccessAt lastFailureAt lastError blockedUntil pending oldestPendingAt dead';
const BOT = `query($id: ID!) { bot(id: $id) { channels { name endpoint { ${FIELDS} } } } }`;
const TRY = 'mutation($id: ID!) { tryEndpointNow(channelId: $id) { id endpoint { state } } }';
const origin = new URL(POST_URL).origin;
const at = Date.UTC(2026, 0, 1);
const iso = (ms: number) => new Date(ms).toISOString();

/** Nothing runs here. */
const nowhere = { routes: { channelsAt: () => [], byChannel: () => undefined }, dispatcher: { load: () => null } };

eachDatabase('the endpoint of a channel', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  let clientId: string;
  let asked = 0;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const onTry = async () => {
      asked += 1;
      throw new Error('no answer');
    };
    const endpoints = createEndpoints({ ...plane.deps, ...nowhere, onTry });
    server = await serveGraphql({ domain: plane.domain, ports: { endpoints }, log: silentLog }, plane.adminToken);
    await plane.domain.accounts.update(plane.admin, { autoApprove: ['CHANNEL'] });
    clientId = (await plane.domain.apps.create(plane.admin, { name: 'App' })).app.clientId;
    const { write, dialect } = database();
    const reported = {
      accountId: plane.admin.accountId,
      origin,
      state: 'BLOCKED' as const,
      since: at - 8_000,
      lastSuccessAt: at - 9_000,
      lastFailureAt: at - 1_000,
      lastError: '503',
      blockedUntil: at + 30_000,
    };
    const others = { ...reported, accountId: 'other', state: 'HEALTHY' as const };
    await endpointStore(dialect).report(write, 'p1', [reported, others], at);
  });
  afterAll(() => server.stop());

  async function newBot(channels: Record<string, unknown>[]): Promise<{ id: string; channelIds: string[] }> {
    const { domain, admin, clock } = plane;
    const bot = await domain.bots.create(admin, { name: `Bot ${Math.random()}` });
    const channelIds: string[] = [];
    for (const [n, more] of channels.entries()) {
      clock.advance(1);
      const input = { botId: bot.id, name: `${n}`, mode: 'ASYNC' as const, appClientId: clientId, enabled: true };
      const saved = await domain.channels.create(admin, { ...input, postUrl: POST_URL, ...more });
      channelIds.push(saved.channel.id);
    }
    return { id: bot.id, channelIds };
  }
  const endpointsOf = async (id: string) => {
    const { data, errors } = await server.send(BOT, { id });
    expect(errors).toBeUndefined();
    return data.bot.channels.map(({ endpoint }: { endpoint: unknown }) => endpoint);
  };
  let made = 0;
  const insert = (channelId: string, status: string, count: number, createdAt: number) =>
    database()
      .write('deliveries')
      .insert(
        Array.from({ length: count }, () => ({
          id: `dl-${made++}`,
          account_id: plane.admin.accountId,
          channel_id: channelId,
          conversation_id: `cv-${channelId}`,
          trace_id: 't',
          seq: made,
          status,
          payload: '{}',
          created_at: createdAt,
        })),
      );

  it('is unknown until something was sent, and none for a channel that sends nothing', async () => {
    const { id } = await newBot([{ postUrl: 'https://quiet.example.com/' }, { mode: 'SYNC' }, { enabled: false }]);
    const unknown = Object.fromEntries(FIELDS.split(' ').map((field) => [field, null]));
    expect(await endpointsOf(id)).toEqual([{ ...unknown, state: 'UNKNOWN', pending: 0, dead: 0 }, null, null]);
  });

  it('tells what was reported of its host, and counts the callbacks of the channel alone', async () => {
    const { id, channelIds } = await newBot([{}, { postUrl: `${origin}/other` }]);
    const [first = '', second = ''] = channelIds;
    await insert(first, 'PENDING', 2, at - 5_000);
    await insert(first, 'PENDING', 1, at - 9_000);
    await insert(first, 'DELIVERED', 4, at - 10_000);
    await insert(second, 'DEAD', 3, at);
    const shared = {
      state: 'BLOCKED',
      since: iso(at - 8_000),
      lastSuccessAt: iso(at - 9_000),
      lastFailureAt: iso(at - 1_000),
      lastError: '503',
      blockedUntil: iso(at + 30_000),
    };
    expect(await endpointsOf(id)).toEqual([
      { ...shared, pending: 3, oldestPendingAt: iso(at - 9_000), dead: 0 },
      { ...shared, pending: 0, oldestPendingAt: null, dead: 3 },
    ]);
  });

  it('costs the same number of statements for many channels as for one', async () => {
    const [one, many] = [await newBot([{}]), await newBot(Array.from({ length: 12 }, () => ({})))];
    const statements = async (id: string) => {
      let count = 0;
      const note = () => {
        count += 1;
      };
      database().read.on('query', note);
      await endpointsOf(id);
      database().read.removeListener('query', note);
      return count;
    };
    await statements(one.id); // whoever asks is remembered for a while
    expect(await statements(many.id)).toBe(await statements(one.id));
  });

  it('is asked to be tried, which is noted whether or not this process can do it at once', async () => {
    const { channelIds } = await newBot([{}]);
    const [id = ''] = channelIds;
    const { data, errors } = await server.send(TRY, { id });
    expect(errors).toBeUndefined();
    expect(data.tryEndpointNow).toEqual({ id, endpoint: { state: 'BLOCKED' } });
    expect(asked).toBe(1);
    const row = await database().read('endpoints').where({ origin, account_id: plane.admin.accountId }).first();
    expect(row).toMatchObject({ try_channel_id: id });
    const log = await server.send(
      'query($id: ID!) { auditLog(subject: $id, first: 1) { edges { node { action details } } } }',
      {
        id,
      },
    );
    expect(log.data.auditLog.edges[0].node).toMatchObject({ action: 'endpoint.try', details: { endpoint: origin } });
  });

  it('cannot be tried by a viewer, for a channel without callbacks, or for none', async () => {
    const { channelIds } = await newBot([{ mode: 'SYNC' }]);
    const codes = [];
    for (const id of [channelIds[0], 'ivrInst-none'])
      codes.push((await server.send(TRY, { id })).errors?.[0]?.extensions.code);
    expect(codes).toEqual(['CONFLICT', 'NOT_FOUND']);
    const viewer = await plane.userAs('VIEWER');
    const endpoints = createEndpoints({ ...plane.deps, ...nowhere, onTry: async () => {} });
    await expect(endpoints.tryNow(viewer, channelIds[0] ?? '')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
