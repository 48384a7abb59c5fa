import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoadShedding } from '../../src/ingress/load-shedding.js';
import { hookV1 } from '../../src/wire/v1.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('a hook of a server that can take nothing more in', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { MIN_FREE_DISK_MB: '1000000' } }); // more than there is
  });
  afterAll(() => app.remove());

  const error = { msg: 'The server is busy; send the message again later.', code: 503, reason: 'DISK_NEARLY_FULL' };

  it.each([
    ['/chatbot/hooks/st-1', { errors: [error] }],
    ['/chatbot/hooks/st-1/hookInstance/ivrInst-1', { errors: [error] }],
    ['/chatbot/v2/webhook/st-1?a=b', { errors: [error], _v: 'v2', _t: expect.any(String) }],
  ])('says when to come back, in the form of its version: %s', async (path, body) => {
    const answer = await app.post(path, { message: { text: 'hello' } });
    expect(answer).toMatchObject({ status: 503, body });
    expect(answer.headers.get('retry-after')).toBe('30');
    expect(answer.headers.get('x-trace-id')).toBe(answer.body._t ?? answer.headers.get('x-trace-id'));
    expect(answer.headers.get('x-trace-id')).toMatch(/./);
  });

  it('says it so that a web page may read it', async () => {
    const answer = await app.post('/chatbot/hooks/st-1', {}, { origin: 'https://page.test' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('retry-after')).toBe('30');
  });

  it('counts what it refused by its reason', async () => {
    const refused = async () => {
      const metrics = await (await fetch(`${app.url}/metrics`)).text();
      return Number(/messages_refused_total\{reason="DISK_NEARLY_FULL"\} (\d+)/.exec(metrics)?.[1] ?? 0);
    };
    const before = await refused();
    await app.post('/chatbot/hooks/st-1', {});
    await app.post('/chatbot/hooks/st-1', {}, { origin: 'https://page.test' });
    expect((await refused()) - before).toBe(2);
  });

  it('goes on with the work of admins', async () => {
    expect(await app.gql('{ bots(first: 1) { totalCount } }')).toEqual({ bots: { totalCount: 0 } });
  });
});

describe('a hook whose request queue is full', () => {
  it('asks the next one to come again in a second, and leaves other requests alone', async () => {
    let full = false;
    const queue = { put: (handle: () => void) => handle(), isFull: () => full };
    const shed = createLoadShedding({ shortage: () => null, events: { messageRefused: () => {} }, queue }, [hookV1]);
    const server = createServer((request, response) => {
      if (!shed(request, response, () => response.end('handled'))) response.end('left alone');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const post = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' });
    try {
      expect(await (await post('/chatbot/hooks/st-1')).text()).toBe('handled');
      full = true;
      const refused = await post('/chatbot/hooks/st-2');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await refused.json()).toMatchObject({ errors: [{ reason: 'REQUEST_QUEUE_FULL' }] });
      expect(await (await post('/graphql')).text()).toBe('left alone');
    } finally {
      server.close();
    }
  });
});
