import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { HookError } from './hook-error.js';

export interface TokenOptions {
  /** The app's client id. */
  clientId: string;
  /** The app's client secret, for HS256 and HS512. */
  clientSecret?: string | undefined;
  /** In its place for RS256, RS512 and ES256: the private key whose public key the app has, as PEM. */
  privateKey?: string | KeyObject | undefined;
  /** The `kid` of that key where the app reads them from a key set. */
  keyId?: string | undefined;
  /** As set for the app. Default HS256, with a private key RS256 or ES256 by its kind. */
  algorithm?: 'HS256' | 'HS512' | 'RS256' | 'RS512' | 'ES256' | undefined;
  /** Encrypts the tokens: the public key (JWK) that the app shows. Needs the package `jose`. */
  encryptionKey?: EncryptionKey | undefined;
  /** More claims for each token, e.g. `userIdentity`. */
  claims?: Record<string, unknown> | undefined;
}

/** As the app shows it, and `GET /chatbot/apps/{clientId}/jwks.json`. */
export interface EncryptionKey {
  kty: string;
  kid: string;
  n: string;
  e: string;
}

const LIFE_SECONDS = 300;
const ENCRYPTION = { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' };

/** Makes the tokens of an app, a new one for each call: an app may demand that each is used once. Throws HookError. */
export function createTokens(options: TokenOptions, now: () => number): (sub: string) => Promise<string> {
  const { clientId, encryptionKey } = options;
  const { key, algorithm } = signingKey(options);
  const signing: jwt.SignOptions = { algorithm, ...(options.keyId !== undefined && { keyid: options.keyId }) };
  const publicKey = encryptionKey && readEncryptionKey(encryptionKey);
  return async (sub) => {
    const iat = Math.floor(now() / 1000);
    const claims = { appId: clientId, sub, jti: randomUUID(), iat, exp: iat + LIFE_SECONDS, ...options.claims };
    const token = jwt.sign(claims, key, signing);
    return encryptionKey && publicKey ? encrypt(token, publicKey, encryptionKey.kid) : token;
  };
}

type Algorithm = NonNullable<TokenOptions['algorithm']>;

/** The kind of private key that an algorithm signs with. */
const KEY_TYPE: Partial<Record<Algorithm, string>> = { RS256: 'rsa', RS512: 'rsa', ES256: 'ec' };

function signingKey({ clientSecret, privateKey, algorithm }: TokenOptions): { key: KeyObject; algorithm: Algorithm } {
  if (privateKey === undefined) {
    const chosen = algorithm ?? 'HS256';
    if (!clientSecret || KEY_TYPE[chosen])
      throw badKey(`${chosen} needs ${KEY_TYPE[chosen] ? 'a privateKey' : 'the clientSecret of the app'}.`);
    return { key: createSecretKey(Buffer.from(clientSecret)), algorithm: chosen };
  }
  const key = readPrivateKey(privateKey);
  const chosen = algorithm ?? (key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256');
  if (KEY_TYPE[chosen] !== key.asymmetricKeyType) {
    throw badKey(`${chosen} does not sign with this privateKey, which is of the kind ${key.asymmetricKeyType}.`);
  }
  return { key, algorithm: chosen };
}

function readPrivateKey(given: string | KeyObject): KeyObject {
  try {
    return typeof given === 'string' ? createPrivateKey(given) : given;
  } catch (cause) {
    throw badKey('The privateKey is not a private key as PEM, without a passphrase.', cause);
  }
}

function readEncryptionKey(jwk: EncryptionKey): KeyObject {
  try {
    if (typeof jwk.kid === 'string') return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    // said below
  }
  throw badKey('The encryptionKey is not a JWK as the app shows it, with kid, n and e.');
}

/** `jose` is loaded by those who encrypt alone. */
async function encrypt(token: string, key: KeyObject, kid: string): Promise<string> {
  const { CompactEncrypt } = await import('jose');
  return new CompactEncrypt(Buffer.from(token)).setProtectedHeader({ ...ENCRYPTION, kid }).encrypt(key);
}

const badKey = (message: string, cause?: unknown): HookError => new HookError(message, { reason: 'BAD_KEY', cause });
