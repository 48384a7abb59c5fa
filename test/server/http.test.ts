import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEvents } from '../../src/events.js';
import { silentLog } from '../../src/log.js';
import { createMetrics } from '../../src/metrics.js';
import { type HttpServer, listen, type Part } from '../../src/server/http.js';
import { RETIRE_MS } from '../../src/server/retirement.js';
import { allowSlowUpload } from '../../src/slow-uploads.js';
import { createTestClock, type TestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { createGate } from '../support/receiver.js';

it('a stop answers what is under way and does not wait for connections that are kept alive after it', async () => {
  const [asked, answer] = [createGate(), createGate()];
  const part: Part = (koa) =>
    koa.use(async (ctx) => {
      asked.open();
      await answer.opened;
      ctx.body = 'done';
    });
  const events = createEvents(silentLog, createMetrics({ process: false }));
  const server = await listen([part], { host: '127.0.0.1', port: 0, events });
  const agent = new Agent({ keepAlive: true });
  const said = new Promise((resolve) => {
    get(server.url, { agent }, (response) => response.setEncoding('utf8').on('data', resolve));
  });
  await asked.opened;
  const stopped = server.stop(new Promise(() => {}));
  answer.open();
  expect(await said).toBe('done');
  await stopped; // within the time of a test, which is less than that of a connection
  agent.destroy();
});

it('a server that retires leaves its port, answers what its connections still ask for, and ends each with that answer', async () => {
  const part: Part = (koa) =>
    koa.use((ctx) => {
      ctx.body = 'done';
    });
  const events = createEvents(silentLog, createMetrics({ process: false }));
  const clock = createTestClock();
  const server = await listen([part], { host: '127.0.0.1', port: 0, events, clock });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (use: Agent | false) =>
    new Promise((resolve, reject) => {
      get(server.url, { agent: use }, (response) => {
        response.resume().on('end', () => resolve(response.headers.connection));
      }).on('error', reject);
    });
  expect(await ask(agent)).toBe('keep-alive');
  const retired = server.retire(); // resolves without the clock: no connection is left after the next answer
  await expect(ask(false)).rejects.toThrow('ECONNREFUSED');
  expect(await ask(agent)).toBe('close');
  await retired;
  await server.stop(Promise.resolve());

  const next = await listen([part], { host: '127.0.0.1', port: 0, events, clock });
  const idle = connect(Number(new URL(next.url).port), '127.0.0.1');
  await once(idle, 'connect');
  const closed = once(idle, 'close');
  await answerOf(next.url);
  const gone = next.retire();
  clock.advance(RETIRE_MS);
  await gone; // though one is left
  await next.stop(Promise.resolve());
  await closed;
});

/** The server has taken every connection that was made before it answers this. */
const answerOf = (url: string) =>
  new Promise((resolve) => get(url, { agent: false }, (response) => response.resume().on('end', resolve)));

/** A request whose head announces more than is sent: `more` sends on. */
async function openRequest(url: string, path: string, first: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(() => answer);
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${first}`);
  return { closed, more: (text: string) => new Promise((resolve) => socket.write(text, resolve)) };
}

describe('a body', () => {
  const MEGABYTE = 'x'.repeat(1024 * 1024);
  let clock: TestClock;
  let server: HttpServer;
  let received = 0;
  const unexpected: unknown[] = [];

  beforeEach(async () => {
    clock = createTestClock();
    received = 0;
    unexpected.length = 0;
    const part: Part = (koa) =>
      koa.use(async (ctx) => {
        if (ctx.path === '/upload') allowSlowUpload(ctx.req);
        for await (const chunk of ctx.req) received += chunk.length;
        ctx.body = `${received} bytes`;
      });
    const events = {
      ...createEvents(silentLog, createMetrics({ process: false })),
      unexpected: (_where: string, error: unknown) => void unexpected.push(error),
    };
    server = await listen([part], { host: '127.0.0.1', port: 0, events, clock });
  });
  afterEach(() => server.stop(Promise.resolve()));

  const until = (bytes: number) => eventually(() => received >= bytes);

  it('that is not there after thirty seconds is cut off with 408, however it trickles, and nobody has to act', async () => {
    const request = await openRequest(server.url, '/message', 'Content-Length: 1000\r\n\r\nx');
    for (let second = 1; second <= 29; second += 1) {
      await until(second);
      clock.advance(1_000);
      await request.more('x');
    }
    await until(30);
    clock.advance(1_000);
    expect(await request.closed).toMatch(/^HTTP\/1.1 408 /);
    expect(unexpected).toEqual([]);
  });

  it('of an upload may take longer, as long as it goes on', async () => {
    const size = 3 * MEGABYTE.length;
    const request = await openRequest(server.url, '/upload', `Connection: close\r\nContent-Length: ${size}\r\n\r\n`);
    for (let part = 1; part <= 3; part += 1) {
      clock.advance(29_000);
      await request.more(MEGABYTE);
      await until(part * MEGABYTE.length);
    }
    expect(await request.closed).toContain(`${size} bytes`);
  });

  it('of an upload that hardly goes on is cut off', async () => {
    const request = await openRequest(server.url, '/upload', 'Content-Length: 100000000\r\n\r\n');
    await request.more(MEGABYTE);
    await until(MEGABYTE.length);
    clock.advance(30_000);
    await request.more('x'.repeat(1000));
    await until(MEGABYTE.length + 1000);
    clock.advance(30_000);
    expect(await request.closed).toMatch(/^HTTP\/1.1 408 /);
    expect(unexpected).toEqual([]);
  });

  it('that is no HTTP ends its connection, and nobody has to act', async () => {
    const request = await openRequest(server.url, '/message', 'Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n');
    await until(1);
    await request.more('nonsense\r\n');
    await request.closed;
    expect(unexpected).toEqual([]);
  });
});
