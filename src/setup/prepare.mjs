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
/** Begun beside them, and told when they are there. */
const BESIDE = [native];
/** These need nothing of each other, and are done side by side. */
const THEN = [testDatabase, bundleServer, buildConsole, buildServer];
const STEPS = [...FIRST, ...BESIDE, ...THEN];

const root = fileURLToPath(new URL('../..', import.meta.url));
const wanted = process.argv.slice(2);

try {
  checkNodeVersion(process.versions.node);
  const unknown = wanted.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`No such step: ${unknown}. There are: ${STEPS.map((step) => step.name)}.`);
  // Whoever held the lock before may have done it: what is stale is asked again.
  if (stale(STEPS).length > 0) await withLock(root, prepare);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function stale(steps) {
  return steps.filter((step) => wanted.includes(step.name) && step.isStale(root));
}

async function prepare() {
  const packagesThere = inTurn(stale(FIRST));
  const early = stale(BESIDE);
  const beside = early.map((step) => carryOut(step, packagesThere));
  // An installation anew takes away what was there before.
  const late = packagesThere.then(() =>
    all(
      stale([...BESIDE, ...THEN].filter((step) => !early.includes(step))).map((step) => carryOut(step, packagesThere)),
    ),
  );
  await all([packagesThere, ...beside, late]);
}

/** Until the last is over, whatever becomes of the first: then fails with what failed. */
async function all(tasks) {
  const results = await Promise.allSettled(tasks);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

async function inTurn(steps) {
  for (const step of steps) await carryOut(step);
}

async function carryOut(step, packagesThere) {
  const progress = startProgress(step.label);
  try {
    await step.run(root, progress.tell, packagesThere);
    progress.done();
  } catch (error) {
    progress.failed();
    throw error;
  }
}
