import { createPublicKey, type KeyObject } from 'node:crypto';
import { keyFault } from '../domain/apps/public-key.js';
import type { Events } from '../events.js';
import type { Outbound } from '../outbound/request.js';
import { type Clock, HOUR, MINUTE, SECOND } from '../time.js';
import type { JwtAlgorithm } from '../vocabulary.js';

export interface KeySetDeps {
  outbound: Outbound;
  clock: Clock;
  events: Pick<Events, 'keySetRead'>;
}

/** Where an app's caller publishes its keys (RFC 7517). */
export interface KeySetSource {
  clientId: string;
  accountId: string;
  url: string;
  algorithm: JwtAlgorithm;
}

/** The keys that a caller publishes, fetched when a token needs them, and kept. */
export interface KeySet {
  /**
   * Those that a token with this `kid` may be signed with. A token chooses among them and has them fetched again, at most
   * once a minute; never does it say from where.
   */
  keys(kid: string | undefined): Promise<readonly KeyObject[]>;
}

/** Age at which keys are fetched again: a key that was withdrawn is still taken for so long, while the URL answers. */
const FRESH_MS = 5 * MINUTE;
/** Age up to which they are used while the URL fails; beyond, the app's tokens are refused. */
const STALE_MS = 24 * HOUR;
/** Between the starts of two fetches, whatever tokens say and whether it fails. */
const REST_MS = MINUTE;
/** From the call to the last byte; tokens wait for it. */
const TIMEOUT_MS = 5 * SECOND;
/** Bytes of a key set; a longer one is not read at all. */
const MAX_BYTES = 64 * 1024;
/** Keys of a set that are looked at; those behind are ignored. */
const MAX_KEYS = 50;
/** Keys tried for one token, where it has no `kid` or several have the same; those behind are not. */
const MAX_TRIED = 4;
const MAX_KID_LENGTH = 256;

interface PublishedKey {
  kid: string | undefined;
  key: KeyObject;
}

export function createKeySet({ outbound, clock, events }: KeySetDeps, source: KeySetSource): KeySet {
  let known: { keys: PublishedKey[]; fetchedAt: number } | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | null = null;

  const age = (): number => (known ? clock.monotonicNow() - known.fetchedAt : Number.POSITIVE_INFINITY);

  function matching(kid: string | undefined): KeyObject[] {
    const keys = known && age() <= STALE_MS ? known.keys : [];
    const named = keys.filter((one) => kid === undefined || one.kid === undefined || one.kid === kid);
    return named.slice(0, MAX_TRIED).map(({ key }) => key);
  }

  /** One fetch at a time, which all who wait share. What is known outlives a fetch that fails. */
  function refresh(): Promise<void> {
    if (underWay) return underWay;
    if (clock.monotonicNow() - triedAt < REST_MS) return Promise.resolve();
    triedAt = clock.monotonicNow();
    underWay = fetchKeys().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function fetchKeys(): Promise<void> {
    const { clientId, accountId, url, algorithm } = source;
    try {
      const { status, body } = await outbound.request({
        method: 'GET',
        url,
        headers: { accept: 'application/jwk-set+json, application/json' },
        partition: `keys of ${accountId}`,
        timeoutMs: TIMEOUT_MS,
        headersTimeoutMs: TIMEOUT_MS,
        maxResponseBytes: MAX_BYTES,
        oversize: 'FAIL',
      });
      if (status !== 200) throw new Error(`The URL answered ${status} instead of 200.`);
      const keys = publishedKeys(body.toString('utf8'), algorithm, known?.keys ?? []);
      known = { keys, fetchedAt: clock.monotonicNow() };
      events.keySetRead({ clientId, keys: keys.length });
    } catch (error) {
      events.keySetRead({ clientId, keys: known?.keys.length ?? 0 }, error);
    }
  }

  return {
    async keys(kid) {
      if (age() > FRESH_MS) await refresh();
      const found = matching(kid);
      if (found.length > 0 || kid === undefined) return found;
      await refresh();
      return matching(kid);
    },
  };
}

/** What of a key set may verify tokens of this algorithm. `known`: equal keys stay the same objects. Throws an Error. */
function publishedKeys(text: string, algorithm: JwtAlgorithm, known: readonly PublishedKey[]): PublishedKey[] {
  const set = parse(text);
  if (!isObject(set) || !Array.isArray(set.keys)) throw new Error('The URL did not answer with a key set.');
  return set.keys.slice(0, MAX_KEYS).flatMap((jwk): PublishedKey[] => {
    const key = isObject(jwk) ? usable(jwk, algorithm) : null;
    if (!key) return [];
    return [{ ...key, key: known.find((one) => one.key.equals(key.key))?.key ?? key.key }];
  });
}

/** JSON; null for anything else, of which nothing is to stand in a log. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null for a key that is for something else, too weak, or not public. */
function usable(jwk: Record<string, unknown>, algorithm: JwtAlgorithm): PublishedKey | null {
  const { kty, kid, use, alg, key_ops: operations, n, e, crv, x, y } = jwk;
  if ('d' in jwk || (use !== undefined && use !== 'sig') || (alg !== undefined && alg !== algorithm)) return null;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return null;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH)) return null;
  try {
    const key = createPublicKey({ key: { kty, n, e, crv, x, y } as never, format: 'jwk' }); // it checks them itself
    return keyFault(key, algorithm) === null ? { kid, key } : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
