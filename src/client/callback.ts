import { type Surroundings, surroundings } from './exchange.js';
import { createKeySet } from './key-set.js';
import { assertSigned, type CallbackHeaders, isSignedBy, readClaim, unsigned } from './signature.js';
import { type HookCallback, readCallback } from './wire.js';

/**
 * Verifies that a POST to your POST_URL came from the server: `headers` as received, `body` the raw bytes, `key` the
 * channel's signing secret (`whsec_…`) or its public key (`whpk_…`); several of them, also of both kinds, while one is
 * being rotated. Returns the callback; throws CallbackRefused. The same callback may come again: fold by `webhook-id`.
 */
export function verifyCallback(
  headers: CallbackHeaders,
  body: string | Uint8Array,
  key: string | readonly string[],
  { now = Date.now() }: { now?: number } = {},
): HookCallback {
  assertSigned(headers, body, typeof key === 'string' ? [key] : key, now);
  return callbackIn(body);
}

export interface CallbackVerifierOptions {
  /** Where the server shows the public keys of the channel: `{PUBLIC_URL}/chatbot/keys/{channelId}`. */
  keysUrl: string;
  surroundings?: Partial<Surroundings>;
}

/**
 * Verifies callbacks by the public keys that the server shows. They are kept for an hour, and fetched again when none of
 * them made a signature, at most once a minute: a key that is being rotated needs nothing from you. Rejects with
 * CallbackRefused as `verifyCallback` does, and with HookError when no keys are to be had: answer 503 to that, and the
 * callback comes again.
 */
export function createCallbackVerifier(
  options: CallbackVerifierOptions,
): (headers: CallbackHeaders, body: string | Uint8Array) => Promise<HookCallback> {
  const around = surroundings(options.surroundings);
  const keySet = createKeySet(options.keysUrl, around);
  return async (headers, body) => {
    const claim = readClaim(headers, body, around.now());
    const isGenuine = isSignedBy(claim, await keySet.current()) || isSignedBy(claim, await keySet.renewed());
    if (!isGenuine) throw unsigned();
    return callbackIn(body);
  };
}

const callbackIn = (body: string | Uint8Array): HookCallback =>
  readCallback(JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8')));
