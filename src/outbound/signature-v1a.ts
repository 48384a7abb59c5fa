import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { badInput } from '../errors.js';
import { type SignedMessage, signedText } from './signature.js';

/**
 * Standard Webhooks 1.0, asymmetric (`v1a`): ed25519 over `id.timestamp.body`. Receivers need the public key alone, so
 * that nobody but this server can sign. Keys are written `whsk_` + base64 of the 32-byte seed (RFC 8032 §5.1.5), and
 * `whpk_` + base64 of the 32-byte public key.
 */
export interface SigningKeyPair {
  privateKey: string;
  publicKey: string;
}

export function createSigningKeyPair(): SigningKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-KEY_BYTES);
  return { privateKey: PRIVATE_PREFIX + seed.toString('base64'), publicKey: publicKeyText(publicKey) };
}

/**
 * The key of a `whsk_…` text; parse once and keep it. Other senders write the seed and the public key behind it, which
 * is taken as well. Throws BAD_USER_INPUT.
 */
export function parseSigningPrivateKey(text: string): KeyObject {
  const bytes = bytesOf(text, PRIVATE_PREFIX);
  const seed = bytes?.subarray(0, KEY_BYTES);
  const publicKey = bytes?.subarray(KEY_BYTES);
  if (seed?.length === KEY_BYTES && publicKey) {
    const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    if (publicKey.length === 0 || publicKey.equals(rawPublicKey(createPublicKey(key)))) return key;
  }
  throw badInput(
    'privateKey',
    `A private signing key is "${PRIVATE_PREFIX}" followed by ${KEY_BYTES} bytes in base64.`,
  );
}

/** The key of a `whpk_…` text. Throws BAD_USER_INPUT. */
export function parseSigningPublicKey(text: string): KeyObject {
  const bytes = bytesOf(text, PUBLIC_PREFIX);
  if (bytes?.length === KEY_BYTES) {
    return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
  }
  throw badInput('publicKey', `A public signing key is "${PUBLIC_PREFIX}" followed by ${KEY_BYTES} bytes in base64.`);
}

/** The `whpk_…` text of a key, private or public. */
export function publicKeyText(key: KeyObject): string {
  return PUBLIC_PREFIX + rawPublicKey(key.type === 'private' ? createPublicKey(key) : key).toString('base64');
}

/** The value of `webhook-signature`: one `v1a,<base64>` for each private key, separated by spaces. */
export function signV1a(message: SignedMessage, keys: readonly (KeyObject | string)[]): string {
  const text = signedText(message);
  return keys.map((key) => `v1a,${sign(null, text, toKey(key)).toString('base64')}`).join(' ');
}

const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
const KEY_BYTES = 32;

// What stands before the bytes of a key in DER (RFC 8410 §4 and §7).
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function bytesOf(text: string, prefix: string): Buffer | null {
  if (!text.startsWith(prefix)) return null;
  const base64 = text.slice(prefix.length);
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '') ? bytes : null;
}

const rawPublicKey = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES);

const toKey = (key: KeyObject | string): KeyObject => (typeof key === 'string' ? parseSigningPrivateKey(key) : key);
