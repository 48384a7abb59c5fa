import { randomBytes } from 'node:crypto';
import { badInput } from '../errors.js';
import { DAY, SECOND } from '../time.js';

const SECRET_BYTES = 32; // as long as the digest of HS256, RFC 7518 §3.2

/** A client secret: 256 random bits as text. */
export const clientSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** HS512 asks for a key as long as its digest (RFC 7518 §3.2). */
export const longClientSecret = (): string => randomBytes(2 * SECRET_BYTES).toString('base64url');

/** An API token; only its SHA-256 is kept. */
export const apiToken = (): string => `hsk_${randomBytes(SECRET_BYTES).toString('base64url')}`;

/** A signing secret in the form of Standard Webhooks: `whsec_` and base64. */
export const signingSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

const DEFAULT_OVERLAP_SECONDS = DAY / SECOND;
const MAX_OVERLAP_SECONDS = (7 * DAY) / SECOND;

/** Milliseconds for which the previous secret stays valid. BAD_USER_INPUT (`overlapSeconds`). */
export function overlapInput(seconds: number | null | undefined): number {
  const overlap = seconds ?? DEFAULT_OVERLAP_SECONDS;
  if (overlap < 0 || overlap > MAX_OVERLAP_SECONDS) {
    throw badInput('overlapSeconds', `The overlap must be between 0 and ${MAX_OVERLAP_SECONDS} seconds (7 days).`);
  }
  return overlap * SECOND;
}
