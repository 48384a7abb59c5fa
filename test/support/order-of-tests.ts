import { execFileSync } from 'node:child_process';

/**
 * The tests of a file run in another order for each commit, so that none comes to rely on the order, and in the same one
 * for all runs of a commit, so that what failed fails again. `--sequence.seed=N` has them in the order of another.
 */
export const ORDER_OF_TESTS = { shuffle: { files: false, tests: true }, seed: seedOfCommit() };

function seedOfCommit(): number {
  try {
    return Number.parseInt(execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { stdio: 'pipe' }).toString(), 16);
  } catch {
    return 1; // not a clone
  }
}
