import type { TurnRequest } from '../../bots/engine.js';
import { responseOf } from '../../bots/tape.js';
import type { Permit } from '../../dispatcher/endpoint.js';
import { retryAfterMs } from '../../dispatcher/schedule.js';
import { excessOf, MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../../json-limits.js';
import type { OutboundResponse } from '../../outbound/exchange.js';
import { OutboundError } from '../../outbound/outbound-error.js';
import type { Outbound } from '../../outbound/request.js';
import { type Clock, MINUTE, SECOND } from '../../time.js';
import { traceparentOf } from '../../trace.js';
import type { ConcurrencyLimiter } from './concurrency-limiter.js';
import { RemoteError } from './remote-error.js';

/** The parts that all engines share which call other servers. */
export interface RemoteDeps {
  outbound: Pick<Outbound, 'request'>;
  limiter: ConcurrencyLimiter;
  clock: Clock;
  /** The public address of this server, without a final slash. */
  publicUrl: string;
}

/** A bot on another server, and how it is called. */
export interface Remote {
  url: string;
  timeoutSeconds?: number | undefined;
  concurrency: number;
  /** Never to be repeated in an error. */
  secrets: readonly string[];
}

export interface RemoteCall {
  url?: string;
  headers?: Record<string, string>;
  body: string | Buffer;
  /** What the body asks, without what is different each time; null for a call that is never recorded. */
  asked?: unknown;
}

/** Bytes of an answer, which becomes part of the conversation; beyond it the call fails. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Milliseconds for a bot without a time-out of its own: the signal of the turn ends a call long before. */
const NO_LIMIT_MS = 60 * MINUTE;
const MAX_REST_MS = 1 * MINUTE;
/** Characters of an answer that a trace keeps. */
const EXCERPT_CHARACTERS = 300;

/**
 * POSTs JSON to a bot on behalf of a turn and gives its answer of a status below 300. RemoteError otherwise: the turn
 * then says the bot's failure response, and the error is recorded with it.
 */
export async function callRemote(
  deps: RemoteDeps,
  remote: Remote,
  turn: TurnRequest,
  call: RemoteCall,
  signal: AbortSignal,
): Promise<OutboundResponse> {
  const { url = remote.url, asked = call.body } = call;
  const question = { node: '', method: 'POST', address: url, body: asked };
  const ask = () => sendInTurn(deps, remote, turn, { ...call, url }, signal);
  const response = asked === null ? await ask() : await responseOf(turn.tape, question, ask);
  const { status, durationMs } = response;
  if (status < 300) {
    turn.trace({ kind: 'remote', host: hostOf(url), status, durationMs });
    return response;
  }
  turn.trace({ kind: 'remote', host: hostOf(url), status, durationMs, said: excerpt(response.body, remote) });
  const hint = status < 400 ? ' Redirects are not followed.' : '';
  throw new RemoteError('STATUS', `The bot at ${hostOf(url)} answered ${status}.${hint}`, { status });
}

/** The body of an answer as JSON. RemoteError BAD_ANSWER. */
export function jsonOf(response: OutboundResponse, remote: Remote, turn: TurnRequest): unknown {
  const text = response.body.toString('utf8');
  const excess = excessOf(text);
  try {
    if (!excess) return JSON.parse(text);
  } catch {} // said below
  turn.trace({ kind: 'remote', host: hostOf(remote.url), said: excerpt(response.body, remote) });
  const fault = excess ? EXCESS[excess.of] : 'did not answer with JSON';
  throw new RemoteError('BAD_ANSWER', `The bot at ${hostOf(remote.url)} ${fault}.`);
}

const EXCESS = {
  levels: `answered with JSON nested more than ${MAX_JSON_DEPTH} levels deep`,
  values: `answered with JSON of more than ${MAX_JSON_VALUES} values`,
};

export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'an address that is no URL');

/** Waits for its place among the calls of the bot, and tells how the bot bears them. */
async function sendInTurn(
  deps: RemoteDeps,
  remote: Remote,
  turn: TurnRequest,
  call: RemoteCall & { url: string },
  signal: AbortSignal,
): Promise<OutboundResponse> {
  const permit = await deps.limiter.acquire(`${turn.botId} ${call.url}`, remote.concurrency, signal);
  const response = await send(deps, remote, turn, call, signal, permit);
  const waitMs = retryAfterMs(response.headers['retry-after'], deps.clock.now());
  permit.answered(response.status, waitMs === null ? null : Math.min(waitMs, MAX_REST_MS));
  return response;
}

async function send(
  { outbound }: RemoteDeps,
  remote: Remote,
  turn: TurnRequest,
  call: { url: string; headers?: Record<string, string>; body: string | Buffer },
  signal: AbortSignal,
  permit: Permit,
): Promise<OutboundResponse> {
  const timeoutMs = remote.timeoutSeconds === undefined ? NO_LIMIT_MS : remote.timeoutSeconds * SECOND;
  try {
    return await outbound.request({
      method: 'POST',
      url: call.url,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        traceparent: traceparentOf(turn.traceId),
        ...call.headers,
      },
      body: call.body,
      span: { name: 'call bot', turnId: turn.turnId, attributes: { 'hookswitch.bot.id': turn.botId } },
      partition: `bot:${turn.botId}`,
      signal,
      timeoutMs,
      headersTimeoutMs: timeoutMs,
      maxResponseBytes: MAX_ANSWER_BYTES,
      oversize: 'FAIL',
    });
  } catch (error) {
    permit.failed('no answer');
    const host = hostOf(call.url);
    if (signal.aborted)
      throw new RemoteError('TIMEOUT', `The bot at ${host} did not answer in time.`, { cause: error });
    if (!(error instanceof OutboundError)) throw error;
    const reason = error.reason === 'TIMEOUT' ? 'TIMEOUT' : 'UNREACHABLE';
    turn.trace({ kind: 'remote', host, error: error.message });
    throw new RemoteError(reason, `The bot at ${host} gave no answer: ${error.message}`, { cause: error });
  }
}

/**
 * The beginning of what was answered: it tells the bot's developer more than a status. It is for the trace alone; the
 * message of an error reaches the log, where no body belongs.
 */
function excerpt(body: Buffer, { secrets }: Remote): string {
  let text = body.toString('utf8', 0, EXCERPT_CHARACTERS * 4);
  for (const secret of secrets) text = text.replaceAll(secret, '…');
  return text.replace(/\s+/g, ' ').trim().slice(0, EXCERPT_CHARACTERS);
}
