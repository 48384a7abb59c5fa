import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/outbound/guard.js';
import { createOutbound, type Outbound } from '../../src/outbound/request.js';
import { createCertificate } from '../support/certificate.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

const policy = createPolicy({ allowHttp: false, allowCidrs: ['127.0.0.0/8'] });
const NAME = 'hooks.example.com';
const good = createCertificate({ hosts: [NAME, '127.0.0.1'] });

let receiver: Receiver;
let outbound: Outbound;

async function start(certificate = good, ca: string[] | null = [certificate.cert]): Promise<void> {
  receiver = await createReceiver(undefined, { certificate });
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  outbound = createOutbound({ policy, resolve, ...(ca && { ca }) });
}

afterEach(async () => {
  await outbound.close();
  await receiver.close();
});

describe('a secure endpoint', () => {
  it('is reached by its name at the address that was checked', async () => {
    await start();
    expect(await outbound.request({ url: `https://${NAME}:${receiver.port}/` })).toMatchObject({ status: 200 });
    expect(receiver.requests[0]?.headers.host).toBe(`${NAME}:${receiver.port}`);
  });

  it('is reached by its address when its certificate stands for it', async () => {
    await start();
    expect(await outbound.request({ url: receiver.url })).toMatchObject({ status: 200 });
  });

  it.each([
    ['is not trusted', /^No authority trusted here/, () => start(good, null)],
    ['stands for another name', /another name/, () => start(createCertificate({ hosts: ['other.example.com'] }))],
    ['has expired', /has expired/, () => start(createCertificate({ hosts: [NAME], notAfter: new Date('2021-01-01') }))],
    [
      'is of the future',
      /not valid yet/,
      () => start(createCertificate({ hosts: [NAME], notBefore: new Date('2048-01-01') })),
    ],
  ])('whose certificate %s gets nothing, and is told why', async (_what, message, begin) => {
    await begin();
    const call = outbound.request({ url: `https://${NAME}:${receiver.port}/`, body: 'secret' });
    await expect(call).rejects.toMatchObject({ reason: 'TLS', sent: false, message: expect.stringMatching(message) });
    expect(receiver.requests).toEqual([]);
  });

  it('is verified even where the environment says not to', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      await start(good, null);
      await expect(outbound.request({ url: receiver.url })).rejects.toMatchObject({ reason: 'TLS' });
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it('that speaks no TLS gets nothing', async () => {
    await start();
    const plain = await createReceiver();
    const call = outbound.request({ url: `https://127.0.0.1:${plain.port}/`, body: 'secret' });
    await expect(call).rejects.toMatchObject({ reason: 'TLS', sent: false });
    expect(plain.requests).toEqual([]);
    await plain.close();
  });

  it('that is down is not mistaken for one with bad TLS, at one address or at several', async () => {
    await start();
    await receiver.close();
    const dead = async () => ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const several = createOutbound({ policy, resolve: dead });
    for (const [door, url] of [
      [outbound, receiver.url],
      [several, `https://${NAME}:${receiver.port}`],
    ] as const) {
      await expect(door.request({ url })).rejects.toMatchObject({ reason: 'CONNECT', sent: false });
    }
    await several.close();
  });

  it.each([
    ['never speaks', 'TIMEOUT', () => {}],
    ['hangs up', 'CONNECT', (socket: Socket) => socket.destroy()],
  ])('that takes the connection and %s gets nothing', async (_what, reason, behave) => {
    await start();
    const rude = createServer(behave).listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const address = rude.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const impatient = createOutbound({ policy, connectTimeoutMs: 100 });
    const call = impatient.request({ url: `https://127.0.0.1:${port}/` });
    await expect(call).rejects.toMatchObject({ reason, sent: false });
    await impatient.close();
    rude.close();
  });
});
