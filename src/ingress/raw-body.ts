import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { AppError, badInput } from '../errors.js';

/** Reads a request's bytes up to a limit. PAYLOAD_TOO_LARGE past it, without reading the rest. */
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

/** UNSUPPORTED_MEDIA_TYPE unless the body says it is JSON, or does not say what it is. */
export function assertJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === undefined || /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) return;
  throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send the message as JSON, with Content-Type: application/json.');
}

export function toText(body: Buffer): string {
  if (!isUtf8(body)) throw badInput('body', 'The body is not valid UTF-8.');
  return body.toString('utf8');
}
