import { stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createPasswords } from '../../../src/domain/sign-in/passwords.js';

const PASSWORD = 'correct horse battery';
/** An eighth of the cost: for what is about the order, not about the hash. */
const CHEAP = { N: 2 ** 14, r: 8, p: 1 };

it('a password matches its own hash, and nothing matches none', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash(PASSWORD);
  expect(await passwords.matches(PASSWORD, hash, 'STRANGER')).toBe(true);
  expect(await passwords.matches('wrong horse battery', hash, 'STRANGER')).toBe(false);
  expect(await passwords.matches(PASSWORD, null, 'STRANGER')).toBe(false);
  await passwords.close();
});

it('hashing leaves the threads of files and databases alone, and the work of known people goes first', async () => {
  const passwords = createPasswords(CHEAP);
  const order: string[] = [];
  const done = (name: string) => () => void order.push(name);
  const strangers = [1, 2, 3, 4].map(() => passwords.matches(PASSWORD, null, 'STRANGER').then(done('stranger')));
  const known = passwords.matches(PASSWORD, null, 'KNOWN').then(done('known'));
  await Promise.all([stat('.').then(done('file')), known, ...strangers]);
  expect(order).toEqual(['file', 'stranger', 'known', 'stranger', 'stranger', 'stranger']);
  await passwords.close();
});

it('no more than eight strangers wait, who take no place of a known person, and a close ends their waiting', async () => {
  const passwords = createPasswords(CHEAP);
  const code = (error: { code: string }) => error.code;
  const strangers = Array.from({ length: 10 }, () => passwords.matches(PASSWORD, null, 'STRANGER').catch(code));
  expect(await strangers.at(-1)).toBe('UNAVAILABLE');
  expect(await passwords.matches(PASSWORD, null, 'KNOWN')).toBe(false);
  const waiting = Promise.all(strangers);
  await passwords.close();
  expect(new Set(await waiting)).toEqual(new Set([false, 'UNAVAILABLE']));
});
