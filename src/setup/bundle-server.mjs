import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverSources } from './build-server.mjs';
import { fingerprint } from './fingerprint.mjs';
import { replaceFolder } from './replace-folder.mjs';

/**
 * Puts the server and most of its packages into a few files in dist/bundle/server/: to find and load 1,500
 * modules one by one is half of a start.
 */
export const bundleServer = {
  name: 'bundle',
  label: 'Bundling the server',
  isStale: (root) => !existsSync(stampFile(root, 'bundle')) || read(stampFile(root, 'bundle')) !== sources(root),
  async run(root) {
    const { build } = await import('esbuild'); // not there before the packages are installed
    const bundled = sources(root); // Taken first: an edit made while the bundler runs must count as not yet bundled.
    rmSync(join(root, 'dist', 'bundle-next'), { recursive: true, force: true });
    mkdirSync(join(root, 'dist', 'bundle-next'), { recursive: true });
    await build({
      absWorkingDir: root,
      entryPoints: ENTRIES,
      outdir: 'dist/bundle-next/server', // as deep as the compiled modules, whose URLs lead from them to other folders
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: true,
      sourcesContent: false,
      plugins: [unmapped],
      external: EXTERNAL,
      // CommonJS packages in it ask for modules of Node.
      banner: {
        js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
      },
      logLevel: 'warning',
    });
    writeFileSync(stampFile(root, 'bundle-next'), bundled);
    replaceFolder(join(root, 'dist'), 'bundle', 'bundle-next');
  },
};

/**
 * By the names that are asked for: threads are started from the file beside. Of two classes with one name, one gets another;
 * where that renamed a GraphQL type, a test would see it. To keep names costs a call for each closure that is made.
 */
const ENTRIES = {
  main: 'src/main.ts',
  hookswitch: 'src/cli/hookswitch.ts',
  'bench-server': 'bench/server.ts',
  'commit-worker': 'src/store/commit/commit-worker.ts',
  'archive-worker': 'src/domain/bots/transfer/archive-worker.ts',
  'check-worker': 'src/server/check-worker.ts',
  'hashing-worker': 'src/domain/sign-in/hashing-worker.ts',
  'compile-worker': 'src/engines/dialog/compiler/compile-worker.ts',
  'parse-worker': 'src/graphql/parse-worker.ts',
  'script-worker': 'src/engines/dialog/sandbox/script-worker.ts',
};

/** Loaded from node_modules as ever. */
const EXTERNAL = [
  // Native, or looking for files and modules of their own while they run.
  ...['sqlite3', 'pg', 'pino', 'jsonc-parser', 'quickjs-emscripten*', '@jitl/*'],
  // Drivers of knex for other databases: nobody asks for them here.
  ...['better-sqlite3', 'mariadb/*', 'mysql', 'mysql2', 'oracledb', 'pg-query-stream', 'tedious'],
  // There must be one graphql, also for what is asked for by `require`.
  ...['graphql', 'graphql/*', 'graphql-query-complexity'],
  'class-validator', // type-graphql's, for those who have it
];

/** Whether the bundle asks for this package when it runs. */
export const isLeftOut = (name) => EXTERNAL.includes(name);

/** Leaves packages out of the source map, which is kept in memory: where an error of ours comes from is what it is for. */
const unmapped = {
  name: 'unmapped',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules.*\.[cm]?js$/ }, ({ path }) => ({
      contents: `${read(path)}\n//# sourceMappingURL=data:application/json;base64,${NO_LINES}`,
      loader: 'js',
    }));
  },
};
const NO_LINES = Buffer.from(JSON.stringify({ version: 3, sources: [''], mappings: 'AAAA' })).toString('base64');

const stampFile = (root, folder) => join(root, 'dist', folder, '.build');
const sources = (root) => fingerprint(root, serverSources(root));
const read = (file) => readFileSync(file, 'utf8');
