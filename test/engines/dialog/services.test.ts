import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { createPolicy } from '../../../src/outbound/guard.js';
import { createOutbound } from '../../../src/outbound/request.js';
import { bot, entity, message } from './bot-builder.js';
import { FAILURE, talk } from './talk.js';

/** A real server; each test says how it answers. */
let server: Server;
let port = 0;
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
let answer: (response: ServerResponse) => void = () => {};
const outbound = createOutbound({ policy: createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] }) });

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port; // listening on TCP
});
afterAll(async () => {
  await outbound.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  seen = [];
  answer = (response) => response.end('{"ok":true}');
});

const service = (component: JsonObject, more: JsonObject = {}) =>
  bot(
    {
      Go: {
        X: entity('label', 'X?', 'S'),
        S: { type: 'service', component: { serviceType: 'rest', ...component }, next: 'b' },
        b: message('{{context.S.response.statusCode}} {{context.S.response.body}}'),
      },
    },
    more,
  );
const local = (path: string, method = 'get'): JsonObject => ({
  protocol: 'http',
  host: '127.0.0.1',
  port: String(port),
  path,
  method,
});

async function answered(program: ReturnType<typeof service>, input: string, env: Record<string, string> = {}) {
  const conversation = talk(program, { outbound, settings: { services: 'LIVE' } }, { env });
  await conversation.say('go');
  return conversation.say(input);
}

/** `JSON.parse` takes it; nothing that walks it does. */
const NESTED = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

describe('a service', () => {
  it('gets its variables in path, query and headers, and a user adds no parameter', async () => {
    const program = service({
      endPoint: local('/find?q={{context.entities.X}}&k={{env.KEY}}'),
      headers: { value: '{"X-Name":"{{context.entities.X}}","Host":"evil.example"}' },
    });
    expect((await answered(program, 'a&b=c d', { KEY: 'k1' })).texts).toEqual(['200 {"ok":true}']);
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: '/find?q=a%26b%3Dc%20d&k=k1',
      headers: { 'x-name': 'a&b=c d', host: `127.0.0.1:${port}` },
    });
  });

  it('may have its whole address in a variable', async () => {
    const program = service({
      endPoint: { protocol: '', host: '', path: '{{env.URL}}login', method: 'post' },
      payload: { value: '{"a":1}' },
    });
    expect((await answered(program, 'x', { URL: `http://127.0.0.1:${port}/api/` })).texts).toEqual(['200 {"ok":true}']);
    expect(seen[0]).toMatchObject({
      url: '/api/login',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json' },
    });
  });

  it('sends JSON in which a quote of the user ends nothing, and objects as they are', async () => {
    const value = '{"name":"{{context.entities.X}}","all":{{context.entities}}}';
    await answered(
      service({ endPoint: local('/', 'post'), payload: { type: 'raw', value: encodeURIComponent(value) } }),
      'a "b"',
    );
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ name: 'a "b"', all: { X: 'a "b"' } });
  });

  it('sends form fields where its body is a form', async () => {
    const payload = { type: 'urlencoded', value: '{"Body":"{{context.entities.X}}","To":"+1"}' };
    await answered(service({ endPoint: local('/', 'post'), payload }), 'a&b');
    expect(seen[0]).toMatchObject({
      body: 'Body=a%26b&To=%2B1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  it('joins the trace of its turn, unless the bot names another', async () => {
    await answered(service({ endPoint: local('/') }), 'x');
    expect(seen[0]?.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    const own = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    await answered(service({ endPoint: local('/'), headers: { value: `{"Traceparent":"${own}"}` } }), 'x');
    expect(seen[1]?.headers.traceparent).toBe(own);
  });

  it('signs in by its profile', async () => {
    const profiles = {
      idpConfigurations: [{ name: 'crm', sso_type: 'basic', config: { username: 'ann', password: 'pw' } }],
    };
    await answered(service({ endPoint: local('/'), idp: 'crm' }, profiles), 'x');
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ann:pw').toString('base64')}`);
  });

  it.each([
    ['an error', (response: ServerResponse) => response.writeHead(503).end('busy'), '503 busy'],
    ['nothing', (response: ServerResponse) => response.end(), '200 '],
    ['garbage', (response: ServerResponse) => response.end('{"half":'), '200 {"half":'],
    ['what nests without end', (response: ServerResponse) => response.end(NESTED), `200 ${NESTED}`],
    [
      'a redirect',
      (response: ServerResponse) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      '302 ',
    ],
  ])('that answers %s has answered', async (_, answering, text) => {
    answer = answering;
    expect((await answered(service({ endPoint: local('/') }), 'x')).texts).toEqual([text]);
  });

  it.each([
    ['hangs up', (response: ServerResponse) => response.destroy()],
    ['answers too much', (response: ServerResponse) => response.end(Buffer.alloc(10 * 1024 * 1024, 'x'))],
    ['is late', () => {}],
  ])('that %s ends in the failure event', async (_, answering) => {
    answer = answering;
    const program = service({ endPoint: local('/'), serviceAPITimeout: 0.05 });
    const { texts, trace } = await answered(program, 'x');
    expect(texts).toEqual([FAILURE]);
    expect(trace.find(({ kind }) => kind === 'service')).toMatchObject({
      node: 'S',
      host: `127.0.0.1:${port}`,
      error: expect.any(String),
    });
  });

  it('in a forbidden network ends in the failure event', async () => {
    const program = service({
      endPoint: { protocol: 'http', host: '169.254.169.254', path: '/latest', method: 'get' },
    });
    expect((await answered(program, 'x')).texts).toEqual([FAILURE]);
  });

  it('shows no secret in the trace', async () => {
    const program = service({
      endPoint: local('/{{env.KEY}}?key={{env.KEY}}'),
      headers: { value: '{"Authorization":"{{env.KEY}}"}' },
    });
    const { trace } = await answered(program, 'x', { KEY: 'top-secret' });
    expect(JSON.stringify(trace)).not.toContain('top-secret');
  });
});
