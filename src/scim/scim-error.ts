import { AppError } from '../errors.js';

/** What is wrong with a request, in the words of RFC 7644 §3.12. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** A failure that only SCIM has a name for. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  constructor(
    readonly status: number,
    message: string,
    readonly scimType: ScimType | null = null,
  ) {
    super(message);
  }
}

export const invalidFilter = (message: string) => new ScimError(400, message, 'invalidFilter');
export const invalidPath = (message: string) => new ScimError(400, message, 'invalidPath');
export const invalidSyntax = (message: string) => new ScimError(400, message, 'invalidSyntax');
export const invalidValue = (message: string) => new ScimError(400, message, 'invalidValue');

interface ScimAnswer {
  status: number;
  body: Record<string, unknown>;
  retryAfterSeconds: number | null;
}

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A failure as a SCIM client is told of it; null for what is nobody's but this server's. */
export function toScimAnswer(error: unknown): ScimAnswer | null {
  if (error instanceof ScimError) return answerOf(error.status, error.message, error.scimType);
  if (!(error instanceof AppError)) return null;
  const { retryAfterSeconds } = error.details;
  const retry = typeof retryAfterSeconds === 'number' ? retryAfterSeconds : null;
  return answerOf(error.status, error.message, scimTypeOf(error), retry);
}

export const internalError = (traceId: string): ScimAnswer =>
  answerOf(500, `Something went wrong on our side; "${traceId}" names it in the log.`, null);

function scimTypeOf({ code, details }: AppError): ScimType | null {
  if (code === 'BAD_USER_INPUT') return details.field === 'body' ? 'invalidSyntax' : 'invalidValue';
  return code === 'CONFLICT' && details.field !== undefined ? 'uniqueness' : null;
}

function answerOf(
  status: number,
  detail: string,
  scimType: ScimType | null,
  retryAfterSeconds: number | null = null,
): ScimAnswer {
  const body = { schemas: [ERROR_SCHEMA], status: String(status), ...(scimType && { scimType }), detail };
  return { status, body, retryAfterSeconds };
}
