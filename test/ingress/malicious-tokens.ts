import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';

/** What an attacker has, or may have got hold of. */
export interface Attacked {
  clientId: string;
  /** Secret of the app, for tokens that are well signed and wrong all the same. */
  clientSecret: string;
  /** Another app of the same account, whose secret the attacker owns. */
  other: { clientId: string; clientSecret: string };
  /** No longer valid secrets of the app. */
  former: readonly string[];
  /** Credentials of an app that has been deleted. */
  deleted: { clientId: string; clientSecret: string };
  /** Seconds. */
  now: number;
}

/** What it is, and the value of the Authorization header. */
export type MaliciousToken = readonly [title: string, authorization: string];

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs what it is given, objects or texts. */
export function sign(
  payload: unknown,
  secret: string,
  header: unknown = { alg: 'HS256', typ: 'JWT' },
  hash = 'sha256',
) {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

export function maliciousTokens(attacked: Attacked): MaliciousToken[] {
  const { clientId, clientSecret, other, former, deleted, now } = attacked;
  const claims = { appId: clientId, sub: 'user' };
  const good = sign(claims, clientSecret);
  const [head = '', body = '', signature = ''] = good.split('.');
  const unsigned = (header: unknown): string => `${encode(header)}.${body}`;
  const signed = (payload: unknown, header?: unknown) => sign(payload, clientSecret, header);
  /** Claims as JSON text, for what an object cannot hold: repeated names, numbers beyond JavaScript's. */
  const text = (more: string) => signed(`{"appId":"${clientId}","sub":"user",${more}}`);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const asymmetric = (alg: string, key: typeof rsa.privateKey, more: object = {}): string => {
    const content = unsigned({ alg, typ: 'JWT', ...more });
    const signer = createSign(alg.endsWith('512') ? 'sha512' : 'sha256').update(content);
    return `${content}.${signer.sign({ key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const jwk = { kty: 'oct', k: encode('attacker') };
  const byAttacker = (header: object) => sign(claims, 'attacker', { alg: 'HS256', typ: 'JWT', ...header });

  const none = ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', 'ＮＯＮＥ', ''].flatMap((alg) => [
    [`alg ${JSON.stringify(alg)} without a signature`, `${unsigned({ alg })}.`],
    [`alg ${JSON.stringify(alg)} with a signature`, signed(claims, { alg })],
  ]);
  const odd = [null, true, 0, 256, {}, ['HS256'], { alg: 'HS256' }, 'hs256', 'HS-256', 'HS256 ', 'HMAC', 'dir'].flatMap(
    (alg) => [[`alg ${JSON.stringify(alg)}`, signed(claims, { alg, typ: 'JWT' })]],
  );
  const families = [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'ES256K',
    'EdDSA',
    'A256KW',
  ];
  const confused = families.flatMap((alg) => [
    [`${alg} over an HMAC with the secret`, signed(claims, { alg })],
    [`${alg} over an HMAC with a public key`, sign(claims, publicPem, { alg })],
    [`${alg} without a signature`, `${unsigned({ alg })}.`],
  ]);
  const others = [
    ['HS384', sign(claims, clientSecret, { alg: 'HS384' }, 'sha384')],
    ['HS512 at an app of HS256', sign(claims, clientSecret, { alg: 'HS512' }, 'sha512')],
    ['HS512 said, HS256 done', sign(claims, clientSecret, { alg: 'HS512' })],
    ['HS256 said, HS512 done', sign(claims, clientSecret, { alg: 'HS256' }, 'sha512')],
    ['HS1', sign(claims, clientSecret, { alg: 'HS1' }, 'sha1')],
    ['RS256 with a key of its own', asymmetric('RS256', rsa.privateKey)],
    [
      'RS256 that brings its key',
      asymmetric('RS256', rsa.privateKey, { jwk: rsa.publicKey.export({ format: 'jwk' }) }),
    ],
    ['ES256 with a key of its own', asymmetric('ES256', ec.privateKey)],
    ['ES256 that brings its key', asymmetric('ES256', ec.privateKey, { jwk: ec.publicKey.export({ format: 'jwk' }) })],
    ['ES256 with a signature of zeros', `${unsigned({ alg: 'ES256' })}.${Buffer.alloc(64).toString('base64url')}`],
    ['no alg', signed(claims, { typ: 'JWT' })],
    ['alg named twice, none first', signed(claims, '{"alg":"none","alg":"HS256"}')],
    ['alg named twice, none last', signed(claims, '{"alg":"HS256","alg":"none"}')],
    ['alg named twice, the same', signed(claims, '{"alg":"HS256","\\u0061lg":"HS256"}')],
  ];
  const keys = [
    ['a jwk of its own', byAttacker({ jwk })],
    ['a jku', byAttacker({ jku: 'http://127.0.0.1/keys' })],
    ['an x5u', byAttacker({ x5u: 'http://169.254.169.254/' })],
    ['an x5c', byAttacker({ x5c: ['MIIB'] })],
    ['a kid that is a path', sign(claims, '', { alg: 'HS256', kid: '/dev/null' })],
    ['a kid that climbs', sign(claims, '', { alg: 'HS256', kid: '../../../../dev/null' })],
    ['a kid that is SQL', byAttacker({ kid: "x' union select 'attacker" })],
    ['a kid that is a command', byAttacker({ kid: '|id' })],
    ['a kid that is an object', byAttacker({ kid: { $ne: null } })],
    ['the kid of the app', byAttacker({ kid: clientId })],
    ['the kid of another app', sign(claims, other.clientSecret, { alg: 'HS256', kid: other.clientId })],
  ];
  const extensions = [
    ['crit', signed(claims, { alg: 'HS256', crit: ['exp'], exp: now + 60 })],
    ['crit that is empty', signed(claims, { alg: 'HS256', crit: [] })],
    [
      'crit of something unknown',
      signed(claims, { alg: 'HS256', crit: ['http://example.com/x'], 'http://example.com/x': 1 }),
    ],
    ['crit that is a text', signed(claims, { alg: 'HS256', crit: 'b64' })],
    ['crit that is null', signed(claims, { alg: 'HS256', crit: null })],
    ['b64 false', signed(claims, { alg: 'HS256', b64: false, crit: ['b64'] })],
    ['b64 false without crit', signed(claims, { alg: 'HS256', b64: false })],
    ['b64 true', signed(claims, { alg: 'HS256', b64: true, crit: ['b64'] })],
  ];
  const flipped = (place: number): string =>
    `${signature.slice(0, place)}${signature[place] === 'A' ? 'B' : 'A'}${signature.slice(place + 1)}`;
  /** The last character of 32 bytes has two bits that mean nothing. */
  const respelled = `${signature.slice(0, -1)}${String.fromCharCode((signature.at(-1) ?? 'A').charCodeAt(0) + 1)}`;
  const signatures = [
    ['no signature', `${head}.${body}.`],
    ['no signature and no dot', `${head}.${body}`],
    ['half a signature', `${head}.${body}.${signature.slice(0, 21)}`],
    ['a signature short of one character', `${head}.${body}.${signature.slice(0, -1)}`],
    ['a signature with one character more', `${head}.${body}.${signature}A`],
    ['a signature twice', `${head}.${body}.${signature}${signature}`],
    ['a signature with another first character', `${head}.${body}.${flipped(0)}`],
    ['a signature with another middle character', `${head}.${body}.${flipped(20)}`],
    ['a signature spelled in another way', `${head}.${body}.${respelled}`],
    ['a signature in hexadecimal', `${head}.${body}.${Buffer.from(signature, 'base64url').toString('hex')}`],
    ['a signature of zeros', `${head}.${body}.${Buffer.alloc(32).toString('base64url')}`],
    ['the signature of other claims', `${head}.${encode({ ...claims, sub: 'admin' })}.${signature}`],
    ['the signature under another header', `${encode({ alg: 'HS256' })}.${body}.${signature}`],
    ['header and payload exchanged', `${body}.${head}.${signature}`],
    ['a wrong secret', sign(claims, 'another secret of some length')],
    ['an empty secret', sign(claims, '')],
    ['the client id as the secret', sign(claims, clientId)],
    ['the secret of another app', sign(claims, other.clientSecret)],
    ['the secret in capitals', sign(claims, clientSecret.toUpperCase())],
    ['the secret and a line break', sign(claims, `${clientSecret}\n`)],
    ['the secret read as base64', sign(claims, Buffer.from(clientSecret, 'base64').toString('latin1'))],
    ...former.map((secret, place) => [`a secret rotated out, ${place}`, sign(claims, secret)]),
  ];
  const padded = `${good}${'='.repeat(1)}`;
  const standard = (part: string): string => Buffer.from(part, 'base64url').toString('base64');
  const shapes = [
    ['base64 with padding', padded],
    ['base64 of the other alphabet', `${standard(head)}.${standard(body)}.${standard(signature)}`],
    ['padding in the header', `${head}=.${body}.${signature}`],
    ['padding in the payload', `${head}.${body}==.${signature}`],
    ['one part', 'abc'],
    ['two parts', 'a.b'],
    ['three empty parts', '..'],
    ['four parts', `${good}.x`],
    ['five parts, as an encrypted one', `${head}.a.b.c.d`],
    ['no header', `.${body}.${signature}`],
    ['no payload', `${head}..${signature}`],
    ['a space within', `${head}. ${body}.${signature}`],
    ['a tab within', `${head}.\t${body}.${signature}`],
    ['something behind', `${good} x`],
    ['another token behind', `${good}, bearer ${good}`],
    ['quotes', `"${good}"`],
    ['brackets', `<${good}>`],
    ['percent signs', good.replaceAll('.', '%2E')],
    ['a plus', `${head}.${body}.+${signature.slice(1)}`],
    ['a slash', `${head}.${body}./${signature.slice(1)}`],
    ['letters of Latin 1', `${head}.${body}.\u00e9${signature.slice(1)}`],
    ['itself as JSON', JSON.stringify({ protected: head, payload: body, signature })],
    ['more than 8 KB', signed({ ...claims, pad: 'x'.repeat(9_000) })],
    ['more than 8 KB of signature', `${head}.${body}.${'A'.repeat(9_000)}`],
    ['a token within a token', signed(JSON.stringify(good), { alg: 'HS256', cty: 'JWT' })],
    ['the secret itself', clientSecret],
    ['nothing', ''],
    ['null', 'null'],
    ['undefined', 'undefined'],
  ];
  const payloads = [
    ['a text', signed('"text"')],
    ['a number', signed('1')],
    ['null', signed('null')],
    ['true', signed('true')],
    ['an array', signed(`[${JSON.stringify(claims)}]`)],
    ['no JSON', signed('{{{')],
    ['nothing', signed(' ')],
    ['JSON and more', signed(`${JSON.stringify(claims)}x`)],
    ['JSON with a comment', signed(`${JSON.stringify(claims)}//`)],
    ['JSON with a comma too many', text('"x":1,')],
    ['a byte order mark', signed(`\uFEFF${JSON.stringify(claims)}`)],
    ['NaN', text('"exp":NaN')],
    ['half of UTF-8', rawPayload(Buffer.from(`{"appId":"${clientId}","sub":"\xff"}`, 'latin1'), clientSecret)],
    ['appId twice, another first', signed(`{"appId":"${other.clientId}","sub":"u","appId":"${clientId}"}`)],
    ['appId twice, another last', signed(`{"appId":"${clientId}","sub":"u","appId":"${other.clientId}"}`)],
    ['sub twice', text('"sub":"admin"')],
    ['sub twice, the second in disguise', text('"\\u0073ub":"admin"')],
    ['exp twice', text(`"exp":1,"exp":${now + 60}`)],
    ['a name twice, deep inside', text('"x":{"y":[{"z":1,"z":2}]}')],
  ];
  const apps = [
    ['no app', signed({ sub: 'x' })],
    ['an unknown app', signed({ ...claims, appId: 'cs-00000000-0000-5000-8000-000000000000' })],
    ['another app, signed with its secret', sign({ ...claims, appId: other.clientId }, other.clientSecret)],
    ['another app, signed with this secret', signed({ ...claims, appId: other.clientId })],
    ['a deleted app', sign({ ...claims, appId: deleted.clientId }, deleted.clientSecret)],
    ['iss of another app', signed({ ...claims, iss: other.clientId })],
    ['iss of a deleted app', signed({ ...claims, iss: deleted.clientId })],
    ['kore_iss of another app', signed({ ...claims, kore_iss: other.clientId })],
    [
      'appId of another app, iss of this',
      sign({ ...claims, appId: other.clientId, iss: clientId }, other.clientSecret),
    ],
    ['appId of another app, iss and secret of this', signed({ ...claims, appId: other.clientId, iss: clientId })],
    ['appId in capitals', signed({ ...claims, appId: clientId.toUpperCase() })],
    ['appId with a space', signed({ ...claims, appId: `${clientId} ` })],
    ['appId with a zero byte', signed({ ...claims, appId: `${clientId}\0` })],
    ['appId in full width', signed({ ...claims, appId: clientId.replace('c', 'ｃ') })],
    ['the name in another case', signed({ appid: clientId, sub: 'x' })],
    ...[
      null,
      '',
      7,
      true,
      {},
      [],
      [clientId],
      { $ne: null },
      '__proto__',
      'constructor',
      "x' or '1'='1",
      '../x',
      '%',
    ].map((appId) => [`appId ${JSON.stringify(appId)}`, signed({ ...claims, appId })]),
  ];
  const subjects = [
    ['no sub', signed({ appId: clientId })],
    ...[null, true, false, {}, [], ['user'], { id: 'user' }].map((sub) => [
      `sub ${JSON.stringify(sub)}`,
      signed({ ...claims, sub }),
    ]),
    ['sub without an end', signed(`{"appId":"${clientId}","sub":1e999}`)],
  ];
  const dates = [
    ...['soon', String(now + 60), '', null, true, [], {}, [now + 60]].flatMap((value) =>
      ['exp', 'nbf', 'iat'].map((name) => [`${name} ${JSON.stringify(value)}`, signed({ ...claims, [name]: value })]),
    ),
    ['exp without an end', text('"exp":1e999')],
    ['exp beyond all calendars', text('"exp":1e300')],
    ['exp before everything', text('"exp":-1e999')],
    ['exp negative', signed({ ...claims, exp: -1 })],
    ['exp 0', signed({ ...claims, exp: 0 })],
    ['exp an hour past', signed({ ...claims, exp: now - 3_600 })],
    ['exp just past the tolerance', signed({ ...claims, exp: now - 75 })],
    ['nbf ahead', signed({ ...claims, nbf: now + 3_600 })],
    ['nbf in milliseconds', signed({ ...claims, nbf: now * 1_000 })],
    ['nbf without an end', text('"nbf":1e999')],
    ['nbf before everything', text('"nbf":-1e999')],
    ['iat without an end', text('"iat":1e999')],
  ];
  const tokens = [none, odd, confused, others, keys, extensions, signatures, shapes, payloads, apps, subjects, dates];
  return [
    ...tokens.flat().map(([title = '', token = '']): MaliciousToken => [title, `bearer ${token}`]),
    ['no scheme', good],
    ['another scheme', `basic ${good}`],
    ['a scheme with a colon', `bearer: ${good}`],
    ['the scheme twice', `bearer bearer ${good}`],
    ['the scheme and a tab', `bearer\t${good}`],
    ['the scheme alone', 'bearer'],
    ['a digest', `Digest username="x", response="${good}"`],
    ['a password', `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`],
    ['an API token', 'bearer test-admin-token-0123456789-0123456789'],
  ];
}

function rawPayload(payload: Buffer, secret: string): string {
  const text = `${encode({ alg: 'HS256' })}.${payload.toString('base64url')}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
