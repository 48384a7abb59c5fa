export type RemoteFailure =
  | 'BUSY' // too many messages wait for this bot already
  | 'RESTING' // it failed too often in a row; nothing is sent for a while
  | 'UNREACHABLE' // no answer, or only part of one
  | 'TIMEOUT'
  | 'STATUS' // the answer says that it failed
  | 'BAD_ANSWER'; // an answer that this engine cannot read

/** Why a bot that lives elsewhere gave no answer. The message is recorded with the turn: it never holds a secret. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly reason: RemoteFailure;
  /** The status of the answer, when that is the reason. */
  readonly status: number | null;

  constructor(
    reason: RemoteFailure,
    message: string,
    { cause, status = null }: { cause?: unknown; status?: number | null } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.status = status;
  }
}
