import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { AppError, badInput } from './errors.js';

/**
 * Reads a request's bytes. PAYLOAD_TOO_LARGE past the limit, without reading the rest; BAD_USER_INPUT when the connection
 * ends first. The time limit is set in `server/body-deadlines.ts`.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new AppError('PAYLOAD_TOO_LARGE', `The body is larger than the ${maxBytes} bytes allowed.`);
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) return void chunks.push(chunk);
      finish();
      request.pause();
      reject(tooLarge());
    };
    const onEnd = () => {
      finish();
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks));
    };
    const onBroken = () => {
      finish();
      reject(badInput('body', 'The connection ended before the body was complete.'));
    };
    const finish = () => {
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
    };
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

/** BAD_USER_INPUT unless the bytes are UTF-8. */
export function toText(body: Buffer): string {
  if (!isUtf8(body)) throw badInput('body', 'The body is not valid UTF-8.');
  return body.toString('utf8');
}

/** Bytes of a refused body that are still read, as that costs less than a new connection; beyond, it is closed. */
const SHORT_BODY_BYTES = 64 * 1024;

/** Whether the declared length of the body is at most SHORT_BODY_BYTES. */
export const isShort = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= SHORT_BODY_BYTES;

/** Whether the connection has to be closed after the answer, because the rest of the body is not worth reading. */
export const leavesBody = (request: IncomingMessage): boolean => !request.complete && !isShort(request);
