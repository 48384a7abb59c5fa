import type { JwtAlgorithm } from './.generated/graphql';

const HASH: Record<JwtAlgorithm, string> = { HS256: 'SHA-256', HS512: 'SHA-512' };
const LIFE_SECONDS = 15 * 60;

export interface TokenRequest {
  clientId: string;
  secret: string;
  algorithm: JwtAlgorithm;
}

/** A caller's token for a hook (RFC 7519), good for 15 minutes and for one call when the app demands a jti. */
export async function signToken({ clientId, secret, algorithm }: TokenRequest): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new Error('Browsers sign tokens on https:// or localhost only. Open the console there.');
  }
  const now = Math.floor(Date.now() / 1000);
  const claims = { appId: clientId, sub: 'console', iat: now, exp: now + LIFE_SECONDS, jti: crypto.randomUUID() };
  const text = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(claims)}`;
  const bytes = new TextEncoder().encode(secret.trim());
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: HASH[algorithm] }, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return `${text}.${base64Url(new Uint8Array(signature))}`;
}

const encode = (value: object): string => base64Url(new TextEncoder().encode(JSON.stringify(value)));

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
