import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Swapped, not overwritten: a running server finds the old files or the new ones, never half of each. */
export function replaceFolder(parent, name, next) {
  const old = join(parent, `${name}-old`);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(join(parent, name))) renameSync(join(parent, name), old);
  renameSync(join(parent, next), join(parent, name));
  rmSync(old, { recursive: true, force: true });
}
