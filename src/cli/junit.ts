import type { CheckGroup, VersionCheck } from '../admin/admin.js';
import { exceeds, type Limit, placeOf } from './check-limits.js';

/** A check as JUnit XML, which pipelines show: a test case for each limit, and the groups as the output of the suite. */
export function junitOf(
  botId: string,
  check: VersionCheck,
  groups: readonly CheckGroup[],
  limits: readonly Limit[],
): string {
  const failures = limits.filter((limit) => exceeds(limit, check)).length;
  const cases = limits.map((limit) => {
    const name = xml(`not ${limit.text}`);
    const open = `    <testcase classname="${xml(botId)}" name="${name}"`;
    if (!exceeds(limit, check)) return `${open}/>`;
    const told = xml(`${check[limit.count]} of ${check.turns} turns are ${limit.count}`);
    return `${open}>\n      <failure message="${told}"/>\n    </testcase>`;
  });
  const lines = groups.map((group) => `${group.turns} ${group.outcome.toLowerCase()}: ${placeOf(group)}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${limits.length}" failures="${failures}">`,
    `  <testsuite name="${xml(`check ${check.id}`)}" tests="${limits.length}" failures="${failures}">`,
    ...cases,
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
