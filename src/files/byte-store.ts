import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.js';

/** Bytes on disk that are nobody's attachment yet. */
export interface StoredBytes {
  path: string;
  size: number;
  sha256: string;
}

/** The attachments folder: files under their ids, and `uploads/` for what is not finished. Every change survives a power cut. */
export interface ByteStore {
  /** Writes a stream to disk. PAYLOAD_TOO_LARGE past the limit; then nothing of it stays. */
  write(content: Readable): Promise<StoredBytes>;
  discard(bytes: StoredBytes): Promise<void>;
  /** Moves the bytes to their place as an attachment. */
  place(bytes: StoredBytes, id: string): Promise<void>;
  /** The content of an attachment; null when its file is gone. */
  read(id: string): Promise<Readable | null>;
  remove(id: string): Promise<void>;
  /** Moves the bytes to their place as a chunk of an upload, replacing one with the same number. */
  placeChunk(bytes: StoredBytes, token: string, number: number): Promise<void>;
  chunksOf(token: string): Promise<{ number: number; size: number }[]>;
  readChunks(token: string, numbers: readonly number[]): AsyncGenerator<Buffer>;
  removeChunks(token: string): Promise<void>;
  /** Ids of files that nobody has written to since a time. */
  idsBefore(time: number): Promise<string[]>;
  /** Removes what is in `uploads/` and nobody has written to since a time: of uploads that are over, or left by a crash. */
  removeLoose(before: number): Promise<void>;
}

const ATTACHMENT = /^[0-9a-f]{24}$/;

export function createByteStore(folder: string, maxBytes: number): ByteStore {
  const uploadsFolder = join(folder, 'uploads');
  const fileOf = (id: string) => join(folder, id);
  const chunkFolder = (token: string) => join(uploadsFolder, token);

  async function move(from: string, to: string): Promise<void> {
    if (await mkdir(dirname(to), { recursive: true, mode: 0o700 })) await syncFolder(dirname(dirname(to)));
    await rename(from, to);
    await syncFolder(dirname(to)); // the name of a file is stored with its folder
  }

  return {
    async write(content) {
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
        await using file = await open(path, 'r+');
        await file.sync();
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      return { path, size, sha256: hash.digest('hex') };
    },
    discard: ({ path }) => rm(path, { force: true }),
    place: ({ path }, id) => move(path, fileOf(id)),
    async read(id) {
      const file: FileHandle | null = await open(fileOf(id)).catch(orNull);
      return file?.createReadStream() ?? null;
    },
    remove: (id) => rm(fileOf(id), { force: true }),
    placeChunk: ({ path }, token, number) => move(path, join(chunkFolder(token), String(number))),
    async chunksOf(token) {
      const names = await readdir(chunkFolder(token)).catch(() => []);
      const chunks = names.map(async (name) => ({
        number: Number(name),
        size: (await stat(join(chunkFolder(token), name))).size,
      }));
      return (await Promise.all(chunks)).sort((a, b) => a.number - b.number);
    },
    async *readChunks(token, numbers) {
      for (const number of numbers) yield* createReadStream(join(chunkFolder(token), String(number)));
    },
    removeChunks: (token) => rm(chunkFolder(token), { recursive: true, force: true }),
    async idsBefore(time) {
      const names = await readdir(folder).catch(() => []);
      const ids: string[] = [];
      for (const name of names) {
        if (!ATTACHMENT.test(name)) continue;
        const facts = await stat(fileOf(name)).catch(orNull);
        if (facts && facts.mtimeMs < time) ids.push(name);
      }
      return ids;
    },
    async removeLoose(before) {
      for (const name of await readdir(uploadsFolder).catch(() => [])) {
        const path = join(uploadsFolder, name);
        const facts = await stat(path).catch(orNull); // it may have found its place meanwhile
        if (facts && facts.mtimeMs < before) await rm(path, { recursive: true, force: true });
      }
    },
  };
}

export const tooLarge = () => new AppError('PAYLOAD_TOO_LARGE', 'The file is larger than this server takes.');

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}

/** Null for a file that is not there; other trouble of the disk is thrown. */
function orNull(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
