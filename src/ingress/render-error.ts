import type { Context } from 'koa';
import type { ChannelBlocker } from '../domain/channels/blockers.js';
import { AppError } from '../errors.js';
import type { Refusal } from '../events.js';
import { leavesBody } from '../request-body.js';
import type { TokenFault } from '../vocabulary.js';
import type { HookError, HookVersion } from '../wire/hook-version.js';

/** The channel does not work: one error for each reason. */
export class NotFunctional extends AppError {
  readonly blockers: readonly ChannelBlocker[];
  constructor(blockers: readonly ChannelBlocker[]) {
    super('FORBIDDEN', 'This webhook channel does not accept messages now.', { details: { blockers } });
    this.blockers = blockers;
  }
}

/** In the words of whoever has to remove them. */
const BLOCKER_TEXT: Record<ChannelBlocker, string> = {
  NO_APP: 'No app is associated with this webhook channel.',
  NO_POST_URL: 'This asynchronous webhook channel has no POST URL.',
  NOT_ENABLED: 'This webhook channel is not enabled.',
  AWAITING_APPROVAL: 'This webhook channel is waiting for approval by an admin.',
  REJECTED: 'An admin has rejected this webhook channel.',
  SUSPENDED: 'An admin has suspended this webhook channel.',
  BOT_NOT_PUBLISHED: 'The bot has not been published.',
  NOT_IN_LIVE_VERSION: 'This webhook channel was not selected when the bot was published.',
  BOT_SUSPENDED: 'An admin has suspended the bot.',
};

export function hookErrorsOf(error: unknown): {
  status: number;
  errors: HookError[];
  retryAfterSeconds: number | null;
} {
  if (error instanceof NotFunctional) {
    const errors = error.blockers.map((reason) => ({ msg: BLOCKER_TEXT[reason], code: 403, reason }));
    return { status: 403, errors, retryAfterSeconds: null };
  }
  if (!(error instanceof AppError)) {
    const msg = 'Something went wrong on our side; the trace id names it.';
    return { status: 500, errors: [{ msg, code: 500, reason: 'INTERNAL' }], retryAfterSeconds: null };
  }
  const { field, reason = error.code, retryAfterSeconds } = error.details;
  return {
    status: error.status,
    errors: [
      {
        msg: error.message,
        code: error.status,
        reason: String(reason),
        ...(typeof field === 'string' && { field }),
      },
    ],
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : null,
  };
}

/** Writes the refusal in the form of the hook's version, and gives what the operator is to know of it. */
export function refuse(
  ctx: Context,
  error: unknown,
  traceId: string,
  version: HookVersion,
): Omit<Refusal, 'botId' | 'channelId'> {
  const { status, errors, retryAfterSeconds } = hookErrorsOf(error);
  ctx.status = status;
  ctx.body = version.refusal(errors, traceId);
  if (retryAfterSeconds !== null) ctx.set('Retry-After', String(retryAfterSeconds));
  if (leavesBody(ctx.req)) ctx.set('Connection', 'close');
  const { check, fault, clientId } = error instanceof AppError ? error.details : {};
  return {
    status,
    reason: errors.map(({ reason }) => reason).join(','),
    traceId,
    ...(typeof check === 'string' && { check }),
    ...(typeof fault === 'string' && { fault: fault as TokenFault }), // refusedToken sets it
    ...(typeof clientId === 'string' && { clientId }),
  };
}
