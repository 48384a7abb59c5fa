import {
  constants,
  createCipheriv,
  createHmac,
  createPublicKey,
  createSign,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { CallerKey } from '../support/caller-keys.js';

/** An app with keys under attack. */
export interface AttackedApp {
  clientId: string;
  algorithm: 'RS256' | 'ES256';
  /** The caller's own, which the attacker does not have; for tokens that are well signed and wrong all the same. */
  key: CallerKey;
  kid?: string;
}

export interface Attack {
  /** Keys of the attacker. */
  rsa: CallerKey;
  ec: CallerKey;
  /** Where the attacker publishes them, and sees who asks. */
  trap: string;
  /** An app of the same account, which the attacker owns. */
  other: { clientId: string; key: CallerKey };
  /** Seconds. */
  now: number;
}

/** What it is, and the token. */
export type MaliciousToken = readonly [title: string, token: string];

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs what it is given, objects or texts, whatever the header says. */
export function signWith(
  { privateKey }: CallerKey,
  payload: unknown,
  header: unknown,
  hash = 'sha256',
  more = {},
): string {
  const text = `${encode(header)}.${encode(payload)}`;
  const signature = createSign(hash)
    .update(text)
    .sign({ key: privateKey, dsaEncoding: 'ieee-p1363', ...more });
  return `${text}.${signature.toString('base64url')}`;
}

/** Order of P-256 (FIPS 186-5 §D.1.2.3). */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

export function maliciousSignatures(app: AttackedApp, attack: Attack): MaliciousToken[] {
  const { clientId, algorithm, key } = app;
  const { trap, other, now } = attack;
  const attacker = algorithm === 'ES256' ? attack.ec : attack.rsa;
  const stranger = algorithm === 'ES256' ? attack.rsa : attack.ec;
  const claims = { appId: clientId, sub: 'user' };
  const head = { alg: algorithm, typ: 'JWT', ...(app.kid !== undefined && { kid: app.kid }) };
  const good = signWith(key, claims, head);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const withSignature = (value: Buffer | string): string =>
    `${header}.${payload}.${typeof value === 'string' ? value : value.toString('base64url')}`;
  const own = (more: object, by: object = {}) => signWith(key, { ...claims, ...more }, { ...head, ...by });
  const byAttacker = (more: object) => signWith(attacker, claims, { ...head, ...more });
  const attackerJwk = attacker.jwk({ kid: 'evil', use: 'sig', alg: algorithm });

  const none = ['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap((alg) => [
    [`alg ${JSON.stringify(alg)} without a signature`, `${encode({ ...head, alg })}.${payload}.`],
    [`alg ${JSON.stringify(alg)} with a signature`, signWith(key, claims, { ...head, alg })],
  ]);
  const publicForms: [string, string | Buffer][] = [
    ['the PEM', key.pem],
    ['the PEM without its last line break', key.pem.trim()],
    ['the PEM on one line', key.pem.replaceAll('\n', '')],
    ['the DER', key.publicKey.export({ type: 'spki', format: 'der' })],
    ['the JWK', JSON.stringify(key.jwk())],
    ['the modulus or x', Buffer.from(String(key.jwk().n ?? key.jwk().x), 'base64url')],
    ['nothing', ''],
    ['the client id', clientId],
  ];
  const confused = publicForms.flatMap(([form, secret]) =>
    ['HS256', 'HS512', algorithm].map((alg) => {
      const text = `${encode({ ...head, alg })}.${payload}`;
      const mac = createHmac(alg === 'HS512' ? 'sha512' : 'sha256', secret).update(text);
      return [`${alg} over an HMAC with ${form}`, `${text}.${mac.digest('base64url')}`];
    }),
  );
  const families = [
    'RS384',
    'PS256',
    'PS384',
    'ES384',
    'ES512',
    'ES256K',
    'EdDSA',
    'RS1',
    algorithm.toLowerCase(),
    256,
    null,
    [algorithm],
  ];
  const others = families.map((alg) => [`alg ${JSON.stringify(alg)} over the right signature`, own({}, { alg })]);
  const brought = [
    { jwk: attackerJwk },
    { jwk: attacker.privateKey.export({ format: 'jwk' }) },
    { jwk: { kty: 'oct', k: encode('attacker') } },
    { jku: `${trap}/jwks` },
    { x5u: `${trap}/x5u` },
    { x5c: [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
    { jku: `${trap}/jwks`, kid: 'evil' },
    { jwk: attackerJwk, jku: `${trap}/jwks`, x5u: `${trap}/x5u`, kid: 'evil' },
    { iss: trap },
    { keys: [attackerJwk] },
    { x5t: 'x', 'x5t#S256': 'x' },
  ].map((more) => [`a key of its own: ${Object.keys(more)}`, byAttacker(more)]);
  const kids = [
    'evil',
    '../../../dev/null',
    '/proc/self/environ',
    "a' OR '1'='1",
    `${trap}/jwks`,
    'file:///dev/null',
    '\0',
    '__proto__',
    'constructor',
    '*',
    'k'.repeat(3_000),
    {},
    ['a'],
    0,
    null,
    true,
    clientId,
    other.clientId,
  ].map((kid) => [`kid ${JSON.stringify(kid)?.slice(0, 40)}`, byAttacker({ kid })]);
  const broken: [string, string][] = [
    ['no signature', withSignature('')],
    ['a short signature', withSignature(bytes.subarray(0, -1))],
    ['half a signature', withSignature(bytes.subarray(0, bytes.length / 2))],
    ['a byte more', withSignature(Buffer.concat([bytes, Buffer.from([0])]))],
    ['a byte before', withSignature(Buffer.concat([Buffer.from([0]), bytes]))],
    ['a signature twice', withSignature(Buffer.concat([bytes, bytes]))],
    ['a signature of zeros', withSignature(Buffer.alloc(bytes.length))],
    ['a signature of ones', withSignature(Buffer.alloc(bytes.length, 1))],
    ['a signature of 0xff', withSignature(Buffer.alloc(bytes.length, 0xff))],
    ['a signature turned round', withSignature(Buffer.from(bytes).reverse())],
    ['a huge signature', withSignature(Buffer.alloc(5_000, 7))],
    ['padding', withSignature(`${signature}==`)],
    ['base64 in the place of base64url', withSignature(`${signature.slice(0, -1)}+`)],
    ['spare bits', withSignature(spareBits(signature))],
    ['the signature of another text', `${encode(head)}.${encode({ ...claims, sub: 'admin' })}.${signature}`],
    ['the signature under another header', `${encode({ ...head, cty: 'JWT' })}.${payload}.${signature}`],
    ['the signature of another family', signWith(stranger, claims, head)],
    ['the signature of the attacker', byAttacker({})],
    ['the signature of another app', signWith(other.key, claims, head)],
    ['another hash', signWith(key, claims, head, 'sha384')],
    ['an old hash', signWith(key, claims, head, 'sha1')],
    ['an app of somebody else', own({ appId: other.clientId })],
    ['an app that is not there', own({ appId: 'cs-none' })],
    ['two apps', own({ iss: other.clientId })],
    ['no app', own({ appId: undefined })],
    ['no sub', own({ sub: undefined })],
    ['an exp long past', own({ exp: now - 3600 })],
    ['an exp that is a text', own({ exp: String(now + 60) })],
    ['an nbf ahead', own({ nbf: now + 3600 })],
    ['crit', own({}, { crit: ['exp'] })],
    ['b64', own({}, { b64: false })],
    ['a name twice', signWith(key, `{"appId":"${other.clientId}","appId":"${clientId}","sub":"u"}`, head)],
    ['alg twice', signWith(key, claims, `{"alg":"none","alg":"${algorithm}"}`)],
    ['a payload that is a list', signWith(key, [claims], head)],
    ['a payload that is a text', signWith(key, '"x"', head)],
    ['a payload that is deep', signWith(key, `${'['.repeat(2_000)}`, head)],
    ['more than 8 KB', own({ pad: 'x'.repeat(9_000) })],
    ['four parts', `${good}.${signature}`],
  ];
  const ofFamily: [string, string][] =
    algorithm === 'ES256'
      ? [
          ['a DER signature', signWith(key, claims, head, 'sha256', { dsaEncoding: 'der' })],
          ...pairs(bytes).map(([title, pair]): [string, string] => [title, withSignature(pair)]),
        ]
      : [
          ['PSS', signWith(key, claims, head, 'sha256', { padding: constants.RSA_PKCS1_PSS_PADDING })],
          [
            'PSS, and that said',
            signWith(key, claims, { ...head, alg: 'PS256' }, 'sha256', { padding: constants.RSA_PKCS1_PSS_PADDING }),
          ],
          ['RS512 said and done', signWith(key, claims, { ...head, alg: 'RS512' }, 'sha512')],
        ];
  return [...none, ...confused, ...others, ...brought, ...kids, ...broken, ...ofFamily] as never; // pairs all of them
}

/** Pairs (r, s) that a careless verifier takes. */
function pairs(good: Buffer): [string, Buffer][] {
  const [r, s] = [good.subarray(0, 32), good.subarray(32)];
  const [zero, one] = [Buffer.alloc(32), Buffer.concat([Buffer.alloc(31), Buffer.from([1])])];
  const made: [string, Buffer, Buffer][] = [
    ['r and s 0', zero, zero],
    ['r 0', zero, s],
    ['s 0', r, zero],
    ['r and s the order', ORDER, ORDER],
    ['r the order', ORDER, s],
    ['s the order', r, ORDER],
    ['r and s 1', one, one],
    ['r and s changed about', s, r],
    ['r 33 bytes', Buffer.concat([Buffer.from([0]), r]), s],
    ['s 33 bytes', r, Buffer.concat([Buffer.from([0]), s])],
  ];
  return made.map(([title, first, second]) => [title, Buffer.concat([first, second])]);
}

/** The same bytes to a decoder that is not strict. */
function spareBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? 'A') + 1];
}

