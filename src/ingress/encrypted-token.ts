import type { KeyObject } from 'node:crypto';
import { compactDecrypt } from 'jose';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { CONTENT_ENCRYPTION, KEY_ENCRYPTIONS } from '../domain/apps/decryption-keys.js';
import type { AppKeys, Routes } from '../routing/routes.js';

/** A token that is encrypted for an app (JWE, RFC 7516), its header read and nothing opened yet. */
export interface EncryptedToken {
  token: string;
  app: AppKeys;
  key: KeyObject;
}

/** The `kid` of a key of ours names the app, so that nothing is computed for apps that nobody has. */
const KID = /^(?<clientId>[A-Za-z0-9_-]{1,128})\.[A-Za-z0-9_-]{1,64}$/;
/** Names in the header that anybody may write and that change nothing. Others are refused: `zip`, `crit`, what is to come. */
const HEADER = new Set(['alg', 'enc', 'kid', 'typ', 'cty', 'iss', 'sub', 'aud', 'appId', 'iat', 'exp', 'jti']);

/** Throws an Error that names the failing check. */
export function readEncryptedToken(token: string, routes: Pick<Routes, 'app'>, now: number): EncryptedToken {
  if (!token.split('.').every(isExact)) throw new Error('the base64url is not exact');
  const header = headerOf(token);
  const unknown = Object.keys(header).find((name) => !HEADER.has(name));
  if (unknown !== undefined) throw new Error(`the header of the encrypted token has ${unknown.slice(0, 32)}`);
  if (!KEY_ENCRYPTIONS.includes(header.alg as string)) throw new Error('the key is not encrypted by RSA-OAEP');
  if (header.enc !== CONTENT_ENCRYPTION) throw new Error(`the token is not encrypted by ${CONTENT_ENCRYPTION}`);
  const kid = typeof header.kid === 'string' ? header.kid : '';
  const app = routes.app(KID.exec(kid)?.groups?.clientId ?? '');
  if (!app || app.tokenEncryption === 'NONE') throw new Error('kid names no app with encrypted tokens');
  const key = app.decryptionKey(kid, now);
  if (!key) throw new Error('kid names no key that is good');
  return { token, app, key };
}

const isExact = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

function headerOf(token: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return { ...header };
  } catch {
    // said below
  }
  throw new Error('the header of the encrypted token is not a JSON object');
}

/** What was in tokens that held, by the key that opened them. A client that sends its token again has it opened once. */
const opened = new WeakMap<KeyObject, LRUCache<string, string>>();
/** Tokens remembered for each key; beyond, the one unused for longest is opened again. */
const OPENED = atMost(1_000);

/**
 * The token inside. RSA takes a millisecond, on a thread of Node's own; `beforeOpening` is asked unless the token is
 * remembered. Which step has failed takes no other time: jose goes on with a random key (RFC 7516 §11.5).
 */
export async function openToken({ token, key }: EncryptedToken, beforeOpening: () => void): Promise<string> {
  const known = opened.get(key)?.get(token);
  if (known !== undefined) return known;
  beforeOpening();
  const { plaintext } = await compactDecrypt(token, key, {
    keyManagementAlgorithms: KEY_ENCRYPTIONS,
    contentEncryptionAlgorithms: [CONTENT_ENCRYPTION],
  });
  return Buffer.from(plaintext).toString('latin1'); // base64url, or refused
}

/** Remembers a token whose inside has been found right: what strangers encrypt pushes nothing out. */
export function rememberOpened({ token, key }: EncryptedToken, inside: string): void {
  const tokens = opened.get(key) ?? new LRUCache<string, string>(OPENED);
  opened.set(key, tokens.set(token, inside));
}
