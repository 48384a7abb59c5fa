import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createProxy, refuse, type TestProxy } from '../support/proxy.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

const PASSWORD = 'hidden-password';
const CREDENTIALS = Buffer.from(`hookswitch:${PASSWORD}`).toString('base64');

describe('a server behind a proxy', () => {
  let app: TestApp;
  let proxy: TestProxy;
  let receiver: Receiver;
  const log: string[] = [];
  beforeAll(async () => {
    proxy = await createProxy();
    receiver = await createReceiver();
    app = await startTestApp({
      env: {
        OUTBOUND_PROXY: proxy.url.replace('//', `//hookswitch:${PASSWORD}@`),
        OUTBOUND_PROXY_EXCEPT: '127.0.0.8/29',
      },
      log: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
    });
  });
  afterAll(async () => {
    await app.remove();
    await proxy.close();
    await receiver.close();
  });

  async function say(postUrl: string): Promise<string> {
    const caller = await createCaller(app);
    const [channel] = await goLive(app, await createBot(app), [
      { appClientId: caller.clientId, mode: 'ASYNC', postUrl },
    ]);
    if (!channel) throw new Error('no channel');
    const accepted = await app.post(channel.path, { message: { text: 'x' }, from: { id: 'u' } }, caller.headers());
    expect(accepted.status).toBe(200);
    return channel.id;
  }

  /** The attempts of a message, once there are some. */
  function attemptsOf(channelId: string): Promise<object[]> {
    const ask = async () => {
      const { deliveries } = await app.gql(
        'query($id: ID!) { deliveries(channelId: $id) { edges { node { attempts { statusCode error } } } } }',
        { id: channelId },
      );
      return deliveries.edges[0]?.node.attempts ?? [];
    };
    return eventually(ask, (attempts) => attempts.length > 0);
  }

  it('sends its callbacks through it, and tries again when it refuses, telling nobody its password', async () => {
    proxy.script(refuse(407));
    const channelId = await say(`http://127.0.0.1:${receiver.port}/inbox`);
    const [callback] = await receiver.received(1);
    expect(callback).toMatchObject({ method: 'POST', path: '/inbox' });
    expect(JSON.stringify(callback?.headers)).not.toContain(CREDENTIALS);
    expect(proxy.asked).toEqual(
      Array(2).fill({ authority: `127.0.0.1:${receiver.port}`, authorization: `Basic ${CREDENTIALS}` }),
    );
    const attempts = JSON.stringify(await attemptsOf(channelId));
    expect(attempts).toContain('PROXY: The outbound proxy does not accept the credentials');
    expect(attempts + log.join('')).not.toMatch(new RegExp(`${PASSWORD}|${CREDENTIALS}`));
  });

  it('sends them directly to what is excepted', async () => {
    const near = await createReceiver(undefined, { host: '127.0.0.9' });
    const before = proxy.connections;
    await say(`${near.url}/inbox`);
    await near.received(1);
    expect(proxy.connections).toBe(before);
    await near.close();
  });
});
