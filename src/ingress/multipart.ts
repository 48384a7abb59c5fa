import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyConfig, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { AppError, badInput } from '../errors.js';

export interface Form<T> {
  fields: ReadonlyMap<string, string>;
  /** What `onFile` made of the one file; null when there was none. */
  file: T | null;
}

const MAX_FIELDS = 20;
const MAX_FIELD_BYTES = 4096;

/**
 * Reads `multipart/form-data` or `application/x-www-form-urlencoded` as it streams in. The file's fields may stand
 * before or behind it. UNSUPPORTED_MEDIA_TYPE for other bodies, BAD_USER_INPUT for broken ones; `discard` gets what had
 * been made of the file when the rest fails.
 */
export async function readForm<T>(
  request: IncomingMessage,
  onFile: (content: Readable, fileName: string) => Promise<T>,
  discard: (file: T) => Promise<void>,
): Promise<Form<T>> {
  const fields = new Map<string, string>();
  const files: Promise<T>[] = []; // one at most
  const type = request.headers['content-type'] ?? '';
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type))
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send a form, with Content-Type: multipart/form-data.');
  try {
    await new Promise<void>((resolve, reject) => {
      const limits = { files: 1, fields: MAX_FIELDS, parts: MAX_FIELDS + 1, fieldSize: MAX_FIELD_BYTES };
      const parser = openParser(request, limits);
      parser.on('field', (name, value, _nameTruncated, truncated) => {
        if (truncated) reject(badInput(name, `The field ${name} is longer than ${MAX_FIELD_BYTES} bytes.`));
        else fields.set(name, value);
      });
      parser.on('file', (_name, content, fileName) => {
        const file = onFile(content, fileName ?? '');
        files.push(file);
        file.catch((error: unknown) => {
          content.resume();
          reject(error);
        });
      });
      for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
        parser.on(limit, () => reject(badInput('body', `Send one file and at most ${MAX_FIELDS} fields.`)));
      parser.on('finish', resolve);
      parser.on('error', (error: unknown) => reject(broken(error)));
      request.on('close', () => {
        if (!request.complete) reject(badInput('body', 'The connection ended before the body was complete.'));
      });
      request.pipe(parser);
    });
    const [file = null] = await Promise.all(files);
    return { fields, file };
  } catch (error) {
    request.unpipe();
    for (const made of await Promise.allSettled(files)) if (made.status === 'fulfilled') await discard(made.value);
    throw error;
  }
}

function openParser(request: IncomingMessage, limits: BusboyConfig['limits']): BusboyInstance {
  try {
    const headers = request.headers as BusboyHeaders; // the content type is set
    return new Busboy({ headers, isPartAFile, ...(limits && { limits }) });
  } catch (error) {
    throw broken(error);
  }
}

/** Known scripts give every part the type application/octet-stream, and call what holds the file `file`. */
const isPartAFile = (name: string | undefined, _type: string | undefined, fileName: string | undefined): boolean =>
  fileName !== undefined || name === 'file';

const broken = (error: unknown) =>
  badInput('body', `The form is broken: ${error instanceof Error ? error.message : String(error)}`);
