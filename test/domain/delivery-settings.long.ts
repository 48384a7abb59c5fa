import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { certificatesEndingBefore } from '../../src/domain/channels/certificates-ending.js';
import type { DeliveryInput } from '../../src/domain/channels/delivery/delivery-input.js';
import { shownDelivery } from '../../src/domain/channels/delivery/shown-delivery.js';
import type { ChannelRecord } from '../../src/store/tables/channels.js';
import { DAY } from '../../src/time.js';
import { createCertificate } from '../support/certificate.js';
import { type ControlPlane, createControlPlane, POST_URL } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

const STORED = /hush|-----BEGIN/;
const TOLD = /hush|MII/; // so begins a certificate or key within its PEM
const client = createCertificate({ hosts: ['client.example.com'], notAfter: new Date('2026-01-21T00:00:00Z') });
const authority = createCertificate({ hosts: ['receiver.example.com'] });
const expired = createCertificate({ hosts: ['client.example.com'], notAfter: new Date('2025-12-31T00:00:00Z') });
const early = createCertificate({ hosts: ['client.example.com'], notBefore: new Date('2026-01-02T00:00:00Z') });
const shortKey = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;

/** Every secret there is, each with a text of its own that must not come out anywhere. */
const FULL: DeliveryInput = {
  timeoutSeconds: 30,
  retryWindowMinutes: 60,
  maxConcurrency: 4,
  maxPerSecond: 0.5,
  onRejected: 'RETRY',
  auth: {
    kind: 'OAUTH2',
    tokenUrl: 'https://login.example.com/token',
    clientId: 'client-1',
    secret: 'hush-client-secret',
    scope: 'messages',
  },
  headers: [
    { name: 'X-Tenant', value: 'hush-tenant' },
    { name: 'x-api-key', value: 'hush-key' },
  ],
  clientCertificate: { certificate: client.cert, privateKey: client.key },
  certificateAuthority: authority.cert,
  signatures: ['V1A', 'V1'],
};

