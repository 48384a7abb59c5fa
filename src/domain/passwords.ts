import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { badInput } from '../errors.js';

const MIN_LENGTH = 12;
const MAX_LENGTH = 1024;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
// OWASP's password storage cheat sheet: N = 2^17, r = 8, p = 1 (128 MiB, about a third of a second).
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** `scrypt$<salt>$<key>`, both base64url. BAD_USER_INPUT (`password`) when it is too short or long. */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < MIN_LENGTH) {
    throw badInput('password', `A password needs at least ${MIN_LENGTH} characters.`);
  }
  if (password.length > MAX_LENGTH) throw badInput('password', `A password has at most ${MAX_LENGTH} characters.`);
  const salt = randomBytes(SALT_BYTES);
  return `scrypt$${salt.toString('base64url')}$${(await derive(password, salt)).toString('base64url')}`;
}

/** Whether the password is the hashed one; takes as long for a user without a password, which tells nobody who has one. */
export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  const [scheme, salt = '', key = ''] = (hash ?? `scrypt$${'A'.repeat(22)}$`).split('$');
  if (password.length > MAX_LENGTH) return false;
  const derived = await derive(password, Buffer.from(salt, 'base64url'));
  const expected = Buffer.from(key, 'base64url');
  return scheme === 'scrypt' && expected.length === derived.length && timingSafeEqual(expected, derived);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key))),
  );
}
