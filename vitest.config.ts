import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';
import { ORDER_OF_TESTS } from './test/support/order-of-tests.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests of one kind, which are run by its name: `vitest run --project modules`. */
const project = (name: string, include: string, builds: string): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [include], globalSetup: [builds, 'test/support/postgres-setup.ts'] },
});

export default defineConfig({
  resolve: {
    alias: [
      // Vite would take graphql's .mjs while node_modules takes its CommonJS: two realms, and graphql refuses the mix.
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      // Threads come from the bundle, as in production: to compile one for each server would take longer than its tests.
      { find: /^(\.\.?\/)+start-worker\.js$/, replacement: file('test/support/start-compiled-worker.ts') },
    ],
  },
  test: {
    projects: [
      project('modules', 'test/**/*.test.ts', 'test/support/bundle-setup.ts'),
      // What takes more than some five seconds a file: properties over many cases, tables over every operation, both databases.
      project('long', 'test/**/*.long.ts', 'test/support/bundle-setup.ts'),
      // Whole programs: started by npm, killed, torn, upgraded.
      project('system', 'test/**/*.system.ts', 'test/support/build-setup.ts'),
    ],
    // Processes, for native drivers and signals. Files share them: nothing here lives in a module, and loading the
    // libraries again for each file took a fifth of the run.
    pool: 'forks',
    isolate: false,
    sequence: { ...ORDER_OF_TESTS, sequencer: LongestFirst },
    // By default a core is left idle; most tests wait for sockets and disks.
    maxWorkers: '100%',
    // Limits for a loaded machine of two cores. No test may take them as its clock.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
