import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../time.js';
import { exchangeFailure, OutboundError, type OutboundFailure } from './outbound-error.js';

export interface OutboundResponse {
  status: number;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  /** As sent, not decompressed; at most `maxResponseBytes`. */
  body: Buffer;
  durationMs: number;
  /** The body was longer, and the rest was not read. */
  truncated: boolean;
}

export interface ExchangeLimits {
  /** Milliseconds from the start to the head of the answer, and to its last byte. */
  headersTimeoutMs: number;
  timeoutMs: number;
  maxResponseBytes: number;
  oversize: 'TRUNCATE' | 'FAIL';
}

/**
 * One request and its answer, as undici's dispatch handler. It settles exactly once: with the answer, a failure, or
 * past its limit, whichever comes first.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits;
  readonly #clock: Clock;
  readonly #settle: (failure: OutboundError | null, response?: OutboundResponse) => void;
  readonly #startedAt: number;
  #limitAt: number;
  #controller: Dispatcher.DispatchController | null = null;
  #settled = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #size = 0;
  #interim = 0;

  constructor(
    limits: ExchangeLimits,
    clock: Clock,
    settle: (failure: OutboundError | null, response?: OutboundResponse) => void,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#settle = settle;
    this.#startedAt = clock.monotonicNow();
    this.#limitAt = this.#startedAt + Math.min(limits.headersTimeoutMs, limits.timeoutMs);
  }

  /** Settles with this failure and drops the connection, if it has one. */
  fail(reason: OutboundFailure, message: string): void {
    const failure = new OutboundError(reason, message, { sent: this.#controller !== null });
    this.#end(failure);
    this.#controller?.abort(failure);
  }

  /** Fails with TIMEOUT when its limit has passed. `now` in milliseconds of the monotonic clock. */
  expire(now: number): void {
    if (now < this.#limitAt) return;
    this.fail('TIMEOUT', `The endpoint did not ${this.#status === 0 ? 'answer' : 'finish its answer'} in time.`);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Throwing drops a request that settled in the queue and keeps the connection; aborting would close it.
    if (this.#settled) throw new Error('settled before it was sent');
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      this.#interim += 1;
      if (this.#interim > MAX_INTERIM) this.fail('PROTOCOL', 'The endpoint sent interim answers without an end.');
      return;
    }
    this.#status = status;
    this.#headers = headers;
    this.#limitAt = this.#startedAt + this.#limits.timeoutMs;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#limits.maxResponseBytes - this.#size;
    this.#size += chunk.length;
    if (chunk.length <= room) {
      this.#chunks.push(chunk);
    } else if (this.#limits.oversize === 'FAIL') {
      this.fail('BODY_TOO_LARGE', `The answer is longer than ${this.#limits.maxResponseBytes} bytes.`);
    } else {
      this.#chunks.push(chunk.subarray(0, room));
      this.#succeed(true);
      this.#controller?.abort(new Error('the rest of the answer is not wanted'));
    }
  }

  onResponseEnd(): void {
    this.#succeed(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#end(exchangeFailure(error, this.#controller !== null));
  }

  #succeed(truncated: boolean): void {
    const [first] = this.#chunks;
    this.#end(null, {
      status: this.#status,
      headers: this.#headers,
      body: this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks),
      durationMs: Math.round(this.#clock.monotonicNow() - this.#startedAt),
      truncated,
    });
  }

  #end(failure: OutboundError | null, response?: OutboundResponse): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#settle(failure, response);
  }
}

/** Interim (1xx) answers accepted before the final one; more fail with PROTOCOL. */
const MAX_INTERIM = 8;
