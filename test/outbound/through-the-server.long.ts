import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/outbound/guard.js';
import { createOutbound, type Outbound } from '../../src/outbound/request.js';
import {
  type Caller,
  createBot,
  createCaller,
  goLive,
  type LiveChannel,
  startTestApp,
  type TestApp,
} from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { MALICIOUS } from './malicious-urls.js';

describe('a server that opens nothing', () => {
  let app: TestApp;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await createReceiver();
    app = await startTestApp({ env: { OUTBOUND_ALLOW_CIDRS: '' } });
  });
  afterAll(async () => {
    await app.remove();
    await receiver.close();
  });

  it('saves no malicious POST URL, neither with a new channel nor with one that is there', async () => {
    const { clientId: appClientId } = await createCaller(app);
    const botId = await createBot(app);
    const [live] = await goLive(app, botId, [{ appClientId, mode: 'ASYNC', postUrl: 'http://hooks.example.com/' }]);
    const outcomeOf = async (document: string, input: Record<string, unknown>): Promise<string> => {
      try {
        await app.gql(document, { input });
        return 'saved';
      } catch (error) {
        const { code, field } = error as { code: string; field: string }; // what `gql` throws
        return `${code} ${field}`;
      }
    };
    const create =
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id } } }';
    const update =
      'mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { channel { id } } }';
    const taken: string[] = [];
    for (const [place, text] of MALICIOUS.entries()) {
      const postUrl = text.replaceAll('PORT', String(receiver.port));
      const outcomes = [
        await outcomeOf(create, { botId, name: `channel ${place}`, mode: 'ASYNC', postUrl }),
        await outcomeOf(update, { id: live?.id, postUrl }),
      ];
      if (outcomes.some((outcome) => outcome !== 'BAD_USER_INPUT postUrl')) taken.push(`${text}: ${outcomes}`);
    }
    expect(taken).toEqual([]);
    expect(receiver.connections).toBe(0);
  });
});

describe('a POST URL that was saved in good faith', () => {
  // 127.0.0.0/8 stands for the public network, and everything else for the inside.
  const policy = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] });
  const at = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });
  const PUBLIC = at('127.0.0.1');
  const names: Record<string, LookupAddress[]> = {
    'private.example.com': [at('10.0.0.1')],
    'mapped.example.com': [at('::ffff:192.168.0.1')],
    'metadata.example.com': [at('169.254.169.254')],
    'azure.example.com': [at('168.63.129.16')],
    'any.example.com': [at('0.0.0.0')],
    'loopback6.example.com': [at('::1')],
    'unique-local.example.com': [at('fd00::1')],
    'link-local.example.com': [at('fe80::1%2')],
    'translated.example.com': [at('64:ff9b::a00:1')],
    'mixed.example.com': [PUBLIC, at('10.0.0.1')],
    'mixed6.example.com': [PUBLIC, at('fc00::1')],
    'alias-of-localhost.example.com': [at('::1'), PUBLIC],
    'multicast.example.com': [at('224.0.0.1')],
    'broadcast.example.com': [at('255.255.255.255')],
  };
  const REDIRECTS = [300, 301, 302, 303, 304, 305, 306, 307, 308];

  let app: TestApp;
  let receiver: Receiver;
  let inside: Receiver;
  let outbound: Outbound;
  let caller: Caller;
  /** The channels of one bot, by their POST URLs. */
  const channels = new Map<string, LiveChannel>();
  beforeAll(async () => {
    receiver = await createReceiver();
    inside = await createReceiver();
    outbound = createOutbound({ policy, resolve: async (name) => names[name] ?? [PUBLIC] });
    app = await startTestApp({ outbound: () => outbound });
    caller = await createCaller(app);
    const postUrls = [...Object.keys(names), ...REDIRECTS.map(redirecting)].map(urlOf);
    const inputs = postUrls.map((postUrl) => ({ appClientId: caller.clientId, mode: 'ASYNC', postUrl }));
    for (const [place, channel] of (await goLive(app, await createBot(app), inputs)).entries())
      channels.set(postUrls[place] ?? '', channel);
  });
  afterAll(async () => {
    await app.remove();
    await outbound.close();
    await receiver.close();
    await inside.close();
  });

  const urlOf = (name: string) => `http://${name}:${receiver.port}/`;
  const redirecting = (status: number) => `answers-${status}.example.com`;
  function channelTo(name: string): LiveChannel {
    const channel = channels.get(urlOf(name));
    if (!channel) throw new Error('no channel');
    return channel;
  }

  /** The attempts made for a message, once there are so many. */
  async function attemptsOf(channelId: string, count: number): Promise<{ statusCode: number | null; error: string }[]> {
    const ask = async () => {
      const { deliveries } = await app.gql(
        'query($id: ID!) { deliveries(channelId: $id) { edges { node { attempts { statusCode error } } } } }',
        { id: channelId },
      );
      return deliveries.edges[0]?.node.attempts ?? [];
    };
    return eventually(ask, (attempts) => attempts.length >= count);
  }

  it.each(Object.keys(names))('is not called when its name resolves inward: %s', async (name) => {
    const before = receiver.connections;
    const channel = channelTo(name);
    const accepted = await app.post(channel.path, { message: { text: 'x' }, from: { id: 'u' } }, caller.headers());
    expect(accepted.status).toBe(200);
    const [first] = await attemptsOf(channel.id, 1);
    expect(first).toMatchObject({ statusCode: null, error: expect.stringMatching(/^BLOCKED_ADDRESS/) });
    expect(first?.error).not.toMatch(/\d+\.\d+|::/);
    expect(receiver.connections).toBe(before);
  });

  it.each(REDIRECTS)('is not followed inward when it answers %i', async (status) => {
    const channel = channelTo(redirecting(status));
    receiver.script(answer(status, '', { location: `${inside.url}/admin` }), answer(200));
    await app.post(channel.path, { message: { text: 'x' }, from: { id: 'u' } }, caller.headers());
    expect(await attemptsOf(channel.id, 2)).toMatchObject([{ statusCode: status }, { statusCode: 200 }]);
    expect(inside.connections).toBe(0);
  });
});
