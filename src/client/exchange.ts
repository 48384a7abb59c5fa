import { setTimeout as sleep } from 'node:timers/promises';
import { HookError } from './hook-error.js';
import { isObject } from './wire.js';

/** Dependencies that tests replace. */
export interface Surroundings {
  fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  wait(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/** The real ones, but for those given. */
export function surroundings(given: Partial<Surroundings> = {}): Surroundings {
  return {
    fetch: (url, init) => fetch(url, init),
    now: Date.now,
    random: Math.random,
    wait: (ms, signal) => sleep(ms, undefined, { ...(signal && { signal }) }).catch(() => {}),
    ...given,
  };
}

export interface RetryPolicy {
  /** Retries of a failed message; after them it rejects. */
  retries: number;
  /** Milliseconds that one try may take. */
  timeoutMs: number;
  /** The longest wait between two tries; a hook that asks for more is not tried again. */
  maxWaitMs: number;
}

export interface HookRequest {
  method: 'GET' | 'POST';
  url: string;
  body?: string;
  /** Asked for each try. */
  headers(): Record<string, string> | Promise<Record<string, string>>;
  signal?: AbortSignal | undefined;
}

export interface HookAnswer {
  /** Null when there was no body. */
  body: unknown;
  headers: Headers;
}

const FIRST_WAIT_MS = 250;

/** Sends a message, with retries under the same idempotency key. Rejects with HookError. */
export async function exchange(around: Surroundings, policy: RetryPolicy, request: HookRequest): Promise<HookAnswer> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await once(around, policy, request);
    } catch (error) {
      if (!(error instanceof HookError) || !error.transient || tried >= policy.retries) throw error;
      const waitMs = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** tried * (0.5 + around.random() / 2);
      if (waitMs > policy.maxWaitMs) throw error;
      await around.wait(waitMs, request.signal);
      if (request.signal?.aborted) throw aborted(request.signal);
    }
  }
}

async function once(around: Surroundings, { timeoutMs }: RetryPolicy, request: HookRequest): Promise<HookAnswer> {
  const { method, url, body, signal } = request;
  if (signal?.aborted) throw aborted(signal);
  const headers = await request.headers();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await around.fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      redirect: 'manual', // a redirect would take the token elsewhere
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    if (response.ok) return { body: text === '' ? null : parse(text), headers: response.headers };
    throw refusal(response, text, around.now());
  } catch (error) {
    if (error instanceof HookError) throw error;
    if (signal?.aborted) throw aborted(signal);
    if (timeout.aborted)
      throw new HookError(`The hook did not answer within ${timeoutMs} ms.`, { reason: 'TIMEOUT', cause: error });
    throw new HookError('The hook could not be reached.', { reason: 'UNREACHABLE', cause: error });
  }
}

function refusal(response: Response, text: string, now: number): HookError {
  const body = parseLoosely(text);
  const errors = isObject(body) && Array.isArray(body.errors) ? body.errors.filter(isObject) : [];
  const [first] = errors;
  const message = typeof first?.msg === 'string' ? first.msg : `The hook answered ${response.status}.`;
  return new HookError(message, {
    status: response.status,
    reason: typeof first?.reason === 'string' ? first.reason : `HTTP_${response.status}`,
    errors: errors as never, // shown as they came
    traceId: response.headers.get('x-trace-id') ?? (isObject(body) && typeof body._t === 'string' ? body._t : null),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
  });
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HookError('The hook did not answer with JSON: is this the URL of a webhook channel?', {
      status: 200,
      reason: 'BAD_ANSWER',
      cause,
    });
  }
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const aborted = (signal: AbortSignal): HookError =>
  new HookError('The message was cancelled by its sender.', { reason: 'ABORTED', cause: signal.reason });
