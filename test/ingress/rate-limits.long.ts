import { afterEach, describe, expect, it } from 'vitest';
import { HOUR } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';
import { echo, engineOf, type Line, openLine, text } from '../support/own-bot.js';

let line: Line | undefined;
afterEach(async () => {
  await line?.app.remove();
  line = undefined;
});

async function open(env: Record<string, string>) {
  const clock = createTestClock(Date.now());
  line = await openLine({ ...engineOf(echo), env, clock });
  return { ...line, clock };
}

const TOO_MANY = { status: 429, body: { errors: [{ msg: 'Too Many requests', code: 429 }], _v: 'v2' } };

describe('the number of requests', () => {
  it.each(['RATE_LIMIT_CHANNEL', 'RATE_LIMIT_APP'])('is limited by %s, and grows back with time', async (name) => {
    const { v2, clock } = await open({ [name]: '3' });
    for (let count = 0; count < 3; count += 1) expect((await v2(text('x'))).status).toBe(200);
    const refused = await v2(text('x'));
    expect(refused).toMatchObject(TOO_MANY);
    expect(refused.headers.get('retry-after')).toBe('20');
    clock.advance(19_000);
    expect((await v2(text('x'))).status).toBe(429);
    clock.advance(21_000);
    expect((await v2(text('x'))).status).toBe(200);
  });

  it('grows back as before when the time of day is set back', async () => {
    const { v2, clock } = await open({ RATE_LIMIT_CHANNEL: '2' });
    await v2(text('x'));
    clock.setBack(HOUR);
    expect((await v2(text('x'))).status).toBe(200);
    const refused = await v2(text('x'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
  });

  it('of refused tokens is limited by where they come from, without harm to tokens that hold', async () => {
    const { v2 } = await open({ RATE_LIMIT_REFUSED_TOKENS: '2' });
    const wrong = { authorization: 'bearer wrong' };
    expect([(await v2(text('x'), {}, wrong)).status, (await v2(text('x'), {}, wrong)).status]).toEqual([401, 401]);
    const refused = await v2(text('x'), {}, wrong);
    expect(refused).toMatchObject(TOO_MANY);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect((await v2(text('x'))).status).toBe(200);
  });

  it.each([
    ['the connection, whatever the caller says', '', '192.0.2.1', '192.0.2.2', 429],
    ['what a trusted proxy says', '127.0.0.0/8', '192.0.2.1', '192.0.2.2', 401],
    ['the last proxy that is not trusted', '127.0.0.0/8', '192.0.2.1, 192.0.2.9', '192.0.2.2, 192.0.2.9', 429],
    ['an IPv4 address, also when written as IPv6', '127.0.0.0/8', '192.0.2.1', '::ffff:192.0.2.1', 429],
    ['the first proxy, if all are trusted', '127.0.0.0/8,192.0.2.0/24', '192.0.2.1, 192.0.2.9', '192.0.2.2', 401],
    ['the proxy, if it says nothing that is an address', '127.0.0.0/8', 'unknown', 'elsewhere', 429],
  ])('of refused tokens knows where they come from by %s', async (_, trusted, first, second, status) => {
    const { v2 } = await open({ RATE_LIMIT_REFUSED_TOKENS: '1', TRUSTED_PROXIES: trusted });
    const from = (address: string) => ({ authorization: 'bearer wrong', 'x-forwarded-for': address });
    expect((await v2(text('x'), {}, from(first))).status).toBe(401);
    expect((await v2(text('x'), {}, from(second))).status).toBe(status);
  });

  it('is not limited where the limit is 0', async () => {
    const { v2 } = await open({ RATE_LIMIT_CHANNEL: '0', RATE_LIMIT_APP: '0', RATE_LIMIT_REFUSED_TOKENS: '0' });
    for (let count = 0; count < 5; count += 1) expect((await v2(text('x'))).status).toBe(200);
  });
});

describe('a web page of another origin', () => {
  it('may call the hooks, and nothing else', async () => {
    const { app, v2Path, v2, get } = await open({});
    const origin = { origin: 'https://shop.test' };
    const preflight = await fetch(`${app.url}${v2Path}`, {
      method: 'OPTIONS',
      headers: {
        ...origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type, idempotency-key, prefer',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(
      /authorization.*content-type.*idempotency-key.*prefer/,
    );
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const answers = [await v2(text('x'), {}, origin), await v2(text('x'), {}, { ...origin, authorization: 'no' })];
    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-expose-headers')).toMatch(/x-trace-id.*location/);
    }
    expect((await get('/healthz', origin)).headers.get('access-control-allow-origin')).toBeNull();
  });
});
