import type { ChannelBlocker, TokenFault } from '../api/.generated/graphql';
import { BLOCKERS } from './words';

/** Why a hook refused a message, by the `reason` of its answer, and what helps. */
const REASONS: Record<string, string> = {
  BAD_USER_INPUT: 'The message is not as the payload formats say: the answer names the field.',
  UNAUTHENTICATED: 'The token was refused.',
  NOT_FOUND: 'There is no such upload, poll or job.',
  CONFLICT: 'The idempotency key belongs to another message, or the channel cannot do what was asked for.',
  PAYLOAD_TOO_LARGE: 'The message or the file is too large.',
  UNSUPPORTED_MEDIA_TYPE: 'The body is not JSON, or no form where one is wanted.',
  TOO_MANY_REQUESTS: 'The app, the channel or the address has sent more than its limit.',
  TIMEOUT: 'The bot took longer than a synchronous caller waits.',
  INTERNAL: 'The server failed; the trace id of the answer finds it in the log.',
  DISK_NEARLY_FULL: 'The disk of the server is nearly full.',
  LOG_TOO_LARGE: 'The database of the server cannot write as fast as it should.',
  BOT_NOT_READ: 'The published version of the bot cannot be read.',
  DATABASE_AWAY: 'The database did not answer.',
  STORE_FAILED: 'The database did not answer.',
  STOPPING: 'The server was about to stop; callers send again.',
};

/** A 503 of any other reason. */
const BUSY = 'The server had more to do than it can; callers send again.';

const FAULTS: Record<TokenFault, string> = {
  MISSING: 'There is no token: each message carries one, as Authorization: bearer …',
  MALFORMED: 'What stands in the place of the token is none.',
  CLAIMS: 'The token lacks something: appId and sub, and where the app wants it a jti and an exp of at most an hour.',
  UNKNOWN_APP: 'The token is of an app that there is not, or not any more.',
  SIGNATURE: 'The token is not signed with the secret or a key of the app: the caller may have an old secret.',
  EXPIRED: 'The token has expired: the caller makes it too early, or its clock is slow.',
  NOT_YET: 'The token is not good yet: the clock of the caller is fast.',
  ENCRYPTION: 'The token cannot be decrypted, or is not encrypted where the app wants it to be.',
  USED: 'The token was used before: the app wants a new one for each message.',
  OTHER_APP: 'The token is of another app than the one of the channel.',
  OTHER_USER: 'The token speaks for another user than the message does.',
};

export const refusalInWords = (reason: string, fault: TokenFault | null): string =>
  (fault && FAULTS[fault]) ?? REASONS[reason] ?? BLOCKERS[reason as ChannelBlocker] ?? BUSY;
