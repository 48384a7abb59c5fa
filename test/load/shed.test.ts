import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShed } from '../../src/ingress/shed.js';
import { hookV1 } from '../../src/wire/v1.js';
import { startTestApp, type TestApp } from '../support/app.js';

describe('a hook of a server that can take nothing more in', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { MIN_FREE_DISK_MB: '1000000' } }); // more than there is
  });
  afterAll(() => app.remove());

  const error = { msg: 'The server is busy; send the message again later.', code: 503, reason: 'UNAVAILABLE' };

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

  it('counts what it refused', async () => {
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toMatch(/hookswitch_messages_refused_total\{reason="UNAVAILABLE"\} 4/);
  });

  it('goes on with the work of admins', async () => {
    expect(await app.gql('{ bots(first: 1) { totalCount } }')).toEqual({ bots: { totalCount: 0 } });
  });
});

describe('a hook whose messages wait in a line that is full', () => {
  it('asks the next one to come again in a second, and leaves other requests alone', () => {
    const answers: unknown[] = [];
    const response = {
      writeHead: (status: number, headers: Record<string, string>) => answers.push([status, headers['Retry-After']]),
      end: () => {},
    } as unknown as ServerResponse;
    let full = false;
    const handled: string[] = [];
    const line = { put: (handle: () => void) => handle(), isFull: () => full };
    const shed = createShed({ overloaded: () => null, events: { messageRefused: () => {} }, line }, [hookV1]);
    const post = (url: string) =>
      shed({ method: 'POST', url, headers: {} } as IncomingMessage, response, () => handled.push(url));
    expect(post('/chatbot/hooks/st-1')).toBe(true);
    full = true;
    expect(post('/chatbot/hooks/st-2')).toBe(true);
    expect(post('/graphql')).toBe(false);
    expect(handled).toEqual(['/chatbot/hooks/st-1']);
    expect(answers).toEqual([[503, '1']]);
  });
});
