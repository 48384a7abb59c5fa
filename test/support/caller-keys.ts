import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A key pair of a caller, with the public half as people hand it over. */
export interface CallerKey {
  privateKey: KeyObject;
  publicKey: KeyObject;
  pem: string;
  /** As a JWK with these names besides. */
  jwk(more?: Record<string, unknown>): Record<string, unknown>;
}

export const rsaKey = (bits = 2048, publicExponent = 65_537): CallerKey =>
  callerKey(generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }));

export const ecKey = (namedCurve = 'P-256'): CallerKey => callerKey(generateKeyPairSync('ec', { namedCurve }));

export function callerKey({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): CallerKey {
  return {
    privateKey,
    publicKey,
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    jwk: (more = {}) => ({ ...publicKey.export({ format: 'jwk' }), ...more }),
  };
}
