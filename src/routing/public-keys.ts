import type { StoredKeyPair } from '../store/tables/channels.js';
import type { PublicKey } from './routes.js';

/** The public keys of pairs as stored (JSON) that are valid at `now`, current first. */
export function publicKeysOf(stored: string | null, now: number): PublicKey[] {
  const pairs: StoredKeyPair[] = stored === null ? [] : JSON.parse(stored); // written by the table's own codec
  return pairs
    .filter(({ validUntil }) => validUntil === null || validUntil > now)
    .map(({ kid, publicKey }) => ({ kid, publicKey }));
}
