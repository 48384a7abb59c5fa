import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files under a folder as paths with `/`; none when it is not there. Links are left out. */
export async function filesUnder(folder: string, within = ''): Promise<string[]> {
  const entries = await readdir(join(folder, within), { withFileTypes: true }).catch(noneIfMissing);
  const lists = entries.map(async (entry) => {
    const path = within === '' ? entry.name : `${within}/${entry.name}`;
    if (entry.isDirectory()) return filesUnder(folder, path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(lists)).flat().sort();
}

/** Copies one file for its owner only, durably; false when it has gone. */
export async function copyPrivately(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  await sealFile(to);
  return true;
}

/** Readable by its owner only, and on disk. */
export async function sealFile(path: string): Promise<void> {
  await chmod(path, 0o600);
  await syncPath(path);
}

/** The names in a folder are stored with it. */
export async function syncPath(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** For `catch`: an empty list in place of a folder that is not there. */
export function noneIfMissing(error: unknown): [] {
  if (isMissing(error)) return [];
  throw error;
}
