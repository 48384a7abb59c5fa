import type { Context } from 'koa';
import { AppError } from '../errors.js';
import { leavesBody } from '../request-body.js';

/** A refusal in the platform's words (management-api.md), with what to do about it beside them. */
export class Refused extends Error {
  readonly status: number;
  readonly code: number;
  readonly detail: string | undefined;
  readonly field: string | undefined;

  constructor(
    message: string,
    { status, code = status, detail, field }: { status: number; code?: number; detail?: string; field?: string },
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.field = field;
  }
}

const CREDENTIALS = 4002;

export const invalidArguments = (field: string, detail: string) =>
  new Refused('Validation errors/ Invalid arguments', { status: 412, detail, field });
export const invalidBot = () =>
  new Refused('Invalid StreamId', { status: 400, detail: 'There is no bot of this id in the account of the app.' });
export const invalidFile = (field: string, detail: string) =>
  new Refused('Invalid file id', { status: 400, detail, field });
export const invalidRequest = () =>
  new Refused('Invalid request ID', {
    status: 400,
    detail: 'There is no request of this id in the account of the app.',
  });
export const notAllowed = () => new Refused('Method Not Allowed', { status: 405 });
export const scopeMissing = (scopes: readonly string[]) =>
  new Refused('Permission denied. Scope is incorrect!', {
    status: 403,
    code: CREDENTIALS,
    detail: `An admin has to grant the app ${scopes.join(' or ')}: on the page Apps of the console, or with grantAppScopes.`,
  });
export const badCredentials = (isToken: boolean) =>
  new Refused(isToken ? 'Invalid SDK credentials' : 'Invalid JWT token', {
    status: 401,
    code: CREDENTIALS,
    detail: 'Send the header auth: a JWT signed with the secret of an app, with its client id in the claim appId.',
  });

/** Whether the header looks like a JWT at all; none is like one that does not verify. */
const looksLikeToken = (ctx: Context): boolean => {
  const given = ctx.get('auth') || ctx.get('authorization').replace(/^bearer +/i, '');
  return given === '' || /^[\w-]+\.[\w-]+\.[\w.-]*$/.test(given);
};

const LIMITED = 'Rate limit for this API has been reached. Please try again after some time.';

function toRefused(error: AppError, ctx: Context): Refused {
  const { status, code, message, details } = error;
  if (code === 'UNAUTHENTICATED') return badCredentials(looksLikeToken(ctx));
  if (code === 'NOT_FOUND' && details.noun === 'bot') return invalidBot();
  if (code === 'BAD_USER_INPUT') return invalidArguments(String(details.field), message);
  if (code === 'TOO_MANY_REQUESTS') return new Refused(LIMITED, { status, detail: message });
  return new Refused(message, { status });
}

/** Writes the refusal; gives what the operator is to know of it. */
export function refuse(ctx: Context, error: unknown): { status: number; reason: string } {
  const refused =
    error instanceof Refused
      ? error
      : error instanceof AppError
        ? toRefused(error, ctx)
        : new Refused('Internal Server Error', { status: 500 });
  const { status, code, message: msg, detail, field } = refused;
  ctx.status = status;
  ctx.body = {
    errors: [{ msg, code, ...(field !== undefined && { field }), ...(detail !== undefined && { detail }) }],
  };
  const retryAfter = error instanceof AppError ? error.details.retryAfterSeconds : undefined;
  if (typeof retryAfter === 'number') ctx.set('Retry-After', String(retryAfter));
  if (leavesBody(ctx.req)) ctx.set('Connection', 'close');
  return { status, reason: error instanceof AppError ? error.code : msg };
}
