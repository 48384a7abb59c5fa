/**
 * `node summary.mjs <a JSON report of vitest> <its exit code> …` prints `N passed, N failed` of all reports. What fails
 * outside a test is counted as one: a file that cannot be loaded, an error nobody caught, a runner that wrote no report.
 * The line before it says how many tests of real exports were left out.
 */
import { existsSync, readFileSync } from 'node:fs';

const args = process.argv.slice(2);
const runs = args
  .filter((_, at) => at % 2 === 0)
  .map((file, at) => ({ report: read(file), exitCode: args[2 * at + 1] }));
const sum = (count) => runs.reduce((total, run) => total + count(run), 0);

const passed = sum(({ report }) => report.numPassedTests);
const failed = sum(failedIn);
const skipped = sum(({ report }) => (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0));
const withoutExports = sum(({ report }) => withoutExportsIn(report));
if (withoutExports > 0) {
  console.log(`Left out: ${withoutExports} tests of real exports; the exports folder is not beside the checkout`);
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);

function read(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text ? JSON.parse(text) : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
}

function failedIn({ report, exitCode }) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  const counted = report.numFailedTests + broken.length;
  return exitCode === '0' ? counted : Math.max(counted, 1);
}

function withoutExportsIn(report) {
  return report.testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => test.status !== 'passed' && test.status !== 'failed')
    .filter((test) => /beside the checkout/.test(test.fullName)).length;
}
