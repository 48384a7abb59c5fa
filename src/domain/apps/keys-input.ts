import { badInput } from '../../errors.js';
import type { JwtAlgorithm } from '../../vocabulary.js';
import { isSecretAlgorithm, publicKeyInput } from './public-key.js';

/** Where the keys of an app come from: from the app, or from where its caller publishes them. */
export interface AppKeysInput {
  publicKeys?: readonly string[] | null;
  jwksUrl?: string | null;
}

export interface AppKeySource {
  publicKeys: string[];
  jwksUrl: string | null;
}

/** Public keys of an app: the current one and the next, so that callers can change over; beyond: BAD_USER_INPUT. */
const MAX_PUBLIC_KEYS = 2;

/** The keys of an app as they are stored. BAD_USER_INPUT (`publicKeys`, `jwksUrl`). */
export function keysInput(
  { publicKeys, jwksUrl }: AppKeysInput,
  algorithm: JwtAlgorithm,
  checkUrl: (url: string, field: string) => void,
): AppKeySource {
  const given = (publicKeys ?? []).filter((text) => text.trim() !== '');
  const url = jwksUrl?.trim() || null;
  if (isSecretAlgorithm(algorithm)) {
    if (given.length === 0 && url === null) return { publicKeys: [], jwksUrl: null };
    const field = given.length > 0 ? 'publicKeys' : 'jwksUrl';
    throw badInput(field, `An app of ${algorithm} signs with its client secret. Keys need RS256, RS512 or ES256.`);
  }
  if (given.length > 0 && url !== null) {
    throw badInput('jwksUrl', 'Give either public keys or the URL of a key set, not both.');
  }
  if (url !== null) {
    checkUrl(url, 'jwksUrl');
    return { publicKeys: [], jwksUrl: url };
  }
  if (given.length === 0) {
    throw badInput(
      'publicKeys',
      `${algorithm} needs one or two public keys (PEM), or a jwksUrl where they are published.`,
    );
  }
  if (given.length > MAX_PUBLIC_KEYS) {
    throw badInput(
      'publicKeys',
      `An app has at most ${MAX_PUBLIC_KEYS} public keys: the current one and the next one.`,
    );
  }
  const keys = given.map((text) => publicKeyInput(text, algorithm, 'publicKeys'));
  if (new Set(keys).size < keys.length) throw badInput('publicKeys', 'The same public key is there twice.');
  return { publicKeys: keys, jwksUrl: null };
}
