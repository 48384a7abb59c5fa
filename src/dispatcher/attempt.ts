import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHeaders } from '../outbound/headers.js';
import { OutboundError } from '../outbound/outbound-error.js';
import type { Outbound, OutboundSpan } from '../outbound/request.js';
import { type SignedMessage, sign } from '../outbound/signature.js';
import { signV1a } from '../outbound/signature-v1a.js';
import type { DeadReason, DeliveryRow } from '../store/tables/deliveries.js';
import type { AttemptRow } from '../store/tables/delivery-attempts.js';
import { type Clock, SECOND } from '../time.js';
import { traceparentOf } from '../trace.js';
import { postAuthorized } from './authorization.js';
import { shownExchange } from './exchange-headers.js';
import { type OAuthTokens, TokenError } from './oauth-tokens.js';
import { retryAfterMs } from './schedule.js';
import type { CallbackTarget, DeliveryPolicy } from './target.js';

/** What a try, or several, came to. `waitMs` is how long the endpoint asks to wait, if it says. */
export type Verdict =
  | { kind: 'delivered' }
  /** This message failed; it counts. */
  | { kind: 'failed'; waitMs: number | null }
  /** The endpoint as a whole is in trouble or asks to wait (429, 503); it does not count. */
  | { kind: 'busy'; waitMs: number | null }
  /** It is not to be tried again. */
  | { kind: 'dead'; reason: DeadReason }
  /** No try was made, or the server stops and did not wait for the answer. `waitMs`: the lane rests for so long. */
  | { kind: 'untried'; waitMs: number | null };

/** How long the delivery has to wait at least, in milliseconds; null: nobody says. */
export const asksToWait = (verdict: Verdict): number | null => ('waitMs' in verdict ? verdict.waitMs : null);

export interface Attempt {
  verdict: Verdict;
  row: AttemptRow;
  sent: { headers: RequestHeaders; body: string };
  /** Null: there was no answer. */
  answered: IncomingHttpHeaders | null;
}

const MAX_RESPONSE_BYTES = 64 * 1024;
const KEPT_RESPONSE_CHARACTERS = 16 * 1024;

export interface AttemptDeps {
  outbound: Outbound;
  clock: Clock;
  tokens: OAuthTokens;
}

/** POSTs a delivery once, or twice where the receiver did not accept a token. Never rejects: a failure is an outcome. */
export async function attempt(
  { outbound, clock, tokens }: AttemptDeps,
  delivery: DeliveryRow,
  target: CallbackTarget,
  number: number,
): Promise<Attempt> {
  const startedAt = clock.now();
  const began = clock.monotonicNow();
  const endsAt = began + target.policy.timeoutMs; // of everything, from the first byte out to the last one in
  const leftMs = () => Math.max(1, endsAt - clock.monotonicNow());
  const body = target.alert?.by === 'POST' ? target.alert.body(delivery.payload) : withSequence(delivery);
  const headers = headersOf(delivery, target, body, startedAt, number);
  const row = { deliveryId: delivery.id, number, startedAt };
  const sent = { headers, body };
  try {
    const response = await postAuthorized(tokens, target, leftMs, (authorization, timeoutMs) =>
      outbound.request({
        url: target.url,
        headers: { ...headers, ...authorization },
        body,
        span: spanOf(delivery, number),
        partition: target.accountId,
        timeoutMs,
        headersTimeoutMs: timeoutMs,
        maxResponseBytes: MAX_RESPONSE_BYTES,
        ...(target.tls && { tls: target.tls }),
      }),
    );
    const asked = retryAfterMs(response.headers['retry-after'], clock.now());
    const waitMs = asked === null ? null : Math.min(asked, target.policy.windowMs);
    const verdict = judge(response.status, waitMs, target.policy);
    const isKept = verdict.kind !== 'delivered'; // nobody looks for what went well, and there is much of it
    return {
      verdict,
      sent,
      answered: response.headers,
      row: {
        durationMs: Math.round(response.durationMs),
        statusCode: response.status,
        error: response.status >= 300 && response.status < 400 ? 'Redirects are not followed' : null,
        responseBody: response.body.length === 0 ? null : masked(toText(response.body), target),
        exchange: isKept ? JSON.stringify(shownExchange(target, headers, response.headers)) : null,
        ...row,
      },
    };
  } catch (error) {
    const known = error instanceof OutboundError ? error : null;
    return {
      verdict: known?.reason === 'ABORTED' ? { kind: 'untried', waitMs: null } : { kind: 'failed', waitMs: null },
      sent,
      answered: null,
      row: {
        durationMs: Math.round(clock.monotonicNow() - began),
        statusCode: null,
        error: known ? `${known.reason}: ${known.message}` : untoldError(error),
        responseBody: null,
        exchange: JSON.stringify(shownExchange(target, headers, null)),
        ...row,
      },
    };
  }
}

