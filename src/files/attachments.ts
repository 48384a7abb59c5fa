import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, badInput } from '../errors.js';
import type { Json, JsonObject } from '../json.js';
import type { Database } from '../store/database/database.js';
import {
  type AttachmentRow,
  attachmentsBefore,
  attachmentsByIds,
  countUploads,
  deleteAttachments,
  deleteUpload,
  findUpload,
  insertAttachment,
  insertUpload,
  uploadsBefore,
} from '../store/tables/attachments.js';
import { type Clock, HOUR } from '../time.js';

/** Who uploads: an app, for its account. */
export interface Uploader {
  accountId: string;
  clientId: string;
}

export interface FileFacts {
  fileName: string;
  extension: string;
  context: string;
}

/** Bytes on disk that are nobody's attachment yet. */
export interface StoredBytes {
  path: string;
  size: number;
  sha256: string;
}

export interface Upload {
  token: string;
  expiresAt: number;
}

/** Files that callers upload to name them in messages by id: content on disk, facts in the database. */
export interface Attachments {
  /** Writes a stream to disk. PAYLOAD_TOO_LARGE past the limit; then nothing of it stays. */
  store(content: Readable): Promise<StoredBytes>;
  discard(bytes: StoredBytes): Promise<void>;
  keep(owner: Uploader, bytes: StoredBytes, facts: FileFacts): Promise<AttachmentRow>;
  /** TOO_MANY_REQUESTS when the app has too many unfinished ones. */
  begin(owner: Uploader): Promise<Upload>;
  /** The same number again replaces the chunk. NOT_FOUND for a token that is unknown, over, or another app's. */
  addChunk(owner: Uploader, token: string, number: number, bytes: StoredBytes): Promise<void>;
  /** BAD_USER_INPUT unless exactly these chunks are there, numbered from 0 or 1. */
  finish(owner: Uploader, token: string, totalChunks: number, facts: FileFacts): Promise<AttachmentRow>;
  /** The attachments of a message, those given by id with a URL the bot can open. Gives the index of an unknown id. */
  withUrls(accountId: string, attachments: readonly Json[]): Promise<Json[] | { unknown: number }>;
  /** What a URL made here names; null when it names nothing (any more). */
  read(fileId: string, key: string): Promise<{ row: AttachmentRow; content: Readable } | null>;
  /** Removes what is past its time: attachments of an account, and uploads that nobody finished. */
  sweep(logs: readonly { accountId: string; before: number }[]): Promise<void>;
}

export const MAX_CHUNKS = 1_000;
const MAX_OPEN_UPLOADS = 100; // of one app
const UPLOAD_LASTS_MS = 1 * HOUR;
const ROWS_AT_ONCE = 200;

