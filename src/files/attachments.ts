import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError, badInput } from '../errors.js';
import type { Json, JsonObject } from '../json.js';
import type { Mask } from '../masks.js';
import type { Database } from '../store/database/database.js';
import { inTransaction } from '../store/database/transaction.js';
import {
  type AttachmentRow,
  attachmentBytes,
  attachmentsBefore,
  attachmentsByIds,
  attachmentsOfContexts,
  countUploads,
  deleteAttachments,
  deleteUpload,
  findUpload,
  insertAttachment,
  insertUpload,
  renameAttachment,
  uploadsBefore,
} from '../store/tables/attachments.js';
import { type Clock, DAY, HOUR } from '../time.js';
import { type ByteStore, createByteStore, type StoredBytes, tooLarge } from './byte-store.js';
import { createUploadRoom, type Uploader } from './upload-room.js';

export interface FileFacts {
  fileName: string;
  extension: string;
  context: string;
}

export interface Upload {
  token: string;
  expiresAt: number;
}

/** Files that callers upload to name them in messages by id: content on disk, facts in the database. */
export interface Attachments {
  /**
   * Reserves room for a request with at most this many bytes of a file: on the disk, and for a whole file in the quota of
   * its app, too. UNAVAILABLE, PAYLOAD_TOO_LARGE.
   */
  reserve(bytes: number, owner: Uploader | null): Promise<Disposable>;
  /** Writes a stream to disk. PAYLOAD_TOO_LARGE past the limit; then nothing of it stays. */
  store(content: Readable): Promise<StoredBytes>;
  discard(bytes: StoredBytes): Promise<void>;
  keep(owner: Uploader, bytes: StoredBytes, facts: FileFacts): Promise<AttachmentRow>;
  /** TOO_MANY_REQUESTS when the app has too many unfinished ones. */
  begin(owner: Uploader): Promise<Upload>;
  /** Stores a chunk in the place of one with the same number. NOT_FOUND for a token that is unknown, over, or another app's. */
  addChunk(owner: Uploader, token: string, number: number, bytes: StoredBytes): Promise<void>;
  /** BAD_USER_INPUT unless exactly these chunks are there, numbered from 0 or 1. */
  finish(owner: Uploader, token: string, totalChunks: number, facts: FileFacts): Promise<AttachmentRow>;
  /**
   * The attachments of a message, those given by id with a URL the bot can open. Gives the index of an unknown id. Names of
   * files are kept masked from then on, where the channel masks.
   */
  withUrls(accountId: string, attachments: readonly Json[], mask: Mask | null): Promise<Json[] | { unknown: number }>;
  /** The attachment behind a signed URL, or null. */
  read(fileId: string, key: string): Promise<{ row: AttachmentRow; content: Readable } | null>;
  /** Those of these ids that belong to the account. */
  find(accountId: string, ids: readonly string[]): Promise<AttachmentRow[]>;
  /** An attachment of the account and its content, or null. */
  open(accountId: string, fileId: string): Promise<{ row: AttachmentRow; content: Readable } | null>;
  /** Removes attachments and uploads that are past their time. */
  sweep(logs: readonly { accountId: string; before: number }[]): Promise<void>;
  /** Removes the contents of attachments from the disk; their rows are the caller's affair. */
  removeContents(ids: readonly string[]): Promise<void>;
  /** Removes files that belong to nobody: what a crash left between a file and its row. */
  sweepLoose(): Promise<void>;
}

/** Chunks of one upload; one with a higher number is refused with BAD_USER_INPUT. */
export const MAX_CHUNKS = 1_000;
/** Unfinished uploads of one app; beyond: TOO_MANY_REQUESTS. */
const MAX_OPEN_UPLOADS = 100;
/** Milliseconds from the first request of an upload to its last; then its chunks are removed. */
const UPLOAD_LASTS_MS = 1 * HOUR;
/** Contexts of files that were uploaded for an import or made by an export; they may hold what the bot keeps secret. */
const TRANSFER_CONTEXTS = ['bulkImport', 'botExport'];
/** Milliseconds that such a file is kept; then it has to be uploaded or exported again. */
const TRANSFERS_LAST_MS = 1 * DAY;
/** Rows removed in one step; the rest follows in the next. */
const ROWS_AT_ONCE = 200;