const untoldError = (error: unknown): string =>
  error instanceof TokenError ? `TOKEN: ${error.message}` : 'The request could not be made.';

/** The one reading of an answer's status: whether the message is taken, refused, or tried again. */
function judge(status: number, waitMs: number | null, { onRejected }: DeliveryPolicy): Verdict {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'dead', reason: 'GONE' };
  if (status === 429 || status === 503) return { kind: 'busy', waitMs };
  const isRejected = status >= 400 && status < 500 && status !== 408 && status !== 425;
  if (isRejected && onRejected === 'DEAD_LETTER') return { kind: 'dead', reason: 'REJECTED' };
  return { kind: 'failed', waitMs };
}

const spanOf = ({ id, turnId, channelId, conversationId }: DeliveryRow, number: number): OutboundSpan => ({
  name: 'deliver',
  turnId,
  attributes: {
    'hookswitch.delivery.id': id,
    'hookswitch.channel.id': channelId,
    'hookswitch.conversation.id': conversationId,
    'http.request.resend_count': number - 1,
  },
});

/** The number is known only once the delivery is in its lane, so it joins the body here. */
function masked(text: string, { mask }: CallbackTarget): string {
  return mask ? mask.text(text) : text;
}

function withSequence({ payload, seq }: DeliveryRow): string {
  return `${payload.slice(0, -1)},"sequence":${seq}}`;
}

/** The operator's headers, those of Standard Webhooks 1.0, and what a receiver needs to sort and to fold repeats. */
function headersOf(delivery: DeliveryRow, target: CallbackTarget, body: string, now: number, number: number) {
  const timestamp = Math.floor(now / SECOND);
  const signature = signatureOf(target, { id: delivery.id, timestamp, body }, now);
  return {
    'content-type': target.alert?.by === 'POST' ? target.alert.contentType : 'application/json; charset=utf-8',
    'user-agent': 'hookswitch',
    ...target.headers,
    'webhook-id': delivery.id,
    'webhook-timestamp': String(timestamp),
    ...(signature !== '' && { 'webhook-signature': signature }),
    traceparent: traceparentOf(delivery.traceId),
    'webhook-attempt': String(number),
    'idempotency-key': delivery.id,
    'hookswitch-conversation-id': delivery.conversationId,
    'hookswitch-sequence': String(delivery.seq),
    ...(delivery.replay && { 'hookswitch-replay': 'true' }),
  };
}

/** All signatures of the target's schemes, in one header. */
function signatureOf(target: CallbackTarget, message: SignedMessage, now: number): string {
  const secrets = target.signingKeys(now);
  const keys = target.privateSigningKeys?.(now) ?? [];
  const signatures = [
    ...(secrets.length > 0 ? [sign({ secrets, ...message })] : []),
    ...(keys.length > 0 ? [signV1a(message, keys)] : []),
  ];
  return signatures.join(' ');
}

/** PostgreSQL stores no NUL, and a cut can fall within a character. */
function toText(body: Buffer): string {
  return body.toString('utf8').slice(0, KEPT_RESPONSE_CHARACTERS).replaceAll('\0', '\uFFFD').toWellFormed();
}
