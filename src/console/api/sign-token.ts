import type { JwtAlgorithm, TokenEncryption } from './.generated/graphql';
import { base64Url } from './base64-url';
import { encryptToken } from './encrypt-token';

const LIFE_SECONDS = 15 * 60;

/** What the console knows of an app, to make tokens as its caller does. */
export interface SigningApp {
  clientId: string;
  algorithm: JwtAlgorithm;
  tokenEncryption: TokenEncryption;
  /** Public keys (JWK), the current one first. */
  encryptionKeys: unknown[];
}

const RSA = 'RSASSA-PKCS1-v1_5';
/** How Web Crypto names the algorithms: for the key, and for the signature. */
const BY_ALGORITHM: Record<
  JwtAlgorithm,
  { key: RsaHashedImportParams | EcKeyImportParams; signature: EcdsaParams | string }
> = {
  HS256: { key: { name: 'HMAC', hash: 'SHA-256' }, signature: 'HMAC' },
  HS512: { key: { name: 'HMAC', hash: 'SHA-512' }, signature: 'HMAC' },
  RS256: { key: { name: RSA, hash: 'SHA-256' }, signature: RSA },
  RS512: { key: { name: RSA, hash: 'SHA-512' }, signature: RSA },
  ES256: { key: { name: 'ECDSA', namedCurve: 'P-256' }, signature: { name: 'ECDSA', hash: 'SHA-256' } },
};

/** Whether tokens are signed with a secret that the server has, too. */
export const signsWithSecret = (algorithm: JwtAlgorithm): boolean => algorithm === 'HS256' || algorithm === 'HS512';

/**
 * A caller's token for a hook (RFC 7519), good for 15 minutes and for one call when the app demands a jti. `secret`: the
 * client secret, or the private key as PEM; it does not leave the browser.
 */
export async function signToken(app: SigningApp, secret: string): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new Error('Browsers sign tokens on https:// or localhost only. Open the console there.');
  }
  const { clientId, algorithm } = app;
  const now = Math.floor(Date.now() / 1000);
  const claims = { appId: clientId, sub: 'console', iat: now, exp: now + LIFE_SECONDS, jti: crypto.randomUUID() };
  const text = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(claims)}`;
  const key = await signingKey(algorithm, secret.trim());
  const signature = await crypto.subtle.sign(BY_ALGORITHM[algorithm].signature, key, new TextEncoder().encode(text));
  const token = `${text}.${base64Url(new Uint8Array(signature))}`;
  const [encryptFor] = app.encryptionKeys;
  return app.tokenEncryption === 'REQUIRED' && encryptFor ? encryptToken(token, encryptFor as JsonWebKey) : token;
}

async function signingKey(algorithm: JwtAlgorithm, secret: string): Promise<CryptoKey> {
  const { key } = BY_ALGORITHM[algorithm];
  if (signsWithSecret(algorithm)) {
    return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), key, false, ['sign']);
  }
  const [, base64] = /-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----/.exec(secret) ?? [];
  try {
    const bytes = Uint8Array.from(atob((base64 ?? '').replace(/\s/g, '')), (character) => character.charCodeAt(0));
    return await crypto.subtle.importKey('pkcs8', bytes, key, false, ['sign']);
  } catch {
    throw new Error(
      `This is not a private key for ${algorithm} as PKCS #8 PEM (“-----BEGIN PRIVATE KEY-----”). openssl pkcs8 -topk8 -nocrypt makes one of other forms.`,
    );
  }
}

const encode = (value: object): string => base64Url(new TextEncoder().encode(JSON.stringify(value)));
