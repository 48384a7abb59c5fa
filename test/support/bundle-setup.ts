import { execFileSync } from 'node:child_process';

/** Threads of the tests' servers come from the bundle: built first if it is stale. */
export default function setup(): void {
  execFileSync(process.execPath, ['src/setup/prepare.mjs', 'bundle'], { stdio: 'inherit' });
}
