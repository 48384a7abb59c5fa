import type { IncomingMessage } from 'node:http';
import { AppError, badInput } from '../errors.js';
import { deeperThan, MAX_JSON_DEPTH } from '../json-limits.js';

/** The JSON of a request's body; undefined when it is empty. BAD_USER_INPUT when it is not JSON or nests too deep, PAYLOAD_TOO_LARGE. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new AppError('PAYLOAD_TOO_LARGE', `A request may have at most ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const text = Buffer.concat(chunks).toString('utf8');
  const deepAt = deeperThan(text, MAX_JSON_DEPTH);
  if (deepAt !== null)
    throw badInput('body', `The JSON is nested more than ${MAX_JSON_DEPTH} levels deep at position ${deepAt}.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput('body', `The body is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
