/**
 * Puts what a server runs with, and nothing else, into a new folder: `node deploy/assemble.mjs /app`, after
 * `node src/setup/prepare.mjs packages native bundle console`. The server is then
 * `node --enable-source-maps dist/bundle/server/hookswitch.js start` in that folder.
 */
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [target] = process.argv.slice(2);

try {
  if (!target) throw new Error('Name the folder to make: node deploy/assemble.mjs /app');
  assemble(resolve(target));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function assemble(folder) {
  if (existsSync(folder)) throw new Error(`${folder} exists already; name a folder that does not.`);
  for (const part of ['dist/bundle/server/hookswitch.js', 'dist/console/index.html']) {
    if (!existsSync(join(root, part)))
      throw new Error(`${part} is missing; run: node src/setup/prepare.mjs packages native bundle console`);
  }
  for (const part of ['package.json', 'LICENSE', 'dist/bundle', 'dist/console', ...productionPackages()]) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: isOfUse });
  }
}

/** Folders of the server's dependencies and of theirs. The console's are in its bundle, and are left out. */
function productionPackages() {
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = new Set();
  const add = (from, name) => {
    const path = whereFound(locked, from, name);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    for (const needed of needs(locked[path])) add(path, needed);
  };
  for (const name of Object.keys(locked[''].dependencies)) add('', name);
  return [...found].filter((path) => existsSync(join(root, path))); // those of other platforms are not installed
}

/** As Node looks for it: in the package's own node_modules, then in those of the folders above. */
function whereFound(locked, from, name) {
  const path = join(from, 'node_modules', name).replaceAll(sep, '/');
  if (locked[path]) return path;
  if (from === '') return undefined;
  return whereFound(locked, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

function needs({ dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
}

/** Packages inside packages are copied as packages; what a driver was compiled from is not needed. */
function isOfUse(path) {
  const within = path.slice(root.length).split(sep).join('/');
  return (
    !/\/node_modules$/.test(within) &&
    !/^node_modules\/sqlite3\/(deps|build\/(?!Release(\/node_sqlite3\.node)?$))/.test(within) &&
    basename(path) !== '.build'
  );
}
