import { base64Url } from './base64-url';

const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** A signed token, encrypted for the server (JWE, RFC 7516): the key by RSA-OAEP-256, the token by A256GCM. */
export async function encryptToken(token: string, jwk: JsonWebKey & { kid?: string }): Promise<string> {
  const { subtle } = crypto;
  const header = base64Url(
    new TextEncoder().encode(JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: jwk.kid, cty: 'JWT' })),
  );
  const publicKey = await subtle.importKey('jwk', jwk, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['encrypt']);
  const contentKey = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const encryptedKey = new Uint8Array(await subtle.encrypt('RSA-OAEP', publicKey, contentKey));
  const key = await subtle.importKey('raw', contentKey, 'AES-GCM', false, ['encrypt']);
  const method = { name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(header) };
  const sealed = new Uint8Array(await subtle.encrypt(method, key, new TextEncoder().encode(token)));
  const parts = [encryptedKey, nonce, sealed.slice(0, -TAG_BYTES), sealed.slice(-TAG_BYTES)];
  return [header, ...parts.map(base64Url)].join('.');
}
