/**
 * Makes a clone ready to run: `node src/setup/prepare.mjs packages native bundle console`. npm runs it before `start`,
 * `test` and the like, so it needs nothing but Node, does only what is stale, and is silent when nothing is.
 */
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.mjs';
import { buildServer } from './build-server.mjs';
import { bundleServer } from './bundle-server.mjs';
import { install, packages } from './install.mjs';
import { withLock } from './lock.mjs';
import { native, testDatabase } from './native.mjs';
import { checkNodeVersion } from './node-version.mjs';
import { startProgress } from './progress.mjs';

/** Packages come first, for the others need them. Each: its name, whether there is anything to do, and doing it. */
const FIRST = [packages, install];
/** These need nothing of each other, and are done side by side. */
const THEN = [native, testDatabase, bundleServer, buildConsole, buildServer];

const root = fileURLToPath(new URL('../..', import.meta.url));
const wanted = process.argv.slice(2);

try {
  checkNodeVersion(process.versions.node);
  const unknown = wanted.filter((name) => ![...FIRST, ...THEN].some((step) => step.name === name));
  if (unknown.length > 0)
    throw new Error(`No such step: ${unknown}. There are: ${[...FIRST, ...THEN].map((step) => step.name)}.`);
  for (const step of FIRST.filter(isWanted)) await prepare([step]);
  await prepare(THEN.filter(isWanted));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function isWanted({ name }) {
  return wanted.includes(name);
}

async function prepare(steps) {
  const isStale = (step) => step.isStale(root);
  if (!steps.some(isStale)) return;
  await withLock(root, async () => {
    // Whoever held the lock before may have done it.
    const results = await Promise.allSettled(steps.filter(isStale).map(carryOut));
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  });
}

async function carryOut(step) {
  const progress = startProgress(step.label);
  try {
    await step.run(root, progress.tell);
    progress.done();
  } catch (error) {
    progress.failed();
    throw error;
  }
}
