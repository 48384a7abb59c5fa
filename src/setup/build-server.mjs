import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, fingerprint } from './fingerprint.mjs';
import { run } from './run.mjs';

/**
 * Compiles the server to dist/, module by module, for tools, tests and the published client, when a source, a setting or
 * a dependency is not what the last build saw. A start needs the bundle alone.
 */
export const buildServer = {
  name: 'build',
  label: 'Compiling the server and its tools',
  isStale(root) {
    return !existsSync(stampFile(root)) || readFileSync(stampFile(root), 'utf8') !== sources(root);
  },
  async run(root) {
    const built = sources(root); // Taken first: an edit made while the compiler runs must count as not yet built.
    for (const project of PROJECTS)
      await run(root, process.execPath, ['node_modules/typescript/bin/tsc', '--project', project, '--noEmitOnError']);
    removeOrphans(root);
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stampFile(root), built);
  },
};

/** The trees that tsconfig.json compiles, and those they import from. */
const TREES = ['src', 'schema', 'migrations', 'bench', 'test/support'];
/** The server, and the types of its client, which is the one part that others import. */
const PROJECTS = ['tsconfig.json', 'tsconfig.client.json'];
const FILES = ['knexfile.ts', ...PROJECTS, 'package.json', 'package-lock.json'];

const stampFile = (root) => join(root, 'dist', '.server-build');

const sources = (root) => fingerprint(root, serverSources(root));

export function serverSources(root) {
  const files = TREES.flatMap((tree) => filesIn(root, tree));
  return [...files.filter((file) => !file.startsWith('src/console/')), ...FILES];
}

/**
 * Removes the output of sources that are gone, which would still be found and imported. Only that: a server may be
 * running from this folder, and what it has not loaded yet it still needs.
 */
function removeOrphans(root) {
  for (const file of TREES.flatMap((tree) => filesIn(join(root, 'dist'), tree))) {
    const source = file.replace(/(\.js(\.map)?|\.d\.ts)$/, '.ts');
    if (source !== file && !existsSync(join(root, source))) rmSync(join(root, 'dist', file));
  }
}
