import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { StoredDecryptionKey } from '../../store/tables/apps.js';
import type { AssociatedData, Vault } from '../../store/vault.js';

/** Bits of a decryption key. Opening a token takes an operation with it, whose time grows with the cube of the bits. */
const RSA_BITS = 2048;
const KID_CHARACTERS = 16; // 96 bits of the key's own hash

/** What an encrypted token may be encrypted with: the key by RSA-OAEP, the text by AES-GCM. */
export const KEY_ENCRYPTIONS = ['RSA-OAEP-256', 'RSA-OAEP'];
export const CONTENT_ENCRYPTION = 'A256GCM';

/** A public key that callers encrypt tokens with (RFC 7517). */
export interface EncryptionJwk {
  kty: 'RSA';
  kid: string;
  use: 'enc';
  n: string;
  e: string;
}

/** Bound to the key's id, too. */
export const decryptionKeyAssociatedData = (kid: string): AssociatedData => `apps.decryption_keys:${kid}`;

/** A new key pair for the encrypted tokens of an app. It takes a tenth of a second or more, on another thread. */
export async function newDecryptionKey(vault: Vault, clientId: string): Promise<StoredDecryptionKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const kid = `${clientId}.${createHash('sha256').update(n).digest('base64url').slice(0, KID_CHARACTERS)}`;
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { kid, n, e, privateKeyCipher: vault.seal(pem, decryptionKeyAssociatedData(kid)), validUntil: null };
}

/** The keys that are good at `now`, the current one first. No `alg`: both ways of RSA-OAEP are taken. */
export const encryptionJwks = (keys: readonly StoredDecryptionKey[], now: number): EncryptionJwk[] =>
  keys.filter((key) => isGood(key, now)).map(({ kid, n, e }) => ({ kty: 'RSA', kid, use: 'enc', n, e }));

/** A new key in front; the one before it opens tokens until then. */
export function withNewKey(
  keys: readonly StoredDecryptionKey[],
  fresh: StoredDecryptionKey,
  validUntil: number | null,
): StoredDecryptionKey[] {
  const current = keys.find((key) => key.validUntil === null);
  return [fresh, ...(current && validUntil !== null ? [{ ...current, validUntil }] : [])];
}

export const isGood = ({ validUntil }: StoredDecryptionKey, now: number): boolean =>
  validUntil === null || validUntil > now;
