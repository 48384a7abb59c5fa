import { AdminError } from './admin-error.js';
import type { Surroundings } from './surroundings.js';

export interface RetryPolicy {
  /** Retries of what is safe to send again; after them it rejects. */
  retries: number;
  /** Milliseconds that one try may take. */
  timeoutMs: number;
  /** The longest wait between two tries; a server that asks for more is not tried again. */
  maxWaitMs: number;
}

export interface HttpRequest {
  url: string;
  headers: Record<string, string>;
  /** Absent: a GET. */
  body?: string;
  /** Whether it changes nothing, so that it may be sent again whatever became of it. */
  isReading: boolean;
  signal: AbortSignal | undefined;
}

const FIRST_WAIT_MS = 250;

/**
 * Sends a request and gives what `read` makes of the answer. What reads is tried again after any trouble of the network or the server;
 * what changes something only if it was certainly not begun: nobody listened, or the server said that it has too much to do.
 */
export async function exchange<T>(
  around: Surroundings,
  policy: RetryPolicy,
  request: HttpRequest,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await once(around, policy, request, read);
    } catch (error) {
      if (!(error instanceof AdminError) || tried >= policy.retries) throw error;
      if (!(request.isReading ? isTransient(error) : wasNotBegun(error))) throw error;
      const waitMs = error.retryAfterMs ?? FIRST_WAIT_MS * 2 ** tried * (0.5 + around.random() / 2);
      if (waitMs > policy.maxWaitMs) throw error;
      await around.wait(waitMs, request.signal);
      if (request.signal?.aborted) throw aborted(request.signal);
    }
  }
}

const isTransient = ({ code, status }: AdminError): boolean =>
  code === 'UNREACHABLE' ||
  code === 'TIMEOUT' ||
  code === 'TOO_MANY_REQUESTS' ||
  status === 429 ||
  (status ?? 0) >= 500;

/** Before anything was sent. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

function wasNotBegun({ code, cause }: AdminError): boolean {
  if (code === 'TOO_MANY_REQUESTS') return true;
  const { cause: below } = Object(cause) as { cause?: { code?: string } };
  return code === 'UNREACHABLE' && NOT_CONNECTED.has(String(below?.code));
}

async function once<T>(
  around: Surroundings,
  { timeoutMs }: RetryPolicy,
  { url, headers, body, signal }: HttpRequest,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw aborted(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    const response = await around.fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body !== undefined && { body }),
      redirect: 'manual', // a redirect would take the token elsewhere
      signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
    });
    return await read(response);
  } catch (error) {
    if (error instanceof AdminError) throw error;
    if (signal?.aborted) throw aborted(signal);
    if (limit.signal.aborted)
      throw new AdminError(`The server did not answer within ${timeoutMs} ms.`, { code: 'TIMEOUT', cause: error });
    throw new AdminError(`${url} could not be reached.`, { code: 'UNREACHABLE', cause: error });
  } finally {
    clearTimeout(timer);
  }
}

export const aborted = (signal: AbortSignal): AdminError =>
  new AdminError('The request was cancelled by its sender.', { code: 'ABORTED', cause: signal.reason });
