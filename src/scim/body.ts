import type { Context } from 'koa';
import { AppError } from '../errors.js';
import { excessOf } from '../json-limits.js';
import { readBody, toText } from '../request-body.js';
import { invalidSyntax } from './scim-error.js';

/** Bytes of a body, which may name some ten thousand members; beyond: 413. */
const MAX_BODY_BYTES = 1024 * 1024;
const JSON_TYPE = /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i;
const UNSTORABLE = /\\u(0000|d[89a-f])/i;

/** The object that a request brings. ScimError `invalidSyntax`, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE. */
export async function readObject({ req }: Context): Promise<object> {
  const type = req.headers['content-type'];
  if (type !== undefined && !JSON_TYPE.test(type))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send JSON, with Content-Type: application/scim+json.');
  const text = toText(await readBody(req, MAX_BODY_BYTES));
  const excess = excessOf(text, { levels: 32 });
  if (excess) throw invalidSyntax(`The JSON has too many ${excess.of} at position ${excess.at}.`);
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidSyntax('The body has to be a JSON object.');
  return value;
}

/** PostgreSQL stores neither NUL nor half a surrogate pair: both become U+FFFD. */
function parsed(text: string): unknown {
  const clean = (_: string, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value;
  try {
    return UNSTORABLE.test(text) ? JSON.parse(text, clean) : JSON.parse(text);
  } catch {
    throw invalidSyntax('The body is not JSON.');
  }
}
