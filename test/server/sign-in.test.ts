import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Passwords } from '../../src/domain/sign-in/passwords.js';
import { AppError } from '../../src/errors.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { plainPasswords } from '../support/plain-passwords.js';

const PASSWORD = 'correct horse battery';
const WRONG = 'wrong horse battery';
const clock = createTestClock(Date.now());
let crowded = false;
const passwords: Passwords = {
  ...plainPasswords,
  async matches(...attempt) {
    if (crowded) throw new AppError('UNAVAILABLE', 'Too many wait.', { details: { retryAfterSeconds: 3 } });
    return plainPasswords.matches(...attempt);
  },
};

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clock, passwords, env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
  for (const name of ['Ada', 'Ben', 'Cem', 'Dana']) {
    await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name, email: `${name}@example.com`, role: 'DEVELOPER', password: PASSWORD },
    });
  }
});
afterAll(() => app.remove());

let networks = 0;
/** An address from which nobody has come yet. */
const elsewhere = () => `192.0.2.${++networks}`;

const signIn = (email: string, password: string, from: string, cookie = '') =>
  app.post(
    '/console/session',
    { email, password },
    { 'x-hookswitch-console': '1', 'x-forwarded-for': from, ...(cookie && { cookie }) },
  );

const deviceOf = ({ headers }: { headers: Headers }): string => {
  const cookie = headers.getSetCookie().find((one) => one.startsWith('hookswitch-device='));
  expect(cookie).toMatch(/; Path=\/console\/session; .*; HttpOnly; SameSite=Strict$/);
  return cookie?.split(';')[0] ?? '';
};

async function failuresOf(name: string): Promise<number[]> {
  const { users } = await app.gql('{ users { id name } }');
  const { id } = users.find((user: { name: string }) => user.name === name);
  const { auditLog } = await app.gql(
    'query($id: ID!) { auditLog(subject: $id, first: 100) { edges { node { action details } } } }',
    { id },
  );
  return auditLog.edges
    .filter(({ node }: { node: { action: string } }) => node.action === 'sign-in.refuse')
    .map(({ node }: { node: { details: { failures: number } } }) => node.details.failures);
}

describe('guessing passwords', () => {
  it('makes the next guess from the same place wait longer and longer, whoever it is about', async () => {
    const place = elsewhere();
    for (let count = 0; count < 5; count += 1) {
      expect((await signIn(`nobody-${count}@example.com`, WRONG, place)).status).toBe(401);
    }
    const refused = await signIn('nobody-6@example.com', WRONG, place);
    expect(refused).toMatchObject({
      status: 429,
      body: { error: { code: 'TOO_MANY_REQUESTS', message: expect.stringContaining('Try again in 1 seconds') } },
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    clock.advance(1_000);
    expect((await signIn('nobody-7@example.com', WRONG, place)).status).toBe(401);
    expect((await signIn('nobody-8@example.com', WRONG, place)).headers.get('retry-after')).toBe('2');
    expect((await signIn('ada@example.com', PASSWORD, elsewhere())).status).toBe(201);
  });

  it('is not reset by a right password in between', async () => {
    const place = elsewhere();
    for (let count = 0; count < 5; count += 1) {
      expect((await signIn('ada@example.com', WRONG, place)).status).toBe(401);
      if (count < 4) expect((await signIn('ben@example.com', PASSWORD, place)).status).toBe(201);
    }
    expect((await signIn('ada@example.com', WRONG, place)).status).toBe(429);
  });

  it('from many places keeps the owner waiting for a minute at most, and not at all on a known device', async () => {
    const device = deviceOf(await signIn('cem@example.com', PASSWORD, elsewhere()));
    for (let count = 0; count < 10; count += 1) {
      expect((await signIn('Cem@example.com', WRONG, elsewhere())).status).toBe(401);
    }
    expect((await signIn('cem@example.com', PASSWORD, elsewhere())).status).toBe(429);
    expect((await signIn('cem@example.com', PASSWORD, elsewhere(), device)).status).toBe(201);
    clock.advance(60_000);
    expect((await signIn('cem@example.com', PASSWORD, elsewhere())).status).toBe(201);
  });

  it('is limited on a known device too, and another user’s device is a strange one', async () => {
    const device = deviceOf(await signIn('ben@example.com', PASSWORD, elsewhere()));
    for (let count = 0; count < 10; count += 1) {
      expect((await signIn('ben@example.com', WRONG, elsewhere(), device)).status).toBe(401);
    }
    expect((await signIn('ben@example.com', PASSWORD, elsewhere(), device)).status).toBe(429);
    expect((await signIn('ben@example.com', PASSWORD, elsewhere())).status).toBe(201);
    const place = elsewhere();
    for (let count = 0; count < 5; count += 1) await signIn('ada@example.com', WRONG, place, device);
    expect((await signIn('ada@example.com', WRONG, place, device)).status).toBe(429);
  });

  it('is told in the audit log once an hour, with how often it failed', async () => {
    for (let count = 0; count < 4; count += 1) await signIn('dana@example.com', WRONG, elsewhere());
    await expect.poll(() => failuresOf('Dana')).toEqual([1]);
    clock.advance(60 * 60_000);
    await signIn('dana@example.com', WRONG, elsewhere());
    await expect.poll(() => failuresOf('Dana')).toEqual([4, 1]);
  });

  it('is not counted while too many wait, and the right password works right after', async () => {
    const place = elsewhere();
    crowded = true;
    for (let count = 0; count < 20; count += 1) {
      const refused = await signIn('dana@example.com', PASSWORD, place);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '3']);
    }
    crowded = false;
    expect((await signIn('dana@example.com', PASSWORD, place)).status).toBe(201);
  });
});
