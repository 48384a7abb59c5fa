import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.js';

/** UNSUPPORTED_MEDIA_TYPE unless the body says it is JSON, or does not say what it is. */
export function assertJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === undefined || /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) return;
  throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the message as JSON, with Content-Type: application/json.');
}