eachDatabase('the delivery settings of a channel', (database) => {
  let plane: ControlPlane;
  let clientId: string;
  let names = 0;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    clientId = (await plane.domain.apps.create(plane.admin, { name: 'caller' })).app.clientId;
  });

  async function create(more: Record<string, unknown> = {}): Promise<ChannelRecord> {
    const bot = await plane.domain.bots.create(plane.admin, { name: 'Travel' });
    names += 1;
    const input = { botId: bot.id, name: `channel ${names}`, mode: 'ASYNC' as const };
    return (await plane.domain.channels.create(plane.admin, { ...input, ...more })).channel;
  }
  async function live(more: Record<string, unknown> = {}): Promise<ChannelRecord> {
    const channel = await create({ appClientId: clientId, postUrl: POST_URL, enabled: true, ...more });
    await approve(channel.id);
    return read(channel.id);
  }
  const set = (id: string, input: DeliveryInput) => plane.domain.channels.setDelivery(plane.admin, id, input);
  async function read(id: string): Promise<ChannelRecord> {
    const channel = await plane.domain.channels.get(plane.admin, id);
    if (!channel) throw new Error('no channel');
    return channel;
  }
  async function approve(channelId: string): Promise<void> {
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
    const waiting = edges.find(({ node }) => node.channelId === channelId);
    if (waiting) await plane.domain.approvals.approve(plane.admin, waiting.node.id);
  }
  const shown = (channel: ChannelRecord) => shownDelivery(channel.deliverySettings, channel.accessTokenCipher !== null);

  it('are the defaults until they are set: the row says nothing, and the access token authenticates', async () => {
    const defaults = {
      timeoutSeconds: 15,
      retryWindowMinutes: 1440,
      maxConcurrency: null,
      maxPerSecond: null,
      onRejected: 'DEAD_LETTER',
      auth: 'NONE',
      headerNames: [],
      hasClientCertificate: false,
      hasCertificateAuthority: false,
      signatures: ['V1'],
    };
    expect(shown(await create())).toEqual(defaults);
    const channel = await create({ accessToken: 'hush' });
    expect(shown(channel)).toEqual({ ...defaults, auth: 'BEARER' });
    const { channel: same } = await set(channel.id, { timeoutSeconds: 15, headers: [], signatures: ['V1'] });
    expect(same).toMatchObject({ deliverySettings: null, deliverySecretsCipher: null, revision: 1 });
  });

  it('are put before an admin with what changes named and no secret shown, there and in the audit log', async () => {
    const { id } = await live();
    const { approvalRequest } = await set(id, FULL);
    expect(approvalRequest).toMatchObject({ kind: 'CHANNEL_UPGRADE', status: 'PENDING' });
    const { name: _, ...changes } = (approvalRequest?.changes.channel ?? {}) as Record<string, unknown>;
    expect(changes).toEqual({
      timeoutSeconds: { from: 15, to: 30 },
      retryWindowMinutes: { from: 1440, to: 60 },
      maxConcurrency: { from: null, to: 4 },
      maxPerSecond: { from: null, to: 0.5 },
      onRejected: { from: 'DEAD_LETTER', to: 'RETRY' },
      signatures: { from: ['V1'], to: ['V1', 'V1A'] },
      auth: { from: 'NONE', to: 'OAUTH2' },
      'auth.tokenUrl': { from: null, to: 'https://login.example.com/token' },
      'auth.clientId': { from: null, to: 'client-1' },
      'auth.scope': { from: null, to: 'messages' },
      'auth.secret': { from: null, to: 'set' },
      'headers.x-api-key': { from: null, to: 'set' },
      'headers.x-tenant': { from: null, to: 'set' },
      clientCertificate: { from: null, to: 'set' },
      certificateAuthority: { from: null, to: 'set' },
    });
    expect(await read(id)).toMatchObject({ approvedDeliverySettings: null, approvedCertificateEndsAt: null });
    await approve(id);
    const again = await set(id, {
      auth: { kind: 'OAUTH2', secret: 'hush-2' },
      headers: [{ name: 'x-tenant' }, { name: 'x-api-key', value: 'hush-2' }],
    });
    expect(again.approvalRequest?.changes.channel).toEqual({
      name: again.channel.name,
      'auth.secret': { from: 'set', to: 'another one' },
      'headers.x-api-key': { from: 'set', to: 'another one' },
    });
    const log = await database().read('audit_entries').where({ subject: id }).select('action', 'details');
    expect(log.map(({ action }) => action)).toContain('channel.set-delivery-settings');
    for (const table of ['audit_entries', 'approval_requests', 'channels', 'changes']) {
      expect(JSON.stringify(await database().read(table).select('*'))).not.toMatch(STORED);
    }
  });

  it('keep what the input leaves out, and ask for nothing when what is approved is set again', async () => {
    const { id } = await live();
    await set(id, FULL);
    await approve(id);
    const before = await read(id);
    expect((await set(id, {})).approvalRequest).toBeNull();
    expect((await set(id, { timeoutSeconds: null, auth: null, headers: null })).approvalRequest).toBeNull();
    expect((await set(id, FULL)).approvalRequest).toBeNull();
    expect((await set(id, { timeoutSeconds: 31 })).approvalRequest).not.toBeNull();
    expect((await set(id, { timeoutSeconds: 30 })).approvalRequest).toBeNull();
    expect((await read(id)).deliverySettings).toEqual(before.deliverySettings);
    const none = await set(id, {
      auth: { kind: 'NONE' },
      headers: [],
      clientCertificate: { certificate: '', privateKey: '' },
      certificateAuthority: '',
    });
    expect(none.channel.deliverySecretsCipher).toBeNull();
    expect(shown(none.channel)).toMatchObject({
      auth: 'NONE',
      headerNames: [],
      hasClientCertificate: false,
      hasCertificateAuthority: false,
    });
  });

  it('stay when the request is rejected, and may be asked for again', async () => {
    const { id } = await live();
    const { approvalRequest } = await set(id, { maxConcurrency: 2 });
    await plane.domain.approvals.reject(plane.admin, approvalRequest?.id ?? '', 'too few');
    expect(await read(id)).toMatchObject({ approvedDeliverySettings: null, deliverySettings: { maxConcurrency: 2 } });
    expect((await set(id, { maxConcurrency: 3 })).approvalRequest).not.toBeNull();
  });

  it('choose the access token when one is given, whatever authenticated before', async () => {
    const { id } = await live();
    await set(id, { auth: { kind: 'BASIC', username: 'bot', secret: 'hush' } });
    const { channel, approvalRequest } = await plane.domain.channels.update(plane.admin, { id, accessToken: 'hush-2' });
    expect(shown(channel).auth).toBe('BEARER');
    expect(approvalRequest?.changes.channel).toEqual({ name: channel.name, accessToken: { from: null, to: 'set' } });
    expect(shown((await set(id, { auth: { kind: 'NONE' } })).channel).auth).toBe('NONE');
    expect(shown((await set(id, { auth: { kind: 'BEARER' } })).channel).auth).toBe('BEARER'); // the token was kept
    await plane.domain.channels.update(plane.admin, { id, accessToken: null });
    expect(shown(await read(id)).auth).toBe('NONE');
  });

  const header = (name: string, value: string | null = 'v') => ({ headers: [{ name, value }] });
  const auth = (kind: 'BASIC' | 'HEADER' | 'OAUTH2' | 'BEARER', more: object = {}) => ({ auth: { kind, ...more } });
  const oauth = (tokenUrl: string) => auth('OAUTH2', { tokenUrl, clientId: 'c', secret: 's' });
  const certificate = (cert: string, privateKey: string) => ({ clientCertificate: { certificate: cert, privateKey } });
  const REFUSED: [string, DeliveryInput][] = [
    ['timeoutSeconds', { timeoutSeconds: 0 }],
    ['timeoutSeconds', { timeoutSeconds: 61 }],
    ['retryWindowMinutes', { retryWindowMinutes: 0 }],
    ['retryWindowMinutes', { retryWindowMinutes: 10_081 }],
    ['maxConcurrency', { maxConcurrency: 0 }],
    ['maxPerSecond', { maxPerSecond: 0 }],
    ['maxPerSecond', { maxPerSecond: -1 }],
    ['signatures', { signatures: [] }],
    ...[
      'Host',
      'content-length',
      'Transfer-Encoding',
      'connection',
      'keep-alive',
      'TE',
      'Webhook-Id',
      'webhook-anything',
      'Idempotency-Key',
      'content-type',
      'proxy-authorization',
      'hookswitch-sequence',
      'two words',
      'umläut',
      'a:b',
      'line\nbreak',
      '',
      'x'.repeat(129),
    ].map((name): [string, DeliveryInput] => ['headers[0].name', header(name)]),
    ...['line\r\nbreak', 'nul\0', 'snow ☃', ' ahead', 'x'.repeat(6145)].map((value): [string, DeliveryInput] => [
      'headers[0].value',
      header('x-a', value),
    ]),
    ['headers[0].value', header('x-a', null)],
    ['headers[1].name', { headers: [...header('X-A').headers, ...header('x-a').headers] }],
    ['headers', { headers: Array.from({ length: 33 }, (_, n) => ({ name: `x-${n}`, value: 'v' })) }],
    ['headers', { headers: [1, 2].map((n) => ({ name: `x-${n}`, value: 'v'.repeat(4000) })) }],
    ['headers[0].name', { ...auth('BEARER', { secret: 't' }), ...header('Authorization') }],
    ['headers[0].name', { ...auth('BASIC', { username: 'u', secret: 's' }), ...header('authorization') }],
    ['headers[0].name', { ...auth('HEADER', { header: 'X-Key', secret: 's' }), ...header('x-key') }],
    ['auth.secret', auth('BEARER')],
    ['auth.secret', auth('BEARER', { secret: 'two words' })],
    ['auth.username', auth('BASIC', { secret: 's' })],
    ['auth.username', auth('BASIC', { username: 'a:b', secret: 's' })],
    ['auth.secret', auth('BASIC', { username: 'u' })],
    ['auth.secret', auth('BASIC', { username: 'u', secret: 'a\nb' })],
    ['auth.header', auth('HEADER', { secret: 's' })],
    ['auth.header', auth('HEADER', { header: 'Host', secret: 's' })],
    ['auth.secret', auth('HEADER', { header: 'X-Key' })],
    ['auth.secret', auth('HEADER', { header: 'X-Key', secret: 'a\r\nb' })],
    ['auth.tokenUrl', auth('OAUTH2', { clientId: 'c', secret: 's' })],
    ['auth.clientId', auth('OAUTH2', { tokenUrl: 'https://login.example.com/', secret: 's' })],
    ['auth.secret', auth('OAUTH2', { tokenUrl: 'https://login.example.com/', clientId: 'c' })],
    ...[
      'https://10.0.0.1/token',
      'https://localhost/',
      'http://login.example.com/',
      'nonsense',
      'https://169.254.169.254/',
    ].map((url): [string, DeliveryInput] => ['auth.tokenUrl', oauth(url)]),
    ['auth.tokenUrl', auth('BASIC', { username: 'u', secret: 's', tokenUrl: 'https://login.example.com/' })],
    ['clientCertificate.privateKey', certificate(client.cert, authority.key)],
    ['clientCertificate.certificate', certificate(expired.cert, expired.key)],
    ['clientCertificate.certificate', certificate(early.cert, early.key)],
    ['clientCertificate.certificate', certificate('nonsense', client.key)],
    ['clientCertificate.certificate', certificate(client.key, client.key)],
    ['clientCertificate.privateKey', certificate(client.cert, 'nonsense')],
    ['clientCertificate.privateKey', certificate(client.cert, '')],
    [
      'clientCertificate.privateKey',
      certificate(
        client.cert,
        shortKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hush' }).toString(),
      ),
    ],
    ['certificateAuthority', { certificateAuthority: expired.cert }],
    ['certificateAuthority', { certificateAuthority: 'nonsense' }],
  ];

  it('refuse what cannot be sent, by field, say nothing of secrets, and leave everything as it was', async () => {
    const { id } = await live();
    await set(id, { headers: [{ name: 'x-kept', value: 'hush' }], timeoutSeconds: 20 });
    const before = await read(id);
    for (const [field, input] of REFUSED) {
      const refused = await set(id, input).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refused, JSON.stringify(input)).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { field: `settings.${field}` },
      });
      expect(String(refused)).not.toMatch(TOLD);
    }
    expect(await read(id)).toEqual(before);
  });

  it('refuse an access token beside an authorization header, and a header beside the token', async () => {
    const { id } = await live();
    await set(id, header('Authorization'));
    await expect(plane.domain.channels.update(plane.admin, { id, accessToken: 'hush' })).rejects.toMatchObject({
      details: { field: 'accessToken' },
    });
    await expect(set(id, { auth: { kind: 'BEARER', secret: 'hush' } })).rejects.toMatchObject({
      details: { field: 'settings.headers[0].name' },
    });
  });

  it('go into an export without secrets, and out of it to be filled in before the channel is approved', async () => {
    const { id, botId, name } = await live();
    await set(id, FULL);
    const files = await plane.domain.transfer.exportBot(plane.admin, botId);
    expect(JSON.stringify(files)).not.toMatch(/hush|BEGIN|login\.example|client-1/);
    const { bot, channels } = await plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', ...files });
    const [imported] = channels;
    if (!imported) throw new Error('no channel');
    expect(shown(imported)).toEqual({
      ...shown(await read(id)),
      hasClientCertificate: false,
      hasCertificateAuthority: false,
    });
    const again = await plane.domain.transfer.exportBot(plane.admin, bot.id);
    expect(again.config?.hookswitch).toEqual(files.config?.hookswitch);

    const configured = { id: imported.id, appClientId: clientId, postUrl: POST_URL };
    await expect(plane.domain.channels.update(plane.admin, configured)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'settings.auth.tokenUrl' },
    });
    await set(imported.id, { auth: FULL.auth });
    await expect(plane.domain.channels.update(plane.admin, configured)).rejects.toMatchObject({
      details: { field: 'settings.headers' },
    });
    await set(imported.id, { headers: FULL.headers });
    expect((await plane.domain.channels.update(plane.admin, configured)).approvalRequest).not.toBeNull();

    await plane.domain.transfer.importBot(plane.admin, { mode: 'FULL', botId, ...files });
    expect(await read(id)).toMatchObject({ name, deliverySecretsCipher: expect.any(String) });
  });

  it('are refused in a file that has others than the server allows', async () => {
    const { id, botId } = await live();
    await set(id, { timeoutSeconds: 20 });
    const files = await plane.domain.transfer.exportBot(plane.admin, botId);
    for (const wrong of [{ retryWindowMinutes: 0 }, { headerNames: ['Host'] }, { signatures: [] }, { auth: 'MAGIC' }]) {
      const config = JSON.parse(JSON.stringify(files.config));
      Object.assign(config.hookswitch.channels[0].deliverySettings, wrong);
      const importing = plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', ...files, config });
      await expect(importing).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'config' } });
    }
  });

  it('are taken over by the channels of smart bots without secrets, at their making and at later publishes', async () => {
    const first = await live();
    await set(first.id, FULL);
    await approve(first.id);
    const publish = async (ids: string[]) => {
      await plane.domain.publish.publish(plane.admin, { botId: first.botId, channelIds: ids });
      const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
      const waiting = edges.find(({ node }) => node.botId === first.botId && node.versionId);
      await plane.domain.approvals.approve(plane.admin, waiting?.node.id ?? '');
    };
    await publish([first.id]);
    const child = await plane.domain.smartBots.create(plane.admin, { parentId: first.botId, name: 'Child' });
    const { channel: second } = await plane.domain.channels.create(plane.admin, {
      botId: first.botId,
      name: 'second',
      mode: 'ASYNC',
      appClientId: clientId,
      postUrl: POST_URL,
      enabled: true,
    });
    await set(second.id, { ...FULL, timeoutSeconds: 40 });
    await approve(second.id);
    plane.clock.advance(1_000);
    await publish([first.id, second.id]);
    const inherited = (await plane.domain.channels.ofBots(plane.admin, [child.id])).get(child.id) ?? [];
    expect(inherited.map((channel) => shown(channel).timeoutSeconds)).toEqual([30, 40]);
    for (const channel of inherited) {
      expect(channel).toMatchObject({ deliverySecretsCipher: null, signingKeyPairs: null });
      expect(shown(channel)).toMatchObject({
        auth: 'OAUTH2',
        headerNames: ['x-api-key', 'x-tenant'],
        hasClientCertificate: false,
        hasCertificateAuthority: false,
      });
    }
  });

  it('tell which approved certificates end soon', async () => {
    const { id, botId, name } = await live();
    await set(id, { clientCertificate: FULL.clientCertificate ?? null, certificateAuthority: authority.cert });
    const endsAt = Date.parse('2026-01-21T00:00:00Z');
    const ending = async (at: number) =>
      (await certificatesEndingBefore(database().read, at)).filter(({ channelId }) => channelId === id);
    expect(await ending(plane.clock.now() + 30 * DAY)).toEqual([]);
    await approve(id);
    expect(await ending(plane.clock.now() + 30 * DAY)).toEqual([
      { accountId: plane.admin.accountId, botId, channelId: id, channelName: name, endsAt },
    ]);
    expect(await ending(endsAt)).toEqual([]);
    await plane.domain.channels.remove(plane.admin, id);
    expect(await ending(endsAt + DAY)).toEqual([]);
  });
});
