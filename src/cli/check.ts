import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { AdminClient, CheckGroup, TestResult, VersionCheck } from '../admin/admin.js';
import { exceeds, type Limit, limitsOf, placeOf } from './check-limits.js';
import { junitOf } from './junit.js';
import { momentOf } from './moment.js';
import { type ServerOptions, serverAt, withServer } from './server-options.js';

const AFTERWARDS = `
Checks the draft, or --version, against what users of the bot said since --against. --fail-on names what makes it fail, separated by
commas: alike, accepted, different, failing or unknown, then >, and a number of turns, or a share of them below 1. The bot's tests are run
as well: one that fails counts as failing, one of which nobody knows as unknown.

Exit codes: 0 nothing of --fail-on holds, 1 failed, 2 wrong arguments, 4 something of --fail-on holds.

  hookswitch check --token <token> --bot st-… --against 7d --fail-on 'failing>0,different>0.05' --junit check.xml`;

const LOOK_EVERY_MS = 500;
const NOT_MET = 4;
interface Options extends ServerOptions {
  bot: string;
  version?: number;
  channel?: string[];
  against: string;
  maxTurns?: number;
  failOn: Limit[];
  junit?: string;
}

export function checkVerb(): Command {
  return withServer(new Command('check'), 'a DEVELOPER or ADMIN')
    .summary('check a version against what happened')
    .description('Runs a version of a bot over recorded turns, and tells what it would have said otherwise.')
    .requiredOption('--bot <id>', 'the bot')
    .option('--version <number>', 'the version; the draft when left out', numberOf)
    .option('--channel <id...>', 'only turns of these channels')
    .option('--against <time>', 'turns since then: a date and time, or 12h, 7d for so long ago', sinceOf, sinceOf('7d'))
    .option('--max-turns <count>', 'turns at most (default: 100,000)', numberOf)
    .option('--fail-on <limits>', 'what makes it fail', limitsOf, limitsOf('failing>0'))
    .option('--junit <file>', 'writes the result as JUnit XML')
    .option('--json', 'the result as one line of JSON')
    .addHelpText('after', AFTERWARDS)
    .action(check);
}

async function check({ bot, version, channel, against, maxTurns, failOn, junit, json, ...at }: Options): Promise<void> {
  const server = serverAt(at);
  const input = { botId: bot, versionNumber: version, channelIds: channel, from: against, maxTurns };
  const ended = await follow(server, await server.startCheck(input));
  if (ended.status !== 'DONE')
    throw new Error(`The check ${ended.id} is ${ended.status.toLowerCase()}. ${ended.error ?? ''}`);
  const groups = await server.checkGroups(ended.id);
  const tests = await server.checkTests(ended.id);
  const broken = failOn.filter((limit) => exceeds(limit, ended));
  if (junit !== undefined) await writeFile(junit, junitOf(bot, ended, { groups, tests }, failOn));
  process.stdout.write(
    json ? `${JSON.stringify({ ...ended, groups, testResults: tests })}\n` : describe(ended, { groups, tests }, broken),
  );
  if (broken.length > 0) process.exitCode = NOT_MET;
}

async function follow(server: AdminClient, started: VersionCheck): Promise<VersionCheck> {
  let seen = started;
  while (seen.status === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const now = await server.versionCheck(seen.id); // waits for a server that is away for a moment
    if (!now) throw new Error(`The server knows no check ${seen.id} any more.`);
    if (process.stderr.isTTY) process.stderr.write(`\r${now.turns} of ${now.total} turns`);
    seen = now;
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return seen;
}

const sinceOf = (text: string): string => momentOf(text, Date.now());

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It takes a number from 1.');
  return number;
}

function describe(
  check: VersionCheck,
  { groups, tests }: { groups: readonly CheckGroup[]; tests: readonly TestResult[] },
  broken: readonly Limit[],
): string {
  const { turns, conversations, alike, accepted, different, failing, unknown } = check;
  const lines = [
    `${turns} turns of ${conversations} conversations: ${alike} alike, ${accepted} accepted, ${different} different, ${failing} failing, ${unknown} unknown.`,
    ...groups.map((group) => `${String(group.turns).padStart(8)}  ${group.outcome.toLowerCase()}  ${placeOf(group)}`),
    `${check.tests.passed} tests passed, ${check.tests.failed} failed, ${check.tests.unknown} unknown.`,
    ...tests.filter(({ outcome }) => outcome !== 'PASSED').map((test) => `          ${describeTest(test)}`),
    ...broken.map(({ text }) => `Not met: ${text}`),
  ];
  return `${lines.join('\n')}\n`;
}

const describeTest = (test: TestResult): string =>
  [`${test.outcome.toLowerCase()}  test "${test.name}" at message ${test.step + 1}`, placeOf(test)]
    .filter((part) => part !== '')
    .join(', ');
