import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stands in the way of the system's own: both fail, as a broken disk lets them, while the named file is there. */
const SHIM = `
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int broken(void) {
  const char *file = getenv("FSYNC_FAILS_WHILE");
  if (file == NULL || access(file, F_OK) != 0) return 0;
  errno = EIO;
  return 1;
}
int fsync(int fd) { return broken() ? -1 : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return broken() ? -1 : (int)syscall(SYS_fdatasync, fd); }
`;

/** What makes the `fsync` of a process fail once `breakDisk` was called; or why that cannot be had here. */
export type FailingFsync =
  | { readonly env: Record<string, string>; breakDisk(): Promise<void> }
  | { readonly skipped: string };

/** Compiles it into a folder. */
export async function createFailingFsync(folder: string): Promise<FailingFsync> {
  if (process.platform !== 'linux') return { skipped: 'LD_PRELOAD is known on Linux only' };
  const library = join(folder, 'fsync.so');
  const breaking = join(folder, 'fsync-fails');
  await writeFile(join(folder, 'fsync.c'), SHIM);
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-o', library, 'fsync.c'], { cwd: folder, encoding: 'utf8' });
  if (compiled.status !== 0) return { skipped: `no C compiler: ${compiled.error?.message ?? compiled.stderr.trim()}` };
  return {
    env: { LD_PRELOAD: library, FSYNC_FAILS_WHILE: breaking },
    breakDisk: () => writeFile(breaking, ''),
  };
}
