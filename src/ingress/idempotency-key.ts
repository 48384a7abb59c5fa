import type { Context } from 'koa';
import { badInput } from '../errors.js';

/** Characters of the header, as in the column of the keys; more is 400. */
const MAX_KEY_LENGTH = 255;

/** The `Idempotency-Key` header. BAD_USER_INPUT when it is too long or not printable. */
export function idempotencyKey(ctx: Context): string | undefined {
  const key = ctx.get('idempotency-key');
  if (key === '') return undefined;
  if (key.length > MAX_KEY_LENGTH || !/^[\x20-\x7e]+$/.test(key))
    throw badInput(
      'Idempotency-Key',
      `The Idempotency-Key header must be 1 to ${MAX_KEY_LENGTH} printable ASCII characters.`,
    );
  return key;
}
