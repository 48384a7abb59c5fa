import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header names in any case, values as Node or fetch give them. */
export type CallbackHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A callback whose signature or timestamp is not valid. */
export class CallbackRefused extends Error {
  override readonly name = 'CallbackRefused';
}

const TOLERANCE_SECONDS = 300;
const MIN_KEY_BYTES = 24; // as the specification has it

/** Standard Webhooks 1.0, symmetric: throws CallbackRefused unless one of the secrets signed this body about now. */
export function assertSigned(
  headers: CallbackHeaders,
  body: string | Uint8Array,
  secrets: readonly string[],
  now: number,
): void {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headerOf(headers, name);
    if (value === '') throw new CallbackRefused(`The header ${name} is missing.`);
    return value;
  }) as [string, string, string]; // one for each name
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) {
    throw new CallbackRefused('The callback was signed more than five minutes ago, or ahead of time.');
  }
  const keys = secrets.map(keyOf);
  const claimed = signatures.split(' ').flatMap((entry) => (entry.startsWith('v1,') ? [entry.slice(3)] : []));
  const genuine = keys.some((key) => {
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
    return claimed.some((signature) => equal(Buffer.from(signature, 'base64'), expected));
  });
  if (!genuine) throw new CallbackRefused('No signature of the callback was made with this secret over this body.');
}

/** Refuses short secrets: an empty one, from an unset variable, would let anybody sign. */
function keyOf(secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length < MIN_KEY_BYTES) throw new TypeError('This is not a signing secret: it begins with whsec_.');
  return key;
}

function headerOf(headers: CallbackHeaders, wanted: string): string {
  if (headers instanceof Headers) return headers.get(wanted) ?? '';
  const name = Object.keys(headers).find((key) => key.toLowerCase() === wanted);
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

const equal = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