export function createAttachments(deps: {
  database: Pick<Database, 'read' | 'write'>;
  folder: string;
  publicUrl: string;
  maxBytes: number;
  clock: Clock;
}): Attachments {
  const { database, folder, clock, maxBytes } = deps;
  const uploadsFolder = join(folder, 'uploads');
  const fileOf = (id: string) => join(folder, id);
  const chunksOf = (token: string) => join(uploadsFolder, token);

  async function store(content: Readable): Promise<StoredBytes> {
    await mkdir(uploadsFolder, { recursive: true, mode: 0o700 });
    const path = join(uploadsFolder, `bytes-${randomBytes(12).toString('hex')}`);
    const hash = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        hash.update(chunk);
        done(size > maxBytes ? tooLarge() : null, chunk);
      },
    });
    try {
      await pipeline(content, measure, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      const file = await open(path, 'r+');
      await file.sync(); // what is acknowledged survives a power cut
      await file.close();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, size, sha256: hash.digest('hex') };
  }

  async function keep(owner: Uploader, bytes: StoredBytes, facts: FileFacts): Promise<AttachmentRow> {
    const { size, sha256 } = bytes;
    const id = randomBytes(12).toString('hex'); // 24 digits, as on the platform
    const key = randomBytes(16).toString('base64url');
    const row = { id, ...owner, ...facts, size, sha256, key, createdAt: clock.now() };
    await rename(bytes.path, fileOf(id));
    await insertAttachment(database.write, row);
    return row;
  }

  async function uploadOf(owner: Uploader, token: string): Promise<void> {
    const upload = await findUpload(database.read, token);
    if (upload?.clientId === owner.clientId && clock.now() - upload.createdAt < UPLOAD_LASTS_MS) return;
    throw new AppError('NOT_FOUND', 'There is no such upload, or it was not finished in time. Ask for a new token.');
  }

  async function numbersOf(token: string): Promise<number[]> {
    const names = await readdir(chunksOf(token)).catch(() => []);
    return names.map(Number).sort((a, b) => a - b);
  }

  async function* contentOf(token: string, numbers: readonly number[]): AsyncGenerator<Buffer> {
    for (const number of numbers) yield* createReadStream(join(chunksOf(token), String(number)));
  }

  return {
    store,
    discard: ({ path }) => rm(path, { force: true }),
    keep,

    async begin(owner) {
      if ((await countUploads(database.read, owner.clientId)) >= MAX_OPEN_UPLOADS)
        throw new AppError('TOO_MANY_REQUESTS', 'Finish the uploads you have begun before you begin another.');
      const token = randomBytes(24).toString('hex');
      const createdAt = clock.now();
      await insertUpload(database.write, { token, ...owner, createdAt });
      return { token, expiresAt: createdAt + UPLOAD_LASTS_MS };
    },

    async addChunk(owner, token, number, bytes) {
      await uploadOf(owner, token);
      let total = bytes.size;
      for (const other of await numbersOf(token))
        if (other !== number) total += (await stat(join(chunksOf(token), String(other)))).size;
      if (total > maxBytes) throw tooLarge();
      await mkdir(chunksOf(token), { recursive: true, mode: 0o700 });
      await rename(bytes.path, join(chunksOf(token), String(number)));
    },

    async finish(owner, token, totalChunks, facts) {
      await uploadOf(owner, token);
      const numbers = await numbersOf(token);
      const [first] = numbers;
      const whole = numbers.length === totalChunks && numbers.at(-1) === (first ?? 0) + totalChunks - 1;
      if (!whole || first === undefined || first > 1) {
        const there = `${numbers.length} of ${totalChunks} chunks are there`;
        throw badInput(
          'totalChunks',
          `Invalid Request Payload: ${there}, or their numbers have gaps; send the others first.`,
        );
      }
      const bytes = await store(Readable.from(contentOf(token, numbers)));
      if (!(await deleteUpload(database.write, token))) {
        await rm(bytes.path, { force: true });
        throw new AppError('CONFLICT', 'This upload has just been finished by another request.');
      }
      await rm(chunksOf(token), { recursive: true, force: true });
      return keep(owner, bytes, facts);
    },

    async withUrls(accountId, attachments) {
      const idOf = (one: Json) => (isObject(one) && typeof one.fileId === 'string' ? one.fileId : null);
      const ids = attachments.flatMap((one) => idOf(one) ?? []);
      if (ids.length === 0) return [...attachments];
      const rows = await attachmentsByIds(database.read, ids);
      const known = new Map(rows.filter((row) => row.accountId === accountId).map((row) => [row.id, row]));
      const unknown = attachments.findIndex((one) => {
        const id = idOf(one);
        return id !== null && !known.has(id);
      });
      if (unknown >= 0) return { unknown };
      return attachments.map((one) => {
        const row = known.get(idOf(one) ?? '');
        if (!row || !isObject(one)) return one;
        const url = `${deps.publicUrl}/api/attachments/file/${row.id}?key=${row.key}`;
        return { ...one, fileName: one.fileName ?? row.fileName, url, size: row.size };
      });
    },

    async read(fileId, key) {
      const [row] = await attachmentsByIds(database.read, [fileId]);
      if (!row || row.key !== key) return null;
      return { row, content: createReadStream(fileOf(row.id)) };
    },

    async sweep(logs) {
      for (const { accountId, before } of logs) {
        for (;;) {
          const rows = await attachmentsBefore(database.read, accountId, before, ROWS_AT_ONCE);
          if (rows.length === 0) break;
          for (const row of rows) await rm(fileOf(row.id), { force: true });
          await deleteAttachments(
            database.write,
            rows.map((row) => row.id),
          );
        }
      }
      const over = clock.now() - UPLOAD_LASTS_MS;
      for (const { token } of await uploadsBefore(database.read, over, ROWS_AT_ONCE)) {
        await rm(chunksOf(token), { recursive: true, force: true });
        await deleteUpload(database.write, token);
      }
      for (const name of await readdir(uploadsFolder).catch(() => [])) {
        const path = join(uploadsFolder, name);
        if (!name.startsWith('bytes-')) continue;
        const facts = await stat(path).catch(() => null); // it may have found its place meanwhile
        if (facts && facts.mtimeMs < over) await rm(path, { force: true }); // left by a crash
      }
    },
  };
}

const tooLarge = () => new AppError('PAYLOAD_TOO_LARGE', 'The file is larger than this server takes.');

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
