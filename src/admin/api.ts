import { AdminError } from './admin-error.js';
import { exchange, type RetryPolicy } from './exchange.js';
import { type Surroundings, surroundings } from './surroundings.js';

export interface AdminOptions extends Partial<RetryPolicy> {
  /** The server's address, e.g. `https://hooks.example.com`. */
  url: string;
  /** An API token. */
  token: string;
  surroundings?: Partial<Surroundings>;
}

/** Options of every call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** A GraphQL document that knows what it takes and what it gives. */
export type Operation<Data, Variables> = string & { readonly __types?: (variables: Variables) => Data };

/** The types are those generated for the document, by its name. */
export const operation = <Data, Variables>(document: string): Operation<Data, Variables> => document;

/** The API of a server, for one token. */
export interface Api {
  run<Data, Variables>(
    operation: Operation<Data, Variables>,
    variables: Variables,
    options: CallOptions | undefined,
  ): Promise<Data>;
  /** The answer to a GET, unread. */
  get(path: string, options: CallOptions | undefined): Promise<Response>;
  around: Surroundings;
}

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

/** Every call rejects with AdminError. */
export function createApi(options: AdminOptions): Api {
  const { token, timeoutMs = 120_000, retries = 3, maxWaitMs = 30_000 } = options;
  const base = options.url.replace(/\/+$/, '');
  const around = surroundings(options.surroundings);
  const policy = { timeoutMs, retries, maxWaitMs };
  const authorization = `Bearer ${token}`;
  return {
    around,
    run: <Data>(document: string, variables: unknown, { signal }: CallOptions = {}) =>
      exchange(
        around,
        policy,
        {
          url: `${base}/graphql`,
          headers: { authorization, 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ query: document, variables }),
          isReading: !/\bmutation\b/.test(document),
          signal,
        },
        (response) => dataOf<Data>(response, around.now()),
      ),
    get: (path, { signal } = {}) =>
      exchange(
        around,
        policy,
        { url: base + path, headers: { authorization }, isReading: true, signal },
        async (response) => {
          if (response.ok) return response;
          throw refusal(response, parse(await response.text()), around.now());
        },
      ),
  };
}

async function dataOf<Data>(response: Response, now: number): Promise<Data> {
  const answer = parse(await response.text());
  if (response.ok && answer?.data && !answer.errors) return answer.data as Data; // typed by the document
  throw refusal(response, answer, now);
}

function refusal(response: Response, answer: Answer | null, now: number): AdminError {
  const { status } = response;
  const [error] = answer?.errors ?? [];
  if (error) {
    const { extensions = {}, message } = error;
    const { code = 'ERROR', retryAfterSeconds } = extensions;
    const waitMs = typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1000 : retryAfterMs(response, now);
    return new AdminError(message, { code: String(code), status, extensions, retryAfterMs: waitMs });
  }
  if (response.ok) {
    const message = `${response.url} did not answer as the API does: is this the URL of a Hookswitch server?`;
    return new AdminError(message, { code: 'BAD_ANSWER', status });
  }
  return new AdminError(`The server answered ${status}.`, {
    code: `HTTP_${status}`,
    status,
    retryAfterMs: retryAfterMs(response, now),
  });
}

/** RFC 9110 §10.2.3: seconds or a date. */
function retryAfterMs({ headers }: Response, now: number): number | null {
  const header = headers.get('retry-after')?.trim();
  if (!header) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function parse(text: string): Answer | null {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' ? (answer as Answer | null) : null;
  } catch {
    return null;
  }
}
