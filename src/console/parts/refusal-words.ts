import type { ChannelBlocker } from '../api/.generated/graphql';
import { BLOCKERS } from './words';

/** Why a hook refused a message, by the `reason` of its answer, and what helps. */
const REASONS: Record<string, string> = {
  BAD_USER_INPUT: 'The message is not as the payload formats say: the answer names the field.',
  UNAUTHENTICATED:
    'The token is wrong, has expired, was used before or is of another app; the log of the server says which.',
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

export const refusalInWords = (reason: string): string => REASONS[reason] ?? BLOCKERS[reason as ChannelBlocker] ?? BUSY;
