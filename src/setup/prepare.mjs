/**
 * Makes a clone ready to run: `node src/setup/prepare.mjs install build bundle console`. npm runs it before `start`, `test`
 * and the like, so it needs nothing but Node, does only what is stale, and is silent when nothing is.
 */
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.mjs';
import { buildServer } from './build-server.mjs';
import { bundleServer } from './bundle-server.mjs';
import { install } from './install.mjs';
import { withLock } from './lock.mjs';
import { checkNodeVersion } from './node-version.mjs';

/** In the order they depend on each other. Each: what it is called, whether there is anything to do, and doing it. */
const STEPS = [install, buildServer, bundleServer, buildConsole];

const root = fileURLToPath(new URL('../..', import.meta.url));
const wanted = process.argv.slice(2);

try {
  checkNodeVersion(process.versions.node);
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`No such step: ${unknown}. There are: ${STEPS.map((step) => step.name)}.`);
  for (const step of STEPS) if (wanted.includes(step.name)) await prepare(step);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function prepare(step) {
  if (!step.isStale(root)) return;
  await withLock(root, async () => {
    // Whoever held the lock before may have done it.
    if (!step.isStale(root)) return;
    console.error(step.announcement);
    await step.run(root);
  });
}
