import { describe, expect, it } from 'vitest';
import { type AdminClient, createAdminClient } from '../../src/admin/admin.js';

interface Server {
  client: AdminClient;
  /** Requests so far. */
  asked: number;
  waited: number[];
}

/** A client of a server that answers with these, one after the other, and then with the last. */
function serverOf(answers: (Response | Error)[]): Server {
  const server: Server = { asked: 0, waited: [], client: undefined as never };
  server.client = createAdminClient({
    url: 'https://hooks.test/',
    token: 't',
    surroundings: {
      async fetch() {
        const answer = answers[Math.min(server.asked, answers.length - 1)];
        server.asked += 1;
        if (answer instanceof Response) return answer.clone();
        throw answer;
      },
      now: () => 0,
      random: () => 1,
      wait: async (ms) => void server.waited.push(ms),
    },
  });
  return server;
}

const json = (body: object, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const failed = (status: number, extensions: object = {}) =>
  json({ errors: [{ message: 'no', extensions }] }, { status });
const OK = json({ data: { result: [] } });
const APP = json({ data: { result: { clientSecret: 's', app: { clientId: 'cs-1', name: 'x', algorithm: 'HS256' } } } });
const cut = new TypeError('fetch failed', { cause: Object.assign(new Error('cut'), { code: 'ECONNRESET' }) });
const nobody = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });

describe('what reads', () => {
  it.each([
    cut,
    nobody,
    new Response('bad gateway', { status: 502 }),
    failed(503, { code: 'UNAVAILABLE' }),
    failed(429),
  ])('is asked again after trouble: %s', async (trouble) => {
    const server = serverOf([trouble, trouble, OK]);
    expect(await server.client.exportConfiguration()).toEqual([]);
    expect(server.waited).toEqual([250, 500]);
  });

  it('is not asked again when it was refused, nor for ever', async () => {
    const refused = serverOf([failed(200, { code: 'FORBIDDEN' }), OK]);
    await expect(refused.client.exportConfiguration()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const away = serverOf([nobody]);
    await expect(away.client.exportConfiguration()).rejects.toMatchObject({ code: 'UNREACHABLE', status: null });
    expect([refused.asked, away.asked]).toEqual([1, 4]);
  });

  it('waits as long as the server asks for, up to a limit', async () => {
    const busy = (seconds: number) => failed(429, { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: seconds });
    const server = serverOf([busy(7), new Response('', { status: 503, headers: { 'retry-after': '9' } }), OK]);
    await server.client.exportConfiguration();
    expect(server.waited).toEqual([7_000, 9_000]);
    const patient = serverOf([busy(3_600), OK]);
    await expect(patient.client.exportConfiguration()).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
  });
});

describe('what changes something', () => {
  it.each([nobody, failed(429, { code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 1 })])(
    'is sent again when it was not begun: %s',
    async (trouble) => {
      const server = serverOf([trouble, APP]);
      expect(await server.client.createApp({ name: 'x' })).toMatchObject({ clientSecret: 's' });
    },
  );

  it.each([cut, new Response('', { status: 502 }), failed(500, { code: 'INTERNAL', requestId: 'r-1' })])(
    'is sent once when nobody knows what became of it: %s',
    async (trouble) => {
      const server = serverOf([trouble, APP]);
      await expect(server.client.createApp({ name: 'x' })).rejects.toThrow();
      await expect(server.client.request('mutation { deleteBot(id: "st-1") }')).resolves.toBeDefined();
      expect(server.asked).toBe(2);
    },
  );

  it('tells the id by which the operator finds what went wrong', async () => {
    const server = serverOf([failed(500, { code: 'INTERNAL', requestId: 'r-1' })]);
    await expect(server.client.createApp({ name: 'x' })).rejects.toMatchObject({ code: 'INTERNAL', requestId: 'r-1' });
  });
});

it('what answers is not the API: it is told so', async () => {
  const server = serverOf([new Response('<html>', { status: 200 })]);
  await expect(server.client.exportConfiguration()).rejects.toMatchObject({ code: 'BAD_ANSWER' });
});
