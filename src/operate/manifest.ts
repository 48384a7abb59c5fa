import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

export const MANIFEST = 'manifest.json';
export const DATABASE = 'hookswitch.db';
export const KEY_RING = 'key-ring';
export const ATTACHMENTS = 'attachments';

/** A path inside the backup, with `/`; nothing leads out of the folder. */
const inside = z.string().refine((path) => {
  const parts = path.split('/');
  const isKnown = path === DATABASE || path === KEY_RING || (parts[0] === ATTACHMENTS && parts.length > 1);
  return isKnown && parts.every((part) => /^[\w.-]+$/.test(part) && part !== '.' && part !== '..');
}, 'names a file that belongs to no backup');

const manifest = z.object({
  product: z.literal('hookswitch'),
  format: z.literal(1),
  version: z.string(),
  createdAt: z.iso.datetime(),
  /** With `postgres` the database itself is not in the backup. */
  database: z.enum(['sqlite', 'postgres']),
  /** Name of the last migration. */
  schema: z.string(),
  /** Ids of the keys that secrets were sealed with. */
  keys: z.array(z.string()),
  files: z.array(z.object({ path: inside, bytes: z.number().int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

/** What a backup says of itself: written last, so that a folder without one is no backup. */
export type Manifest = z.infer<typeof manifest>;
export type BackupFile = Manifest['files'][number];

/** Throws an Error when the folder is no backup, or one that this version cannot read. */
export async function readManifest(folder: string): Promise<Manifest> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${folder} is no complete backup: its ${MANIFEST} cannot be read (${why}).`, { cause });
  }
  const result = manifest.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(
    `The ${MANIFEST} of ${folder} is not one that this version reads (${issue?.path.join('.')}: ${issue?.message}).`,
  );
}

/** Throws an Error naming the first file that is missing or is not what was backed up. */
export async function verifyFiles(folder: string, files: readonly BackupFile[]): Promise<void> {
  for (const wanted of files) {
    const found = await describeFile(folder, wanted.path).catch(() => null);
    if (found === null) throw new Error(`The backup is damaged: ${wanted.path} is missing. Nothing was restored.`);
    if (found.sha256 === wanted.sha256) continue;
    throw new Error(
      `The backup is damaged: ${wanted.path} is not what was backed up (wrong checksum). Nothing was restored.`,
    );
  }
}

export async function describeFile(folder: string, path: string): Promise<BackupFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(folder, path)), hash);
  return { path, bytes: (await stat(join(folder, path))).size, sha256: hash.digest('hex') };
}
