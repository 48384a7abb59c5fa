import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { createTokens, type TokenOptions } from '../../src/client/token.js';
import { ecKey, rsaKey } from '../support/caller-keys.js';

const rsa = rsaKey();
const ec = ecKey();
const pem = (key: typeof rsa): string => key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const tokens = (options: Partial<TokenOptions>) => createTokens({ clientId: 'cs-1', ...options }, Date.now);

describe('a token of the client', () => {
  it.each<[string, Partial<TokenOptions>, string | typeof rsa.publicKey]>([
    ['HS256', { clientSecret: 'secret' }, 'secret'],
    ['HS512', { clientSecret: 'secret', algorithm: 'HS512' }, 'secret'],
    ['RS256', { privateKey: pem(rsa) }, rsa.publicKey],
    ['RS512', { privateKey: rsa.privateKey, algorithm: 'RS512' }, rsa.publicKey],
    ['ES256', { privateKey: pem(ec), keyId: 'k1', claims: { userIdentity: 'u' } }, ec.publicKey],
  ])('is signed by %s', async (algorithm, options, key) => {
    const token = await tokens(options)('user');
    const { header, payload } = jwt.verify(token, key, { algorithms: [algorithm as never], complete: true });
    expect(payload).toMatchObject({ appId: 'cs-1', sub: 'user', ...options.claims });
    expect(header.kid).toBe(options.keyId);
  });

  it('is encrypted with the key that the app shows', async () => {
    const kid = 'cs-1.abc';
    const encryptionKey = rsa.jwk({ kid }) as never;
    const token = await tokens({ clientSecret: 'secret', encryptionKey })('user');
    const [header = '', ...parts] = token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'RSA-OAEP-256',
      enc: 'A256GCM',
      cty: 'JWT',
      kid,
    });
    const [key, nonce, text, tag] = parts.map((part) => Buffer.from(part, 'base64url')) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const contentKey = privateDecrypt({ key: rsa.privateKey, oaepHash: 'sha256', padding }, key);
    const decipher = createDecipheriv('aes-256-gcm', contentKey, nonce).setAAD(Buffer.from(header)).setAuthTag(tag);
    const inside = Buffer.concat([decipher.update(text), decipher.final()]).toString();
    expect(jwt.verify(inside, 'secret')).toMatchObject({ appId: 'cs-1' });
  });

  it.each<[string, Partial<TokenOptions>]>([
    ['neither secret nor key', {}],
    ['an empty secret', { clientSecret: '' }],
    ['a secret for RS256', { clientSecret: 'secret', algorithm: 'RS256' }],
    ['a key for HS256', { privateKey: pem(rsa), algorithm: 'HS256' }],
    ['an RSA key for ES256', { privateKey: pem(rsa), algorithm: 'ES256' }],
    ['a key of another kind', { privateKey: generateKeyPairSync('ed25519').privateKey }],
    ['a public key', { privateKey: rsa.pem }],
    [
      'a key to encrypt with that is none',
      { clientSecret: 'secret', encryptionKey: { kid: 'a', n: '', e: '' } as never },
    ],
    ['a key to encrypt with that has no kid', { clientSecret: 'secret', encryptionKey: rsa.jwk() as never }],
  ])('is not made with %s, and that is told at once', (_title, options) => {
    expect(() => tokens(options)).toThrow(expect.objectContaining({ name: 'HookError', reason: 'BAD_KEY' }));
  });
});
