import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { badInput } from '../../errors.js';
import type { JwtAlgorithm } from '../../vocabulary.js';

/** Bits of an RSA key: fewer can be broken, more make each token cost too much to verify. */
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 4096;
/** Bounds of an RSA exponent (FIPS 186-5 §5.1 below; above, 65537 is what everybody uses, and larger ones cost time). */
const MIN_EXPONENT = 65_537n;
const MAX_EXPONENT = 0xff_ff_ff_ffn;
/** Characters of a key as text; a certificate with its chain is longer than this, and is not wanted. */
const MAX_TEXT = 16_384;

/** Whether tokens are signed with a secret that both sides have, and not with a key pair. */
export const isSecretAlgorithm = (algorithm: JwtAlgorithm): boolean => algorithm === 'HS256' || algorithm === 'HS512';

/** What is wrong with a public key for tokens of this algorithm; null: it may verify them. */
export function keyFault(key: KeyObject, algorithm: JwtAlgorithm): string | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (algorithm === 'ES256') {
    return type === 'ec' && details.namedCurve === 'prime256v1' ? null : 'ES256 needs a key on the curve P-256.';
  }
  if (type !== 'rsa') return `${algorithm} needs an RSA key.`;
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = details;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
    return `An RSA key must have ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits; this one has ${bits}.`;
  }
  const isUsual = exponent >= MIN_EXPONENT && exponent <= MAX_EXPONENT && exponent % 2n === 1n;
  return isUsual ? null : 'The exponent of this RSA key is unusual. Make a new key; its exponent should be 65537.';
}

/**
 * A public key from what people have at hand: PEM (a public key, PKCS #1 or a certificate, whose key alone is taken), the
 * base64 of a PEM without its frame, or a JWK. As PEM in one form (SPKI). BAD_USER_INPUT (`field`).
 */
export function publicKeyInput(text: string, algorithm: JwtAlgorithm, field: string): string {
  const key = parse(text, field);
  const fault = keyFault(key, algorithm);
  if (fault !== null) throw badInput(field, fault);
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** What tells one key from another where people compare them: the SHA-256 of its DER, as OpenSSL prints it in base64. */
export const fingerprint = (pem: string): string =>
  `SHA256:${createHash('sha256')
    .update(createPublicKey(pem).export({ type: 'spki', format: 'der' }))
    .digest('base64')}`;

function parse(given: string, field: string): KeyObject {
  const text = given.replaceAll('\\n', '\n').trim(); // as environment variables and JSON files hold it
  if (text.length > MAX_TEXT) throw badInput(field, `A public key has at most ${MAX_TEXT} characters as text.`);
  if (/PRIVATE KEY/.test(text) || isPrivateJwk(text)) {
    throw badInput(field, 'This is a private key. Keep it where the tokens are signed, and give the public key only.');
  }
  if ((text.match(/-----BEGIN /g) ?? []).length > 1) {
    throw badInput(field, 'These are several keys. Give each one by itself.');
  }
  try {
    if (text.startsWith('{')) return createPublicKey({ key: JSON.parse(text), format: 'jwk' });
    if (text.startsWith('-----BEGIN ')) return createPublicKey(text);
    return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch {
    throw badInput(
      field,
      'This is not a public key. Give it as PEM: “-----BEGIN PUBLIC KEY-----”, its base64, “-----END PUBLIC KEY-----”.',
    );
  }
}

/** Node would take the public half of it in silence. */
function isPrivateJwk(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    const jwk: unknown = JSON.parse(text);
    return typeof jwk === 'object' && jwk !== null && ('d' in jwk || 'k' in jwk);
  } catch {
    return false;
  }
}