export interface EncryptionJwk {
  kid: string;
  n: string;
  e: string;
}

interface Sealing {
  header?: Record<string, unknown>;
  /** The header as text. */
  text?: string;
  oaepHash?: string;
  padding?: number;
  /** Changes the five parts before they are joined. */
  change?(parts: string[]): string[];
}

/** Encrypts well, whatever the header says. */
export function seal(inside: string | Buffer, jwk: EncryptionJwk, { header = {}, text, ...how }: Sealing = {}): string {
  const usual = { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: jwk.kid, cty: 'JWT' };
  const head = encode(text ?? { ...usual, ...header });
  const [contentKey, nonce] = [randomBytes(32), randomBytes(12)];
  const key = createPublicKey({ key: { kty: 'RSA', n: jwk.n, e: jwk.e }, format: 'jwk' });
  const padding = how.padding ?? constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key, padding, oaepHash: how.oaepHash ?? 'sha256' }, contentKey);
  const cipher = createCipheriv('aes-256-gcm', contentKey, nonce).setAAD(Buffer.from(head));
  const body = Buffer.concat([cipher.update(inside), cipher.final()]);
  const parts = [head, ...[wrapped, nonce, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))];
  return (how.change?.(parts) ?? parts).join('.');
}

/** Encrypted tokens for an app of ES256 that wants them; `jwkOfOther`: the key of the attacker's app. */
export function maliciousEncryptions(
  { clientId, key }: AttackedApp,
  jwk: EncryptionJwk,
  jwkOfOther: EncryptionJwk,
  { trap, other, ec }: Attack,
): MaliciousToken[] {
  const head = { alg: 'ES256', typ: 'JWT' };
  const good = signWith(key, { appId: clientId, sub: 'user' }, head);
  const with_ = (title: string, header: Record<string, unknown>): MaliciousToken => [
    title,
    seal(good, jwk, { header }),
  ];
  const replace = (at: number, part: string) => ({ change: (parts: string[]) => parts.with(at, part) });
  const short = (at: number) => ({ change: (parts: string[]) => parts.with(at, parts[at]?.slice(0, -4) ?? '') });
  const bomb = deflateRawSync(Buffer.alloc(500_000));
  const again = seal(good, jwk);

  const algs = [
    'RSA1_5',
    'dir',
    'A256KW',
    'A256GCMKW',
    'ECDH-ES',
    'ECDH-ES+A256KW',
    'PBES2-HS512+A256KW',
    'RSA-OAEP-384',
    'RSA-OAEP-512',
    'none',
    '',
    null,
    7,
    ['RSA-OAEP'],
    'rsa-oaep',
  ];
  const encs = ['A128GCM', 'A192GCM', 'A128CBC-HS256', 'A256CBC-HS512', 'none', '', null, 7, 'a256gcm', ['A256GCM']];
  const kids = [
    '',
    'a',
    undefined,
    null,
    {},
    clientId,
    `${clientId}.x`,
    `${clientId}.${'x'.repeat(100)}`,
    '../x',
    trap,
    jwkOfOther.kid,
    `${other.clientId}.x`,
    '__proto__.x',
    `${jwk.kid}.x`,
    ` ${jwk.kid}`,
  ];
  const headers: Record<string, unknown>[] = [
    { crit: ['exp'] },
    { b64: false },
    { zip: 'GZ' },
    { p2c: 100_000_000, p2s: 'x' },
    { epk: ec.jwk() },
    { jwk: ec.jwk() },
    { jku: trap },
    { x5u: trap },
    { x5c: ['x'] },
    { apu: 'x', apv: 'x' },
    { iv: 'x', tag: 'x' },
    { unknown: 1 },
  ];
  const inside: [string, string][] = [
    ['nothing', ''],
    ['claims alone', JSON.stringify({ appId: clientId, sub: 'user' })],
    ['a text', 'hello'],
    ['no token', 'a.b.c'],
    ['bytes', '\0\u00ff'],
    ['a token of the attacker', signWith(ec, { appId: clientId, sub: 'user' }, head)],
    ['a token without a signature', `${encode({ alg: 'none' })}.${encode({ appId: clientId, sub: 'user' })}.`],
    ['a good token of the attacker’s app', signWith(other.key, { appId: other.clientId, sub: 'user' }, head)],
    ['an encrypted token', again],
    ['an HMAC with the public key', `${encode({ alg: 'HS256' })}.${encode({ appId: clientId, sub: 'u' })}.AAAA`],
    ['a token with its scheme', `bearer ${good}`],
    ['a token and a blank', `${good} `],
  ];
  return [
    ['not encrypted', good],
    ...algs.map((alg) => with_(`encrypted, alg ${JSON.stringify(alg)}`, { alg })),
    ...encs.map((enc) => with_(`encrypted, enc ${JSON.stringify(enc)}`, { enc })),
    ...kids.map((kid) => with_(`encrypted, kid ${JSON.stringify(kid)?.slice(0, 60)}`, { kid })),
    ...headers.map((header) => with_(`encrypted, with ${Object.keys(header)}`, header)),
    ...inside.map(([title, text]): MaliciousToken => [`encrypted: ${title}`, seal(text, jwk)]),
    ['encrypted, a bomb', seal(bomb, jwk, { header: { zip: 'DEF' } })],
    ['encrypted, compressed', seal(deflateRawSync(good), jwk, { header: { zip: 'DEF' } })],
    ['encrypted by PKCS #1', seal(good, jwk, { padding: constants.RSA_PKCS1_PADDING })],
    [
      'encrypted by PKCS #1, and that said',
      seal(good, jwk, { padding: constants.RSA_PKCS1_PADDING, header: { alg: 'RSA1_5' } }),
    ],
    ['encrypted by another hash than said', seal(good, jwk, { oaepHash: 'sha1' })],
    ['encrypted with SHA-512', seal(good, jwk, { oaepHash: 'sha512' })],
    ['encrypted with the key of another app', seal(good, { ...jwkOfOther, kid: jwk.kid })],
    ['encrypted for another app', seal(good, jwkOfOther)],
    ['encrypted, header text', seal(good, jwk, { text: '"x"' })],
    ['encrypted, header null', seal(good, jwk, { text: 'null' })],
    ['encrypted, header of nothing', seal(good, jwk, { text: '{}' })],
    ['encrypted, header no JSON', seal(good, jwk, { text: '{{' })],
    ['encrypted, empty key', seal(good, jwk, replace(1, 'AA'))],
    ['encrypted, key of zeros', seal(good, jwk, replace(1, Buffer.alloc(256).toString('base64url')))],
    ['encrypted, key of 0xff', seal(good, jwk, replace(1, Buffer.alloc(256, 0xff).toString('base64url')))],
    ['encrypted, key of another token', seal(good, jwk, replace(1, again.split('.')[1] ?? ''))],
    ['encrypted, key longer', seal(good, jwk, { change: (parts) => parts.with(1, `${parts[1]}AAAA`) })],
    ['encrypted, nonce of another token', seal(good, jwk, replace(2, again.split('.')[2] ?? ''))],
    ['encrypted, nonce of 16 bytes', seal(good, jwk, replace(2, Buffer.alloc(16).toString('base64url')))],
    ['encrypted, nonce cut', seal(good, jwk, short(2))],
    ['encrypted, text of another token', seal(good, jwk, replace(3, again.split('.')[3] ?? ''))],
    ['encrypted, text cut', seal(good, jwk, short(3))],
    ['encrypted, tag of zeros', seal(good, jwk, replace(4, Buffer.alloc(16).toString('base64url')))],
    ['encrypted, tag of 4 bytes', seal(good, jwk, { change: (parts) => parts.with(4, parts[4]?.slice(0, 6) ?? '') })],
    ['encrypted, six parts', `${again}.AA`],
    ['encrypted, four parts', again.split('.').slice(0, 4).join('.')],
    ['encrypted, an empty part', seal(good, jwk, replace(3, ''))],
    ['encrypted, spare bits', seal(good, jwk, { change: (parts) => parts.with(4, spareBits(parts[4] ?? '')) })],
    [
      'encrypted, more than 8 KB',
      seal(signWith(key, { appId: clientId, sub: 'u', pad: 'x'.repeat(5_000) }, head), jwk),
    ],
    ['encrypted, as JSON', JSON.stringify({ protected: 'x', ciphertext: 'x' })],
  ];
}
