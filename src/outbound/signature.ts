import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { badInput } from '../errors.js';

/**
 * Standard Webhooks 1.0, symmetric (`v1`): HMAC-SHA256 over `id.timestamp.body`, secrets of 24 to 64 bytes written
 * `whsec_` + base64, any number of signatures in one header so that a secret can be rotated without a gap.
 */
export type SigningKey = KeyObject;

export interface SignedMessage {
  /** The same for every attempt. Without dots: the signed text is joined by them. */
  id: string;
  /** Seconds since the epoch, of this attempt. */
  timestamp: number;
  /** The bytes as sent. */
  body: Buffer | string;
}

export interface SignInput extends SignedMessage {
  /** Valid secrets, the newest first; parsed ones save the parsing. */
  secrets: readonly (SigningKey | string)[];
}

export interface VerifyInput {
  id: string;
  /** The header values as received. */
  timestamp: string;
  signature: string;
  body: Buffer | string;
  secrets: readonly (SigningKey | string)[];
  /** Milliseconds since the epoch. */
  now: number;
  /** How far the timestamp may be off, either way. Default 300 s, as the specification's libraries have it. */
  toleranceSeconds?: number;
}

/** A new secret: `whsec_` and 32 random bytes in base64. */
export function createSigningSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/** The key of a secret. Parse once and keep it: making keys costs more than signing. Throws BAD_USER_INPUT. */
export function parseSigningSecret(secret: string): SigningKey {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const bytes = Buffer.from(text, 'base64');
  const canonical = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (!canonical || bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
    const message = `A signing secret is "${PREFIX}" followed by ${MIN_BYTES} to ${MAX_BYTES} bytes in base64.`;
    throw badInput('signingSecret', message);
  }
  return createSecretKey(bytes);
}

/** The value of `webhook-signature`: one `v1,<base64>` for each secret, separated by spaces. */
export function sign({ secrets, ...message }: SignInput): string {
  return secrets.map((secret) => `v1,${mac(toKey(secret), message).toString('base64')}`).join(' ');
}

/** Whether one of the signatures was made by one of the secrets, over this body and at about this time. */
export function verify(input: VerifyInput): boolean {
  const timestamp = /^\d{1,12}$/.test(input.timestamp) ? Number(input.timestamp) : Number.NaN;
  const offSeconds = Math.abs(Math.floor(input.now / 1000) - timestamp);
  if (!(offSeconds <= (input.toleranceSeconds ?? 300))) return false;

  const claimed = input.signature.split(' ', MAX_SIGNATURES).flatMap((entry) => {
    const bytes = entry.startsWith('v1,') ? Buffer.from(entry.slice(3), 'base64') : null;
    return bytes?.length === MAC_BYTES ? [bytes] : [];
  });
  return input.secrets.some((secret) => {
    const expected = mac(toKey(secret), { id: input.id, timestamp, body: input.body });
    return claimed.some((signature) => timingSafeEqual(signature, expected));
  });
}

/** What is signed, as bytes. */
export function signedText({ id, timestamp, body }: SignedMessage): Buffer {
  const head = `${id}.${timestamp}.`;
  return typeof body === 'string' ? Buffer.from(head + body) : Buffer.concat([Buffer.from(head), body]);
}

const PREFIX = 'whsec_';
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const MAC_BYTES = 32;
const MAX_SIGNATURES = 16; // signatures compared; more are ignored, so that a long header costs no more

function toKey(secret: SigningKey | string): SigningKey {
  return typeof secret === 'string' ? parseSigningSecret(secret) : secret;
}

function mac(key: SigningKey, message: SignedMessage): Buffer {
  return createHmac('sha256', key).update(signedText(message)).digest();
}
