import { exchange, type RetryPolicy, type Surroundings } from './exchange.js';
import { HookError } from './hook-error.js';
import { isPublicKey } from './signature.js';
import { isObject } from './wire.js';

/** The public keys that a channel signs its callbacks with, fetched when they are needed and kept. */
export interface KeySet {
  /** Those known, fetched if they are older than `KEEP_MS`. Rejects with HookError when none were ever to be had. */
  current(): Promise<readonly string[]>;
  /** Fetched again for a signature that none of them made; the same ones within `REST_MS` of the last time. */
  renewed(): Promise<readonly string[]>;
}

const KEEP_MS = 60 * 60_000; // how long a key that was withdrawn is still taken, while the server answers
const REST_MS = 60_000; // between two fetches, so that forged callbacks and a server that is down cause few of them
const POLICY: RetryPolicy = { retries: 1, timeoutMs: 5000, maxWaitMs: 1000 };

export function createKeySet(url: string, around: Surroundings): KeySet {
  let known: { keys: readonly string[]; fetchedAt: number } | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  async function fetchKeys(): Promise<void> {
    triedAt = around.now();
    const { body } = await exchange(around, POLICY, {
      method: 'GET',
      url,
      headers: () => ({ accept: 'application/json' }),
    });
    known = { keys: keysIn(body), fetchedAt: around.now() };
  }

  /** One fetch at a time, which all who wait share. What is known outlives a fetch that fails. */
  async function renew(): Promise<readonly string[]> {
    underWay ??= fetchKeys().finally(() => {
      underWay = null;
    });
    await underWay.catch((error: unknown) => {
      if (!known) throw error;
    });
    return known?.keys ?? [];
  }

  const isRested = (): boolean => underWay !== null || around.now() - triedAt >= REST_MS;

  return {
    async current() {
      if (!known) return renew();
      return around.now() - known.fetchedAt > KEEP_MS && isRested() ? renew() : known.keys;
    },
    async renewed() {
      return isRested() ? renew() : (known?.keys ?? []);
    },
  };
}

function keysIn(body: unknown): string[] {
  if (!isObject(body) || !Array.isArray(body.keys)) {
    throw new HookError('This is not the address of the keys of a channel: it ends in /chatbot/keys/ and its id.', {
      status: 200,
      reason: 'BAD_ANSWER',
    });
  }
  return body.keys
    .map((entry) => (isObject(entry) && entry.type === 'ed25519' ? entry.publicKey : null))
    .filter((key): key is string => typeof key === 'string' && isPublicKey(key));
}
