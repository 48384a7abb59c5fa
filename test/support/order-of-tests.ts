import { DAY } from '../../src/time.js';

/**
 * The tests of a file run in another order each week, so that none comes to rely on the order, and in the same one all week,
 * so that what failed fails again. `--sequence.seed=N` has them in the order of another.
 */
export const ORDER_OF_TESTS = { shuffle: { files: false, tests: true }, seed: Math.floor(Date.now() / (7 * DAY)) };
