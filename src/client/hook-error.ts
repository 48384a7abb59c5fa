/** A hook that refused a message, or could not be reached. Branch on `reason`, never on the message. */
export class HookError extends Error {
  override readonly name = 'HookError';
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** `errors[0].reason` of the answer, e.g. `AWAITING_APPROVAL`; `UNREACHABLE` or `TIMEOUT` when there was none. */
  readonly reason: string;
  /** All errors of the answer. */
  readonly errors: readonly { msg: string; code: number; reason?: string; field?: string }[];
  readonly traceId: string | null;
  /** Wait that the hook asked for before a retry. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    details: Partial<Pick<HookError, 'status' | 'reason' | 'errors' | 'traceId' | 'retryAfterMs'>> & {
      cause?: unknown;
    },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status ?? null;
    this.reason = details.reason ?? 'UNREACHABLE';
    this.errors = details.errors ?? [];
    this.traceId = details.traceId ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }

  /** Whether a retry of the same message may succeed. */
  get transient(): boolean {
    return this.status === null ? this.reason !== 'ABORTED' : TRANSIENT.has(this.status);
  }
}

/** Statuses worth a retry. After a 504 the turn went on, and the same key gets its answer. */
const TRANSIENT = new Set([408, 425, 429, 500, 502, 503, 504]);
