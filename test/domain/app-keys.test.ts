import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicKeyInput } from '../../src/domain/apps/public-key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { callerKey, ecKey, rsaKey } from '../support/caller-keys.js';
import { createCertificate } from '../support/certificate.js';

const rsa = rsaKey();
const nextRsa = rsaKey();
const ec = ecKey();

describe('a public key', () => {
  const read = (text: string, algorithm: 'RS256' | 'RS512' | 'ES256') => publicKeyInput(text, algorithm, 'publicKeys');

  it('is taken in every form in which people have it, and kept in one', () => {
    const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const base64 = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const forms = [
      rsa.pem,
      pkcs1,
      base64,
      rsa.pem.replaceAll('\n', '\r\n'),
      rsa.pem.replaceAll('\n', '\\n'),
      `\n  ${rsa.pem}\n\n`,
      JSON.stringify(rsa.jwk({ kid: 'one', use: 'sig' })),
    ];
    for (const form of forms) expect(read(form, 'RS256'), form).toBe(rsa.pem);
    expect(read(ec.pem, 'ES256')).toBe(ec.pem);
    expect(read(JSON.stringify(ec.jwk()), 'ES256')).toBe(ec.pem);
  });

  it('is taken from a certificate', () => {
    const { cert } = createCertificate({ hosts: ['caller.example.com'] });
    expect(read(cert, 'ES256')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  it.each<[string, string, 'RS256' | 'RS512' | 'ES256', RegExp]>([
    ['of too few bits', rsaKey(1024).pem, 'RS256', /2048 to 4096 bits; this one has 1024/],
    ['of 2047 bits', rsaKey(2047).pem, 'RS512', /this one has 2047/],
    ['of the exponent 3', rsaKey(2048, 3).pem, 'RS256', /exponent/],
    ['of another family', ec.pem, 'RS256', /needs an RSA key/],
    ['of RSA for ES256', rsa.pem, 'ES256', /P-256/],
    ['on P-384', ecKey('P-384').pem, 'ES256', /P-256/],
    ['on secp256k1', ecKey('secp256k1').pem, 'ES256', /P-256/],
    ['of ed25519', callerKey(generateKeyPairSync('ed25519')).pem, 'ES256', /P-256/],
    [
      'for RSA-PSS',
      callerKey(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })).pem,
      'RS256',
      /needs an RSA key/,
    ],
    ['that is private', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'RS256', /private key/],
    [
      'that is private, as PKCS #1',
      rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      'RS256',
      /private/,
    ],
    ['that is private, as JWK', JSON.stringify(rsa.privateKey.export({ format: 'jwk' })), 'RS256', /private key/],
    ['that is a secret', JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }), 'RS256', /private key/],
    ['that is two', rsa.pem + nextRsa.pem, 'RS256', /several keys/],
    ['of nothing', 'hello', 'RS256', /not a public key/],
    ['off the curve', JSON.stringify(ec.jwk({ y: ec.jwk().x })), 'ES256', /not a public key/],
    ['cut off', rsa.pem.slice(0, 200), 'RS256', /not a public key/],
    ['of megabytes', 'A'.repeat(1_000_000), 'RS256', /at most 16384 characters/],
  ])('%s is refused in words that help', (_title, text, algorithm, words) => {
    expect(() => read(text, algorithm)).toThrow(words);
  });

  it('is read or refused as input, whatever text it is', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.json(),
      fc.base64String({ maxLength: 400 }),
      fc.nat(rsa.pem.length).map((at) => `${rsa.pem.slice(0, at)}A${rsa.pem.slice(at + 1)}`),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('RS256' as const, 'ES256' as const), (text, algorithm) => {
        try {
          expect(read(text, algorithm)).toMatch(/^-----BEGIN PUBLIC KEY-----/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'publicKeys' } });
        }
      }),
    );
  });
});

