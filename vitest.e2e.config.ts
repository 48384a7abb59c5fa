import { defineConfig } from 'vitest/config';
import { ORDER_OF_TESTS } from './test/support/order-of-tests.js';

/** The console in a real browser. Two files at a time: each starts a server and a browser of its own. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: ORDER_OF_TESTS,
    // Limits for a loaded machine of two cores. No test may take them as its clock.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
