import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { replaceFolder } from './replace-folder.mjs';
import { BESIDE_SQLITE, run } from './run.mjs';

/** Bundles the console to dist/console/ when its sources or the packages it is made of changed. */
export const buildConsole = {
  name: 'console',
  label: 'Building the console',
  isStale(root) {
    return (
      !existsSync(stampFile(root, 'console')) || readFileSync(stampFile(root, 'console'), 'utf8') !== sources(root)
    );
  },
  async run(root) {
    const built = sources(root);
    const dist = join(root, 'dist');
    const next = join(dist, 'console-next');
    const vite = ['node_modules/vite/bin/vite.js', 'build', 'src/console', '--outDir', next, '--emptyOutDir'];
    await run(root, process.execPath, vite, { nice: BESIDE_SQLITE });
    writeFileSync(stampFile(root, 'console-next'), built);
    replaceFolder(dist, 'console', 'console-next');
  },
};

const stampFile = (root, folder) => join(root, 'dist', folder, '.build');
const sources = (root) => fingerprint(root, ['src/console', 'docs', 'schema/schema.graphql', 'package-lock.json']);
