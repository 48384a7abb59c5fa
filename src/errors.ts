import type { TokenFault } from './vocabulary.js';

/**
 * The closed list of error codes. They are stable: clients branch on them, never on messages.
 * GraphQL shows them as `extensions.code`, hooks as `errors[].reason`.
 */
export type ErrorCode =
  | 'UNAUTHENTICATED' // no, wrong or expired credentials
  | 'FORBIDDEN' // known, but not allowed
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT' // details.field names the offending field
  | 'CONFLICT' // the state does not allow it (any more)
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOO_MANY_REQUESTS'
  | 'UNAVAILABLE' // made by `unavailable`, which says why
  | 'TIMEOUT'
  | 'INTERNAL';

const STATUS: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BAD_USER_INPUT: 400,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
  INTERNAL: 500,
};

export type ErrorDetails = Readonly<Record<string, unknown>>;

/** A failure the caller can act on. `message` says what to do; `details` never holds a secret. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get status(): number {
    return STATUS[this.code];
  }
}

/** BAD_USER_INPUT naming the field that is wrong. */
export function badInput(field: string, message: string): AppError {
  return new AppError('BAD_USER_INPUT', message, { details: { field } });
}

/** NOT_FOUND for a noun and its id, e.g. `notFound('bot', id)`. */
export function notFound(noun: string, id: string): AppError {
  return new AppError('NOT_FOUND', `There is no ${noun} with the id "${id}" in this account.`, {
    details: { noun, id },
  });
}

/**
 * Why something is unavailable; hooks and the metric of refused messages show it as `reason`. Stable, like the codes. The
 * limits of load behind the first nine are in load/limits.ts.
 */
export type UnavailableReason =
  | 'STOPPING'
  | 'DISK_NEARLY_FULL'
  | 'LOG_TOO_LARGE'
  | 'COMMITS_SLOW'
  | 'COMMIT_QUEUE_FULL'
  | 'TOO_MANY_MESSAGES'
  | 'REQUEST_QUEUE_FULL'
  | 'TURNS_BEHIND'
  | 'TOO_MANY_STREAMS'
  | 'TOO_MANY_SIGN_INS'
  | 'CONVERSATION_MOVED' // another process has it now
  | 'TURN_NOT_WAITING_YET' // a bot's later answer came before it was announced
  | 'BOT_NOT_READ' // a bot could not be read or unsealed
  | 'THREADS_BUSY' // a script or a compilation found no thread, or lost it
  | 'DATABASE_AWAY' // it does not answer
  | 'STORE_FAILED'; // nothing more can be stored; the process ends

/** The exhausted resource, and the seconds to wait before a retry. */
export interface Shortage {
  reason: UnavailableReason;
  retryAfterSeconds: number;
}

/** UNAVAILABLE with its reason and the seconds to wait before a retry, 1 by default. */
export function unavailable(
  reason: UnavailableReason,
  message: string,
  { retryAfterSeconds = 1, cause }: { retryAfterSeconds?: number; cause?: unknown } = {},
): AppError {
  return new AppError('UNAVAILABLE', message, { cause, details: { reason, retryAfterSeconds } });
}

/** What is wrong with a token, for those who run the server and the channel. */
export interface WrongToken {
  /** Null: of a test pass. */
  fault: TokenFault | null;
  check: string;
  clientId?: string;
}

/** UNAUTHENTICATED for a token; the caller learns no more. */
export const refusedToken = (details: WrongToken): AppError =>
  new AppError('UNAUTHENTICATED', 'Invalid Access token', { details: { ...details } });

export function conflict(message: string, details?: ErrorDetails): AppError {
  return new AppError('CONFLICT', message, details ? { details } : {});
}
