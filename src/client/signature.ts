import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';

/** Header names in any case, values as Node or fetch give them. */
export type CallbackHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A callback whose signature or timestamp is not valid. */
export class CallbackRefused extends Error {
  override readonly name = 'CallbackRefused';
}

/** What a callback claims to be, its timestamp checked. */
export interface Claim {
  /** The text that was signed. */
  text: Buffer;
  /** Entries of the header, e.g. `v1,…` and `v1a,…`. */
  signatures: string[];
}

const TOLERANCE_SECONDS = 300;
const MIN_SECRET_BYTES = 24; // as the specification has it
const PUBLIC_KEY_BYTES = 32;
const MAX_SIGNATURES = 16; // compared; more are ignored, so that a long header costs no more

/** Standard Webhooks 1.0: throws CallbackRefused unless one of the keys signed this body about now. */
export function assertSigned(
  headers: CallbackHeaders,
  body: string | Uint8Array,
  keys: readonly string[],
  now: number,
): void {
  const claim = readClaim(headers, body, now);
  if (!isSignedBy(claim, keys)) throw unsigned();
}

/** What the headers claim. Throws CallbackRefused when one is missing, or the timestamp is off. */
export function readClaim(headers: CallbackHeaders, body: string | Uint8Array, now: number): Claim {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headerOf(headers, name);
    if (value === '') throw new CallbackRefused(`The header ${name} is missing.`);
    return value;
  }) as [string, string, string]; // one for each name
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) {
    throw new CallbackRefused('The callback was signed more than five minutes ago, or ahead of time.');
  }
  const text = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  // Node joins repeated headers by comma and space.
  return { text, signatures: signatures.split(/,?\s+/).slice(0, MAX_SIGNATURES) };
}

/** Whether one of the keys (`whsec_…` or `whpk_…`) made one of the signatures. TypeError for what is no key. */
export function isSignedBy({ text, signatures }: Claim, keys: readonly string[]): boolean {
  const bytesOf = (scheme: string): Buffer[] =>
    signatures.flatMap((entry) => (entry.startsWith(`${scheme},`) ? [bytesIn(entry.slice(scheme.length + 1))] : []));
  const [symmetric, asymmetric] = [bytesOf('v1'), bytesOf('v1a')];
  return keys.map(keyOf).some((key) => {
    if (!Buffer.isBuffer(key)) return asymmetric.some((signature) => verify(null, text, key, signature));
    const expected = createHmac('sha256', key).update(text).digest();
    return symmetric.some((signature) => equal(signature, expected));
  });
}

export const unsigned = (): CallbackRefused =>
  new CallbackRefused('No signature of the callback was made with this key over this body.');

/** Whether a text is the public key of an asymmetric signature. */
export const isPublicKey = (text: string): boolean =>
  text.startsWith('whpk_') && bytesIn(text.slice(5)).length === PUBLIC_KEY_BYTES;

/** Refuses short secrets: an empty one, from an unset variable, would let anybody sign. */
function keyOf(text: string): Buffer | KeyObject {
  if (isPublicKey(text)) {
    const x = bytesIn(text.slice(5)).toString('base64url');
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  }
  const key = bytesIn(text.replace(/^whsec_/, ''));
  if (/^wh[a-z]*k_/.test(text) || key.length < MIN_SECRET_BYTES) {
    throw new TypeError('This is not a signing secret or public key: they begin with whsec_ and whpk_.');
  }
  return key;
}

function headerOf(headers: CallbackHeaders, wanted: string): string {
  if (headers instanceof Headers) return headers.get(wanted) ?? '';
  const name = Object.keys(headers).find((key) => key.toLowerCase() === wanted);
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : (value?.join(' ') ?? '');
}

const bytesIn = (base64: string): Buffer => Buffer.from(base64, 'base64');

const equal = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
