import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { closureOf, readLock } from './lock-file.mjs';
import { BESIDE_SQLITE, run } from './run.mjs';

/** Milliseconds in which a built driver, of about 1 MB, must have come; then compiling is the shorter way. */
const FETCH_WITHIN_MS = 10_000;

/**
 * Makes the file `driver`: fetched, or else compiled. In a folder of its own with only the packages that it takes, so
 * that the compiler need not wait for all the others.
 */
export async function makeSqliteDriver(root, driver, tell) {
  const folder = join(root, 'dist', '.sqlite3');
  const module = join(folder, 'node_modules', 'sqlite3');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeProject(folder, closureOf(readLock(root), 'node_modules/sqlite3'));
  await run(folder, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  try {
    tell(() => 'fetching');
    await run(module, process.execPath, ['../prebuild-install/bin.js', '-r', 'napi'], { timeoutMs: FETCH_WITHIN_MS });
  } catch {
    tell(() => 'compiling');
    await compile(folder, module);
  }
  mkdirSync(dirname(driver), { recursive: true });
  renameSync(join(module, 'build/Release/node_sqlite3.node'), driver);
  rmSync(folder, { recursive: true, force: true });
}

function writeProject(folder, packages) {
  const project = {
    name: 'sqlite3-driver',
    private: true,
    scripts: { configure: 'cd node_modules/sqlite3 && node-gyp configure --release' }, // npm brings its node-gyp
    dependencies: { sqlite3: packages['node_modules/sqlite3'].version },
  };
  const lock = { name: project.name, lockfileVersion: 3, requires: true, packages: { '': project, ...packages } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

/** Parts of SQLite that no statement here uses: a third of what is compiled. */
const UNUSED = ['FTS3', 'FTS4', 'FTS5', 'RTREE'].map((part) => `-USQLITE_ENABLE_${part}`);

/**
 * SQLite is one file of C, compiled on one core, and its makefile lets all else wait for it: here the rest is compiled
 * beside it. -O2 takes three fifths of the default -O3, and runs queries as fast.
 */
async function compile(folder, module) {
  if (process.platform === 'win32') throw new Error('There is no make.');
  await run(folder, 'npm', ['run', 'configure']);
  const build = join(module, 'build');
  const env = { CFLAGS: process.env.CFLAGS ?? ['-O2', ...UNUSED].join(' '), CXXFLAGS: process.env.CXXFLAGS ?? '-O2' };
  const make = (args, nice = 0) => run(build, 'make', ['BUILDTYPE=Release', ...args], { env, nice });
  await make(['action_before_build']);
  touchSources(build);
  const objects = readdirSync(join(module, 'src'))
    .filter((file) => file.endsWith('.cc'))
    .map((file) => `Release/obj.target/node_sqlite3/src/${basename(file, '.cc')}.o`);
  const withoutWaiting = ['-o', 'Release/sqlite3.a', '-o', 'Release/obj.target/deps/sqlite3.a'];
  // What does not succeed beside it is done, or fails, at the end.
  await Promise.allSettled([make(['sqlite3']), make([...withoutWaiting, ...objects], BESIDE_SQLITE)]);
  await make([]);
}

/** Unpacked files are as old as their release, and would be unpacked by each make again, under the other's eyes. */
function touchSources(build) {
  const generated = join(build, 'Release/obj/gen');
  const now = new Date();
  for (const name of readdirSync(generated, { recursive: true })) utimesSync(join(generated, name), now, now);
}
