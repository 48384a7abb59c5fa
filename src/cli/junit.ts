import type { CheckGroup, TestResult, VersionCheck } from '../admin/admin.js';
import { countedIn, exceeds, type Limit, placeOf } from './check-limits.js';

/** A check as JUnit XML, which pipelines show: a test case for each limit and each test of the bot, and the groups as output. */
export function junitOf(
  botId: string,
  check: VersionCheck,
  { groups, tests }: { groups: readonly CheckGroup[]; tests: readonly TestResult[] },
  limits: readonly Limit[],
): string {
  const failures = limits.filter((limit) => exceeds(limit, check)).length;
  const cases = limits.map((limit) => {
    const name = xml(`not ${limit.text}`);
    const open = `    <testcase classname="${xml(botId)}" name="${name}"`;
    if (!exceeds(limit, check)) return `${open}/>`;
    const { counted, of } = countedIn(limit, check);
    const what = of === check.turns ? 'turns' : 'turns and tests';
    return `${open}>\n      <failure message="${xml(`${counted} of ${of} ${what} are ${limit.count}`)}"/>\n    </testcase>`;
  });
  const own = tests.map((test) => {
    const open = `    <testcase classname="${xml(`${botId}.tests`)}" name="${xml(test.name)}"`;
    const told = xml([`message ${test.step + 1}`, placeOf(test)].filter((part) => part !== '').join(', '));
    if (test.outcome === 'PASSED') return `${open}/>`;
    const how = test.outcome === 'FAILED' ? 'failure' : 'skipped';
    return `${open}>\n      <${how} message="${told}"/>\n    </testcase>`;
  });
  const failed = failures + check.tests.failed;
  const skipped = check.tests.unknown;
  const counts = `tests="${limits.length + tests.length}" failures="${failed}" skipped="${skipped}"`;
  const lines = groups.map((group) => `${group.turns} ${group.outcome.toLowerCase()}: ${placeOf(group)}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${xml(`check ${check.id}`)}" ${counts}>`,
    ...cases,
    ...own,
    `    <system-out>${xml(lines.join('\n'))}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Without the characters that XML forbids. */
const xml = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
  text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? '');
