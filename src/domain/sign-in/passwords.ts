import { randomBytes, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { badInput } from '../../errors.js';
import { createHashingThread, type Urgency } from './hashing-thread.js';

/** Characters of a new password; outside: BAD_USER_INPUT. */
const MIN_LENGTH = 12;
const MAX_LENGTH = 1024;
const SALT_BYTES = 16;

export interface Passwords {
  /** `scrypt$<salt>$<key>`, both base64url. BAD_USER_INPUT (`field`) when it is too short or long, UNAVAILABLE. */
  hash(password: string, field?: string): Promise<string>;
  /** Whether the password is the hashed one. Takes as long without a hash: the time tells nobody who has one. UNAVAILABLE. */
  matches(password: string, hash: string | null, urgency: Urgency): Promise<boolean>;
  close(): Promise<void>;
}

export function createPasswords(cost?: ScryptOptions): Passwords {
  const thread = createHashingThread(cost);
  const derive = (password: string, salt: Buffer, urgency: Urgency) =>
    thread.derive(password.normalize('NFKC'), salt, urgency);
  return {
    async hash(password, field = 'password') {
      if (password.length < MIN_LENGTH) {
        throw badInput(field, `A password needs at least ${MIN_LENGTH} characters.`);
      }
      if (password.length > MAX_LENGTH) throw badInput(field, `A password has at most ${MAX_LENGTH} characters.`);
      const salt = randomBytes(SALT_BYTES);
      const key = await derive(password, salt, 'KNOWN');
      return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`;
    },
    async matches(password, hash, urgency) {
      const [scheme, salt = '', key = ''] = (hash ?? `scrypt$${'A'.repeat(22)}$`).split('$');
      if (password.length > MAX_LENGTH) return false;
      const derived = await derive(password, Buffer.from(salt, 'base64url'), urgency);
      const expected = Buffer.from(key, 'base64url');
      return scheme === 'scrypt' && expected.length === derived.length && timingSafeEqual(expected, derived);
    },
    close: thread.close,
  };
}
