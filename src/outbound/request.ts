import { type Clock, MINUTE, SECOND, systemClock } from '../time.js';
import { Exchange, type OutboundResponse } from './exchange.js';
import type { OutboundPolicy } from './guard.js';
import { checkHeaders, type RequestHeaders } from './headers.js';
import { OutboundError } from './outbound-error.js';
import { createPools, type PoolLimits } from './pools.js';
import { createProxy, type ProxySettings } from './proxy.js';
import { type Resolve, systemResolve } from './resolve.js';
import { createSecureContexts, type OutboundTls } from './secure-contexts.js';
import { createTargets } from './target.js';
import { Watch } from './watch.js';

export interface OutboundRequest {
  /** POST unless it says otherwise. */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: RequestHeaders;
  body?: Buffer | string;
  /** Key of the connection pool, e.g. account and endpoint; connections are never shared across keys. */
  partition?: string;
  /** Client certificate and private authorities, for https: URLs. */
  tls?: OutboundTls;
  signal?: AbortSignal;
  /** Milliseconds from the call to the last byte of the answer. Default 15 s. */
  timeoutMs?: number;
  /** Milliseconds until the head of the answer; default as configured. */
  headersTimeoutMs?: number;
  /** Bytes of the answer. Default 64 KiB. */
  maxResponseBytes?: number;
  /** Handling of a longer answer: truncated (default), or a failure BODY_TOO_LARGE. */
  oversize?: 'TRUNCATE' | 'FAIL';
  /** How it shows in a trace, where its `traceparent` puts it. */
  span?: OutboundSpan;
}

export interface OutboundSpan {
  name: string;
  /** The turn it is made for. */
  turnId: string | null;
  /** Ids and counts; never secrets or message texts. */
  attributes: Readonly<Record<string, string | number>>;
}

export interface Outbound extends AsyncDisposable {
  /**
   * Sends one request and reads the answer. Any status is an answer, redirects too: they are never followed. No proxy
   * but the operator's own is used, no body is decompressed. Rejects with OutboundError only.
   */
  request(request: OutboundRequest): Promise<OutboundResponse>;
  /** Ends what is under way with ABORTED and closes all connections. */
  close(): Promise<void>;
}

export interface OutboundOptions extends Partial<PoolLimits> {
  policy: OutboundPolicy;
  clock?: Clock;
  resolve?: Resolve;
  /** What all calls go through. */
  proxy?: ProxySettings | undefined;
  /** Milliseconds for a name server, for TCP and TLS (through a proxy, for each of the two), and until the head of the answer. */
  resolveTimeoutMs?: number;
  connectTimeoutMs?: number;
  headersTimeoutMs?: number;
  /** PEM certificates to trust instead of the system's. */
  ca?: string[];
}

/** The only way to call outside URLs. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { policy, clock = systemClock, connectTimeoutMs = 5 * SECOND, headersTimeoutMs = 10 * SECOND } = options;
  const pools = createPools(
    {
      connections: options.connections ?? 32,
      maxPools: options.maxPools ?? 512,
      poolLifetimeMs: options.poolLifetimeMs ?? 5 * MINUTE,
    },
    {
      policy,
      clock,
      resolve: options.resolve ?? systemResolve,
      timeoutMs: options.resolveTimeoutMs ?? 5 * SECOND,
      connectTimeoutMs,
      secureContextOf: createSecureContexts(options.ca),
      proxy: options.proxy ? createProxy(options.proxy, { clock, limitMs: connectTimeoutMs, ca: options.ca }) : null,
    },
  );
  const targetOf = createTargets(policy);
  const watch = new Watch(clock);
  let closed = false;

  function request(input: OutboundRequest): Promise<OutboundResponse> {
    return new Promise((resolve, reject) => {
      const { signal, headers = {} } = input;
      if (closed || signal?.aborted) throw new OutboundError('ABORTED', closed ? STOPPING : CANCELLED);
      const { origin, path } = targetOf(input.url);
      checkHeaders(headers);
      const pool = pools.get(origin, input.partition ?? '', input.tls);

      const cancel = (): void => exchange.fail('ABORTED', CANCELLED);
      const limits = {
        headersTimeoutMs: input.headersTimeoutMs ?? headersTimeoutMs,
        timeoutMs: input.timeoutMs ?? 15 * SECOND,
        maxResponseBytes: input.maxResponseBytes ?? 64 * 1024,
        oversize: input.oversize ?? 'TRUNCATE',
      };
      const exchange = new Exchange(limits, clock, (failure, response) => {
        watch.remove(slot);
        signal?.removeEventListener('abort', cancel);
        if (response) resolve(response);
        else reject(failure);
      });
      const slot = watch.add(exchange);
      signal?.addEventListener('abort', cancel, { once: true });
      pool.dispatch({ method: input.method ?? 'POST', path, headers, body: input.body ?? null }, exchange);
    });
  }

  async function close(): Promise<void> {
    closed = true;
    for (const exchange of watch) exchange.fail('ABORTED', STOPPING);
    await pools.close();
  }

  return { request, close, [Symbol.asyncDispose]: close };
}

const CANCELLED = 'The call was cancelled.';
const STOPPING = 'The server is stopping.';
