import { errors } from 'undici';
import { explainTls, isTlsAlert } from './tls-failure.js';

/** Why a call to an outside URL has no answer. Closed: retry rules and metrics branch on it. */
export type OutboundFailure =
  | 'BAD_URL' // not a URL, wrong scheme, user info
  | 'BAD_HEADER' // a header the caller may not set, or with line breaks
  | 'BLOCKED_ADDRESS' // refused by the guard
  | 'DNS' // the name does not resolve, or not in time
  | 'CONNECT' // refused, unreachable
  | 'PROXY' // the operator's proxy is down, or refuses the host or the server's credentials
  | 'TLS' // no common protocol, or a certificate that one of the two sides does not accept
  | 'TIMEOUT' // connect, header or total limit passed
  | 'RESET' // the connection ended before the answer did
  | 'PROTOCOL' // the answer is not HTTP/1.1
  | 'BODY_TOO_LARGE' // only with `oversize: 'FAIL'`
  | 'ABORTED'; // by the caller's signal or because the server stops

/**
 * A call that failed. `message` may be shown to a tenant: it names no address. `cause` may not: it is for the log.
 * `sent` tells whether any of the request can have reached the endpoint.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly reason: OutboundFailure;
  readonly sent: boolean;

  constructor(reason: OutboundFailure, message: string, options: { sent?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.sent = options.sent ?? false;
  }
}

/** The failure of a connection attempt; `secure` says whether TLS was to follow. */
export function connectFailure(error: unknown, secure: boolean): OutboundError {
  if (error instanceof OutboundError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new OutboundError('TIMEOUT', 'The endpoint did not accept a connection in time.', { cause: error });
  }
  // Only errors of the TCP connect itself carry the system call; whatever comes after it is the handshake.
  const plain = !secure || error instanceof AggregateError || syscallOf(error) === 'connect' || code === 'ECONNRESET';
  return plain
    ? new OutboundError('CONNECT', `The endpoint could not be reached${inBrackets(code)}.`, { cause: error })
    : tlsFailure(error, code, false);
}

function tlsFailure(error: unknown, code: string | undefined, sent: boolean): OutboundError {
  const why = explainTls(code ?? '') ?? 'No secure connection to the endpoint';
  return new OutboundError('TLS', `${why}${inBrackets(code)}.`, { sent, cause: error });
}

/** The failure of an exchange on an established connection. */
export function exchangeFailure(error: unknown, sent: boolean): OutboundError {
  if (error instanceof OutboundError) return error;
  const code = codeOf(error) ?? '';
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return new OutboundError('BAD_HEADER', 'A header or the path of the request is not valid HTTP.', { cause: error });
  }
  if (error instanceof errors.HTTPParserError || PROTOCOL_CODES.has(code)) {
    const message = 'The endpoint answered with something that is not valid HTTP.';
    return new OutboundError('PROTOCOL', message, { sent, cause: error });
  }
  if (isTlsAlert(code)) return tlsFailure(error, code, sent);
  const message = 'The endpoint closed the connection before its answer was complete.';
  return new OutboundError('RESET', message, { sent, cause: error });
}

const PROTOCOL_CODES = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);

function codeOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

function syscallOf(error: unknown): unknown {
  return error instanceof Error && 'syscall' in error ? error.syscall : undefined;
}

/** Appends the error code, which helps the endpoint's operator and, unlike the message, holds no address. */
function inBrackets(code: string | undefined): string {
  return code === undefined || !/^[A-Z0-9_/]{1,60}$/.test(code) ? '' : ` (${code})`;
}
