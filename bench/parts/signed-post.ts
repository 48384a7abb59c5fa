import { createSecretKey, randomBytes } from 'node:crypto';
import type { Pool } from 'undici';
import { sign } from '../../src/outbound/signature.js';

export const IN_FLIGHT = 64;
export const LIMIT_MS = 15_000;
const secrets = [createSecretKey(randomBytes(32))];

/** POSTs to the sink, signed, under a deadline. */
export async function signedPost(pool: Pool, id: string, body: string): Promise<number> {
  const timestamp = Math.floor(Date.now() / 1000);
  const response = await pool.request({
    path: '/inbox',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign({ id, timestamp, body, secrets }),
    },
    body,
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  await response.body.dump();
  return response.statusCode;
}
