import type { IncomingMessage } from 'node:http';
import { getOperationAST, Kind, parse } from 'graphql';
import { AppError, badInput } from '../errors.js';
import { readBody } from '../request-body.js';
import { allowSlowUpload } from '../slow-uploads.js';
import { createThread } from '../thread.js';
import { MAX_TOKENS } from './limits.js';

/** Bytes of an upload: the largest known bot files with their data tables. Beyond: PAYLOAD_TOO_LARGE. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
/** Uploads that are read and parsed at once, one a user. Beyond: TOO_MANY_REQUESTS. */
const MAX_UPLOADS = 2;
/** Memory of the thread that parses, in MB. What needs more ends the thread, not the process: BAD_USER_INPUT. */
const MAX_THREAD_MB = 1_024;

export interface Uploads {
  /** The JSON of a large body, parsed on a thread. BAD_USER_INPUT, PAYLOAD_TOO_LARGE, TOO_MANY_REQUESTS. */
  read(request: IncomingMessage, userId: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Bodies of the mutations that take a bot's files: too large to be read for many, or parsed where hooks are served. */
export function createUploads(): Uploads {
  const thread = createThread<Uint8Array, unknown>(new URL('./parse-worker.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_THREAD_MB },
  });
  const underWay = new Set<string>();

  async function parsed(body: Buffer): Promise<unknown> {
    try {
      return await thread.run(body);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw badInput('body', error instanceof Error ? error.message : String(error));
    }
  }

  return {
    async read(request, userId) {
      if (underWay.has(userId) || underWay.size >= MAX_UPLOADS) {
        throw new AppError('TOO_MANY_REQUESTS', 'Another import is being received. Try again when it is done.', {
          details: { retryAfterSeconds: 5 },
        });
      }
      underWay.add(userId);
      allowSlowUpload(request);
      try {
        return await parsed(await readBody(request, MAX_UPLOAD_BYTES));
      } finally {
        underWay.delete(userId);
      }
    },
    close: thread.close,
  };
}

/** Mutations that take an upload. */
const TAKES_UPLOAD = ['importBot', 'applyConfiguration'];

/** Whether all that a request asks for are mutations that take an upload. */
export function isUpload(body: unknown): boolean {
  const { query, operationName } = Object(body) as { query?: unknown; operationName?: unknown };
  try {
    const document = parse(String(query), { maxTokens: MAX_TOKENS, noLocation: true });
    const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : null);
    const fields = operation?.selectionSet.selections ?? [];
    return fields.length > 0 && fields.every((one) => one.kind === Kind.FIELD && TAKES_UPLOAD.includes(one.name.value));
  } catch {
    return false;
  }
}