describe('an app with keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.remove());

  const APP = 'clientId algorithm publicKeys jwksUrl tokenEncryption encryptionKeys encryptionKeysUrl';
  const create = async (input: Record<string, unknown>) =>
    (
      await app.gql(`mutation($input: CreateAppInput!) { createApp(input: $input) { clientSecret app { ${APP} } } }`, {
        input: { name: 'caller', ...input },
      })
    ).createApp;
  const setKeys = async (clientId: string, keys: { publicKeys?: unknown; jwksUrl?: unknown }) =>
    (
      await app.gql(
        `mutation($clientId: ID!, $publicKeys: [String!], $jwksUrl: String) {
          setAppKeys(clientId: $clientId, publicKeys: $publicKeys, jwksUrl: $jwksUrl) { ${APP} } }`,
        { clientId, ...keys },
      )
    ).setAppKeys;
  const viewerToken = async (): Promise<string> => {
    const { createUser } = await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
      input: { name: 'Vi', email: `vi${Math.random()}@example.com`, role: 'VIEWER' },
    });
    const { createApiToken } = await app.gql('mutation($id: ID!) { createApiToken(name: "v", userId: $id) }', {
      id: createUser.id,
    });
    return createApiToken;
  };

  it('has no secret, and shows its keys', async () => {
    const { clientSecret, app: made } = await create({ algorithm: 'RS256', publicKeys: [rsa.pem] });
    expect(clientSecret).toBe('');
    expect(made).toMatchObject({ algorithm: 'RS256', publicKeys: [rsa.pem], jwksUrl: null, tokenEncryption: 'NONE' });
    const url = 'https://keys.example.com/jwks.json';
    expect((await create({ algorithm: 'ES256', jwksUrl: url })).app).toMatchObject({ publicKeys: [], jwksUrl: url });
    await expect(
      app.gql('mutation($id: ID!) { rotateAppSecret(clientId: $id) { clientSecret } }', { id: made.clientId }),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/setAppKeys/) });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no key', { algorithm: 'RS256' }, 'publicKeys'],
    ['an empty list', { algorithm: 'ES256', publicKeys: [] }, 'publicKeys'],
    ['three keys', { algorithm: 'RS256', publicKeys: [rsa.pem, nextRsa.pem, ec.pem] }, 'publicKeys'],
    ['one key twice', { algorithm: 'RS256', publicKeys: [rsa.pem, rsa.pem.trim()] }, 'publicKeys'],
    ['a key of another kind', { algorithm: 'ES256', publicKeys: [rsa.pem] }, 'publicKeys'],
    ['keys and a URL', { algorithm: 'RS256', publicKeys: [rsa.pem], jwksUrl: 'https://example.com/k' }, 'jwksUrl'],
    ['a URL inside', { algorithm: 'RS256', jwksUrl: 'https://169.254.169.254/latest' }, 'jwksUrl'],
    ['a URL of a file', { algorithm: 'RS256', jwksUrl: 'file:///etc/passwd' }, 'jwksUrl'],
    ['a key beside a secret', { algorithm: 'HS256', publicKeys: [rsa.pem] }, 'publicKeys'],
    ['a URL beside a secret', { jwksUrl: 'https://example.com/k' }, 'jwksUrl'],
  ])('is not made with %s', async (_title, input, field) => {
    await expect(create(input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('has its keys replaced, with an overlap and an entry in the audit log without the keys', async () => {
    const { app: made } = await create({ algorithm: 'RS512', publicKeys: [rsa.pem] });
    const both = await setKeys(made.clientId, { publicKeys: [nextRsa.pem, rsa.pem] });
    expect(both.publicKeys).toEqual([nextRsa.pem, rsa.pem]);
    await setKeys(made.clientId, { publicKeys: [nextRsa.pem, rsa.pem] }); // nothing changes, nothing is noted
    const moved = await setKeys(made.clientId, { jwksUrl: 'https://keys.example.com/' });
    expect(moved).toMatchObject({ publicKeys: [], jwksUrl: 'https://keys.example.com/' });
    const { auditLog } = await app.gql('{ auditLog(first: 20) { edges { node { action subject details } } } }');
    const entries = auditLog.edges
      .map(({ node }: { node: { action: string; subject: string } }) => node)
      .filter(
        (node: { action: string; subject: string }) => node.action === 'app.set-keys' && node.subject === made.clientId,
      );
    expect(entries).toHaveLength(2);
    expect(entries[1].details.publicKeys).toEqual({
      from: [expect.stringMatching(/^SHA256:/)],
      to: [expect.stringMatching(/^SHA256:/), expect.stringMatching(/^SHA256:/)],
    });
    expect(JSON.stringify(entries)).not.toContain('BEGIN');
  });

  it('is changed by those who build only, and never one with a secret', async () => {
    const { app: made } = await create({ algorithm: 'RS256', publicKeys: [rsa.pem] });
    const { app: secret } = await create({});
    await expect(setKeys(secret.clientId, { publicKeys: [rsa.pem] })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(setKeys('cs-none', { publicKeys: [rsa.pem] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(setKeys(made.clientId, {})).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'publicKeys' });
    const token = await viewerToken();
    for (const mutation of [
      `setAppKeys(clientId: "${made.clientId}", jwksUrl: "https://example.com/") { clientId }`,
      `setTokenEncryption(clientId: "${made.clientId}", tokenEncryption: REQUIRED) { clientId }`,
      `rotateEncryptionKey(clientId: "${made.clientId}") { clientId }`,
      'createApp(input: { name: "x", tokenEncryption: REQUIRED }) { clientSecret }',
    ]) {
      await expect(app.gql(`mutation { ${mutation} }`, {}, token)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('shows the key to encrypt tokens with while it wants them encrypted, and rotates it', async () => {
    const { app: made } = await create({ tokenEncryption: 'REQUIRED' });
    const [jwk] = made.encryptionKeys;
    expect(jwk).toMatchObject({ kty: 'RSA', use: 'enc', kid: expect.stringContaining(made.clientId) });
    expect(Object.keys(jwk).sort()).toEqual(['e', 'kid', 'kty', 'n', 'use']);
    const path = new URL(made.encryptionKeysUrl).pathname;
    const published = await fetch(`${app.url}${path}`);
    expect(published.headers.get('content-type')).toContain('application/jwk-set+json');
    expect(await published.json()).toEqual({ keys: [jwk] });

    const rotate = (overlapSeconds: number | null) =>
      app.gql(
        'mutation($id: ID!, $s: Int) { rotateEncryptionKey(clientId: $id, overlapSeconds: $s) { encryptionKeys } }',
        { id: made.clientId, s: overlapSeconds },
      );
    const both = (await rotate(null)).rotateEncryptionKey.encryptionKeys;
    expect(both).toEqual([expect.objectContaining({ use: 'enc' }), jwk]);
    expect((await rotate(0)).rotateEncryptionKey.encryptionKeys).toHaveLength(1);

    const set = (tokenEncryption: string) =>
      app.gql(
        `mutation($id: ID!) { setTokenEncryption(clientId: $id, tokenEncryption: ${tokenEncryption}) { tokenEncryption } }`,
        { id: made.clientId },
      );
    await set('NONE');
    expect((await fetch(`${app.url}${path}`)).status).toBe(404);
    await expect(rotate(null)).rejects.toMatchObject({ code: 'CONFLICT' });
    await set('OPTIONAL');
    expect((await fetch(`${app.url}${path}`)).status).toBe(200);
    expect((await fetch(`${app.url}/chatbot/apps/cs-none/jwks.json`)).status).toBe(404);
  });
});
