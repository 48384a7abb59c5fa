import { execFileSync } from 'node:child_process';

/** Servers that run as processes of their own run compiled: what is stale of that is built first. */
export default function setup(): void {
  execFileSync(process.execPath, ['src/setup/prepare.mjs', 'build', 'bundle'], { stdio: 'inherit' });
}
