/** What the API refused, or what kept it from answering. Branch on `code`, never on the message. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
  /**
   * As the API gives it (`BAD_USER_INPUT`, `CONFLICT`, `FORBIDDEN` …), or of this client: `UNREACHABLE`, `TIMEOUT`, `ABORTED`,
   * `BAD_ANSWER`, `HTTP_502`; `REJECTED` and `NOT_LIVE` when waiting.
   */
  readonly code: string;
  /** The input that is wrong, with BAD_USER_INPUT. */
  readonly field: string | null;
  /** Finds an `INTERNAL` error in the log of the server. */
  readonly requestId: string | null;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Wait that the server asked for before a retry. */
  readonly retryAfterMs: number | null;
  /** All that the API told of it, e.g. `faults` of configuration documents. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    details: Partial<Pick<AdminError, 'status' | 'retryAfterMs' | 'extensions'>> & { code: string; cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { code, status = null, retryAfterMs = null, extensions = {} } = details;
    const text = (value: unknown) => (typeof value === 'string' ? value : null);
    this.code = code;
    this.field = text(extensions.field);
    this.requestId = text(extensions.requestId);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.extensions = extensions;
  }
}