export function createAttachments(deps: {
  database: Pick<Database, 'read' | 'write'>;
  folder: string;
  publicUrl: string;
  maxBytes: number;
  /** Uploads are refused before less than this is free on their disk; 0: never. */
  keepFreeBytes: number;
  /** Bytes that one app may keep; 0: no limit. */
  quotaBytes: number;
  clock: Clock;
}): Attachments {
  const { database, clock, maxBytes } = deps;
  const files: ByteStore = createByteStore(deps.folder, maxBytes);
  const room = createUploadRoom({
    ...deps,
    // An upload that is not finished may become as large as any.
    usedBy: async (owner) =>
      (await attachmentBytes(database.read, owner)) + (await countUploads(database.read, owner.clientId)) * maxBytes,
  });
  /** The last step of each upload that is being worked on: its steps run one after the other. */
  const steps = new Map<string, Promise<unknown>>();

  async function inTurn<T>(token: string, step: () => Promise<T>): Promise<T> {
    const before = steps.get(token) ?? Promise.resolve();
    const mine = before.then(step, step);
    steps.set(token, mine);
    try {
      return await mine;
    } finally {
      if (steps.get(token) === mine) steps.delete(token);
    }
  }

  /** Rows are written here and not by the commit queue: no message waits for them, and no lane is touched. */
  async function keep(
    owner: Uploader,
    bytes: StoredBytes,
    facts: FileFacts,
    uploadToken?: string,
  ): Promise<AttachmentRow> {
    const { size, sha256 } = bytes;
    const id = randomBytes(12).toString('hex'); // 24 digits, as on the platform
    const key = randomBytes(16).toString('base64url');
    const row = { id, ...owner, ...facts, size, sha256, key, createdAt: clock.now() };
    await files.place(bytes, id);
    try {
      await inTransaction(database.write, async (trx) => {
        if (uploadToken !== undefined && !(await deleteUpload(trx, uploadToken)))
          throw new AppError('CONFLICT', 'This upload has just been finished by another request.');
        await insertAttachment(trx, row);
      });
    } catch (error) {
      await files.remove(id); // a row that is stored all the same, its answer lost, opens nothing
      throw error;
    }
    room.keep(owner, size);
    return row;
  }

  async function assertOpen(owner: Uploader, token: string): Promise<void> {
    const upload = await findUpload(database.read, token);
    if (upload?.clientId === owner.clientId && clock.now() - upload.createdAt < UPLOAD_LASTS_MS) return;
    throw new AppError('NOT_FOUND', 'There is no such upload, or it was not finished in time. Ask for a new token.');
  }

  /** Removes what `next` gives, ROWS_AT_ONCE at a time. */
  async function removeAll(next: () => Promise<AttachmentRow[]>): Promise<void> {
    for (;;) {
      const rows = await next();
      if (rows.length === 0) return;
      for (const row of rows) await files.remove(row.id);
      await deleteAttachments(
        database.write,
        rows.map((row) => row.id),
      );
    }
  }

  return {
    reserve: (bytes, owner) => room.reserve(Math.min(bytes, maxBytes), owner),
    store: files.write,
    discard: files.discard,
    keep,

    async begin(owner) {
      if ((await countUploads(database.read, owner.clientId)) >= MAX_OPEN_UPLOADS)
        throw new AppError('TOO_MANY_REQUESTS', 'Finish the uploads you have begun before you begin another.');
      using _room = await room.reserve(maxBytes, owner);
      const token = randomBytes(24).toString('hex');
      const createdAt = clock.now();
      await insertUpload(database.write, { token, ...owner, createdAt });
      room.keep(owner, maxBytes);
      return { token, expiresAt: createdAt + UPLOAD_LASTS_MS };
    },

    addChunk: (owner, token, number, bytes) =>
      inTurn(token, async () => {
        await assertOpen(owner, token);
        const others = (await files.chunksOf(token)).filter((chunk) => chunk.number !== number);
        const total = others.reduce((sum, { size }) => sum + size, bytes.size);
        if (total > maxBytes) throw tooLarge();
        await files.placeChunk(bytes, token, number);
      }),

    finish: (owner, token, totalChunks, facts) =>
      inTurn(token, async () => {
        await assertOpen(owner, token);
        const numbers = (await files.chunksOf(token)).map((chunk) => chunk.number);
        const [first] = numbers;
        const whole = numbers.length === totalChunks && numbers.at(-1) === (first ?? 0) + totalChunks - 1;
        if (!whole || first === undefined || first > 1) {
          const there = `${numbers.length} of ${totalChunks} chunks are there`;
          throw badInput(
            'totalChunks',
            `Invalid Request Payload: ${there}, or their numbers have gaps; send the others first.`,
          );
        }
        using _room = await room.reserve(maxBytes, null);
        const bytes = await files.write(Readable.from(files.readChunks(token, numbers)));
        const row = await keep(owner, bytes, facts, token);
        await files.removeChunks(token);
        room.keep(owner, -maxBytes); // counted by its size now
        return row;
      }),

    async withUrls(accountId, attachments, mask) {
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
      for (const { id, fileName } of mask ? known.values() : []) {
        const masked = mask?.text(fileName) ?? fileName;
        if (masked !== fileName) await renameAttachment(database.write, id, masked);
      }
      return attachments.map((one) => {
        const row = known.get(idOf(one) ?? '');
        if (!row || !isObject(one)) return one;
        const url = `${deps.publicUrl}/api/attachments/file/${row.id}?key=${row.key}`;
        return { ...one, fileName: one.fileName ?? row.fileName, url, size: row.size };
      });
    },

    async read(fileId, key) {
      const [row] = await attachmentsByIds(database.read, [fileId]);
      const content = row?.key === key ? await files.read(row.id) : null;
      return row && content ? { row, content } : null;
    },

    async find(accountId, ids) {
      const rows = ids.length === 0 ? [] : await attachmentsByIds(database.read, ids);
      return rows.filter((row) => row.accountId === accountId);
    },

    async open(accountId, fileId) {
      const [row] = await attachmentsByIds(database.read, [fileId]);
      const content = row?.accountId === accountId ? await files.read(row.id) : null;
      return row && content ? { row, content } : null;
    },

    async sweep(logs) {
      for (const { accountId, before } of logs)
        await removeAll(() => attachmentsBefore(database.read, accountId, before, ROWS_AT_ONCE));
      const old = clock.now() - TRANSFERS_LAST_MS;
      await removeAll(() => attachmentsOfContexts(database.read, TRANSFER_CONTEXTS, old, ROWS_AT_ONCE));
      const over = clock.now() - UPLOAD_LASTS_MS;
      for (const { token } of await uploadsBefore(database.read, over, ROWS_AT_ONCE)) {
        await files.removeChunks(token);
        await deleteUpload(database.write, token);
      }
    },

    async removeContents(ids) {
      for (const id of ids) await files.remove(id);
    },

    async sweepLoose() {
      const over = clock.now() - UPLOAD_LASTS_MS; // what is younger may be about to get its row
      await files.removeLoose(over);
      const ids = await files.idsBefore(over);
      for (let at = 0; at < ids.length; at += ROWS_AT_ONCE) {
        const some = ids.slice(at, at + ROWS_AT_ONCE);
        const known = new Set((await attachmentsByIds(database.read, some)).map((row) => row.id));
        for (const id of some) if (!known.has(id)) await files.remove(id);
      }
    },
  };
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
