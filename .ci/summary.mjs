/**
 * `node summary.mjs <vitest's JSON report> <its exit code>` prints `N passed, N failed`. What fails outside a test is
 * counted as one: a file that cannot be loaded, an error nobody caught, a runner that wrote no report.
 * The line before it says how many tests of real exports were left out.
 */
import { readFileSync } from 'node:fs';

const [reportFile, exitCode] = process.argv.slice(2);
const text = readFileSync(reportFile, 'utf8');
const report = text ? JSON.parse(text) : { numPassedTests: 0, numFailedTests: 0, testResults: [] };

const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
);
const counted = report.numFailedTests + brokenFiles.length;
const failed = exitCode === '0' ? counted : Math.max(counted, 1);
const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
const withoutExports = report.testResults
  .flatMap((file) => file.assertionResults)
  .filter((test) => test.status !== 'passed' && test.status !== 'failed' && /beside the checkout/.test(test.fullName));
if (withoutExports.length > 0) {
  console.log(
    `Left out: ${withoutExports.length} tests of real exports; the exports folder is not beside the checkout`,
  );
}
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
