import type { IncomingMessage } from 'node:http';
import { readBody } from '../request-body.js';
import { parseJson } from './parse-json.js';

/** The JSON of a request's body; undefined when it is empty. BAD_USER_INPUT when it is not JSON, PAYLOAD_TOO_LARGE. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes);
  return body.length === 0 ? undefined : parseJson(body);
}
