import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';

const FIELD_OF_VARIABLE = /^Variable "\$(\w+)"(?:.*? at "\1\.([^"]+)")?/;

/**
 * What a caller sees of an error: a stable `extensions.code`, what it is about, a message that says what to do. What was
 * not foreseen is logged and shown as nothing but the id of the request.
 */
export function renderError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  log: Log,
  requestId: string,
): GraphQLFormattedError {
  const error = unwrapResolverError(thrown);
  if (error instanceof AppError) {
    if (error.code === 'INTERNAL') return unexpected(formatted, error, log, requestId);
    return { ...formatted, message: error.message, extensions: { ...error.details, code: error.code } };
  }
  const code = formatted.extensions?.code;
  const ofGraphql = error instanceof GraphQLError && typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR';
  if (!ofGraphql) return unexpected(formatted, error, log, requestId);
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  const [, variable, path] = FIELD_OF_VARIABLE.exec(formatted.message) ?? [];
  const field = variable === undefined ? {} : { field: path ?? variable };
  return { ...formatted, extensions: { ...extensions, ...field } };
}

function unexpected(
  { path, locations }: GraphQLFormattedError,
  error: unknown,
  log: Log,
  requestId: string,
): GraphQLFormattedError {
  log.error({ err: error, requestId, path }, 'a request to the API failed');
  return {
    message: `Something went wrong here. Tell the operator this request id: ${requestId}`,
    ...(path && { path }),
    ...(locations && { locations }),
    extensions: { code: 'INTERNAL', requestId },
  };
}
