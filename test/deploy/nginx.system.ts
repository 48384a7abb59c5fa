import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEnv } from '../../src/config/env.js';
import { ADMIN_TOKEN, createBot } from '../support/app.js';
import { echo, engineOf, type Line, openLine } from '../support/own-bot.js';
import { type Call, type Nginx, noNginx, PUBLIC_NAME, startNginx } from './nginx.js';

const REFUSED_TOKENS = 3;
const PASSWORD = 'a long password of Ada';
const json = { 'content-type': 'application/json' };

/** The real nginx, with the file as it is, before the real server, which believes it alone. */
describe.skipIf(noNginx)(`deploy/nginx.conf, run${noNginx ? ` (skipped: ${noNginx})` : ''}`, () => {
  let line: Line;
  let nginx: Nginx;
  beforeAll(async () => {
    line = await openLine({
      ...engineOf(echo),
      env: {
        TRUSTED_PROXIES: '127.0.0.1/32',
        RATE_LIMIT_REFUSED_TOKENS: String(REFUSED_TOKENS),
        PUBLIC_URL: `https://${PUBLIC_NAME}`,
      },
    });
    nginx = await startNginx(line.app.url);
  });
  afterAll(async () => {
    await nginx?.stop();
    await line.app.remove();
  });

  const post = (path: string, body: unknown, { headers, ...call }: Call = {}) =>
    nginx.call(path, { method: 'POST', body: JSON.stringify(body), headers: { ...json, ...headers }, ...call });

  it('passes on a synchronous message and its answer, over TLS', async () => {
    const body = { message: { text: 'hello' }, from: { id: 'ada' } };
    const answer = await post(line.channel.path, body, { headers: line.caller.headers() });
    expect({ ...answer, text: JSON.parse(answer.text) }).toMatchObject({ status: 200, text: { text: 'hello' } });
  });

  it('sends whoever asks without TLS to the same place with it', async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { host: PUBLIC_NAME };
      const where = { host: '127.0.0.1', port: nginx.plainPort, path: '/console/?a=b', headers };
      get(where, (got) => resolve(got.resume())).on('error', reject);
    });
    expect([answer.statusCode, answer.headers.location]).toEqual([301, `https://${PUBLIC_NAME}/console/?a=b`]);
  });

  it('has refused tokens counted by the address of the caller, whatever that writes into X-Forwarded-For', async () => {
    const attempt = (from: string, forwarded: string) => {
      const headers = { authorization: 'bearer nonsense', 'x-forwarded-for': forwarded };
      return post(line.channel.path, { message: { text: 'x' }, from: { id: 'u' } }, { from, headers });
    };
    const statuses: number[] = [];
    for (let count = 0; count <= REFUSED_TOKENS; count += 1)
      statuses.push((await attempt('127.0.0.9', `192.0.2.${count}`)).status);
    expect(statuses).toEqual([...Array<number>(REFUSED_TOKENS).fill(401), 429]);
    expect((await attempt('127.0.0.10', '127.0.0.9')).status).toBe(401);
  });

  it('has wrong passwords limited by the address of the caller, and the audit log name it', async () => {
    const input = { name: 'Ada', email: 'ada@example.com', role: 'DEVELOPER', password: PASSWORD };
    const { createUser } = await line.app.gql(
      'mutation($input: CreateUserInput!) { createUser(input: $input) { id } }',
      { input },
    );
    const signIn = (password: string, from: string) =>
      post('/console/session', { email: input.email, password }, { from, headers: { 'x-hookswitch-console': '1' } });
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await signIn(`wrong ${count}`, '127.0.0.11')).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await signIn(PASSWORD, '127.0.0.12')).status).toBe(201);
    expect(await addressOf(createUser.id, 'sign-in.refuse')).toBe('127.0.0.11');
  });

  it('has the audit log name the address of whoever changed something', async () => {
    const made = await post(
      '/graphql',
      { query: 'mutation { createApp(input: { name: "Through nginx" }) { app { clientId } } }' },
      { from: '127.0.0.13', headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'x-forwarded-for': '192.0.2.1' } },
    );
    const { clientId } = JSON.parse(made.text).data.createApp.app;
    expect(await addressOf(clientId, 'app.create')).toBe('127.0.0.13');
  });

  async function addressOf(subject: string, action: string): Promise<string | undefined> {
    const { auditLog } = await line.app.gql(
      'query($subject: ID!, $action: String!) { auditLog(subject: $subject, action: $action) { edges { node { address } } } }',
      { subject, action },
    );
    return auditLog.edges[0]?.node.address;
  }

  it('passes on events while their stream is open', async () => {
    const query = 'subscription($watch: [WatchInput!]!) { changed(watch: $watch) { topic } }';
    const stream = await nginx.open('/graphql/stream', {
      method: 'POST',
      headers: { ...json, accept: 'text/event-stream', authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify({ query, variables: { watch: [{ topic: 'CONFIGURATION' }] } }),
    });
    expect(stream.headers['content-type']).toContain('text/event-stream');
    const chunks = stream.setEncoding('utf8')[Symbol.asyncIterator]();
    const events = async (count: number) => {
      for (let seen = ''; seen.split('event: next').length <= count; ) {
        const { value, done } = await chunks.next();
        if (done) throw new Error(`the stream ended: ${seen}`);
        seen += value;
      }
    };
    await events(1);
    await createBot(line.app);
    await events(1);
    stream.destroy();
  });

  it('lets an upload of the largest size through, and no larger one', async () => {
    const largest = Number(describeEnv().find(({ name }) => name === 'MAX_ATTACHMENT_BYTES')?.fallback);
    const upload = async (size: number) => {
      const form = new FormData();
      form.set('file', new Blob([Buffer.alloc(size, 'x')]), 'note.txt');
      const whole = new Response(form);
      const headers = { 'content-type': whole.headers.get('content-type') ?? '', ...line.caller.headers() };
      return nginx.call('/api/public/uploadfile', {
        method: 'POST',
        headers,
        body: Buffer.from(await whole.arrayBuffer()),
      });
    };
    expect((await upload(largest)).status).toBe(200);
    expect((await upload(largest + 1)).status).toBe(413);
  });

  it('keeps the metrics from its callers, in whatever case they ask, and shows that the server lives', async () => {
    for (const path of ['/metrics', '/Metrics', '/metrics/', '/METRICS/x', '//metrics', '/%6Detrics'])
      expect([path, (await nginx.call(path)).status >= 400]).toEqual([path, true]);
    expect(JSON.parse((await nginx.call('/healthz')).text)).toEqual({ status: 'ok' });
    expect((await nginx.call('/readyz')).status).toBe(200);
  });
});
