import { Agent, get } from 'node:http';
import { expect, it } from 'vitest';
import { createEvents } from '../../src/events.js';
import { silentLog } from '../../src/log.js';
import { createMetrics } from '../../src/metrics.js';
import { listen, type Part } from '../../src/server/http.js';
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
