import { OutboundError } from '../outbound/outbound-error.js';
import type { Outbound, OutboundSpan } from '../outbound/request.js';
import { sign } from '../outbound/signature.js';
import type { AttemptRow, DeadReason, DeliveryRow } from '../store/tables/deliveries.js';
import { type Clock, SECOND } from '../time.js';
import { traceparentOf } from '../trace.js';
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
}

const MAX_RESPONSE_BYTES = 64 * 1024;
const KEPT_RESPONSE_CHARACTERS = 16 * 1024;

/** POSTs a delivery once. Never rejects: a failure is an outcome. */
export async function attempt(
  outbound: Outbound,
  clock: Clock,
  delivery: DeliveryRow,
  target: CallbackTarget,
  number: number,
): Promise<Attempt> {
  const startedAt = clock.now();
  const body = target.alert?.by === 'POST' ? target.alert.body(delivery.payload) : withSequence(delivery);
  const row = { deliveryId: delivery.id, number, startedAt };
  try {
    const response = await outbound.post({
      url: target.url,
      headers: headersOf(delivery, target, body, startedAt, number),
      body,
      span: spanOf(delivery, number),
      partition: target.accountId,
      timeoutMs: target.policy.timeoutMs,
      headersTimeoutMs: target.policy.timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    const asked = retryAfterMs(response.headers['retry-after'], clock.now());
    const waitMs = asked === null ? null : Math.min(asked, target.policy.windowMs);
    return {
      verdict: judge(response.status, waitMs, target.policy),
      row: {
        ...row,
        durationMs: Math.round(response.durationMs),
        statusCode: response.status,
        error: response.status >= 300 && response.status < 400 ? 'Redirects are not followed' : null,
        responseBody: response.body.length === 0 ? null : toText(response.body),
      },
    };
  } catch (error) {
    const known = error instanceof OutboundError ? error : null;
    return {
      verdict: known?.reason === 'ABORTED' ? { kind: 'untried', waitMs: null } : { kind: 'failed', waitMs: null },
      row: {
        ...row,
        durationMs: clock.now() - startedAt,
        statusCode: null,
        error: known ? `${known.reason}: ${known.message}` : 'The request could not be made.',
        responseBody: null,
      },
    };
  }
}

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
function withSequence({ payload, seq }: DeliveryRow): string {
  return `${payload.slice(0, -1)},"sequence":${seq}}`;
}

/** Bearer token, Standard Webhooks 1.0 headers, and what a receiver needs to sort and to fold repeats. */
function headersOf(delivery: DeliveryRow, target: CallbackTarget, body: string, now: number, number: number) {
  const timestamp = Math.floor(now / SECOND);
  const secrets = target.signingKeys(now);
  return {
    'content-type': target.alert?.by === 'POST' ? target.alert.contentType : 'application/json; charset=utf-8',
    'user-agent': 'hookswitch',
    ...(target.accessToken !== null && { authorization: `Bearer ${target.accessToken}` }),
    'webhook-id': delivery.id,
    'webhook-timestamp': String(timestamp),
    ...(secrets.length > 0 && { 'webhook-signature': sign({ id: delivery.id, timestamp, body, secrets }) }),
    traceparent: traceparentOf(delivery.traceId),
    'webhook-attempt': String(number),
    'idempotency-key': delivery.id,
    'hookswitch-conversation-id': delivery.conversationId,
    'hookswitch-sequence': String(delivery.seq),
    ...(delivery.replay && { 'hookswitch-replay': 'true' }),
  };
}

/** PostgreSQL stores no NUL, and a cut can fall within a character. */
function toText(body: Buffer): string {
  return body.toString('utf8').slice(0, KEPT_RESPONSE_CHARACTERS).replaceAll('\0', '\uFFFD').toWellFormed();
}
