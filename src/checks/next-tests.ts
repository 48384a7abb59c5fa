import type { Database } from '../store/database/database.js';
import { nextBotTests, testRecordsOf } from '../store/tables/bot-tests.js';
import { findChannels } from '../store/tables/channels.js';
import { type CheckedTestRecord, insertCheckedTests, type TestOutcome } from '../store/tables/checked-tests.js';
import type { AssociatedData, Vault } from '../store/vault.js';
import { testRecordsData } from '../turn/test-record.js';
import type { PackedTest, TestVerdict } from './check-test.js';

/** The results of a bot's tests so far. */
export interface TestProgress {
  /** The last test that is done. */
  after: string;
  done: boolean;
  passed: number;
  failed: number;
  unknown: number;
}

export const TESTS_BEGUN: TestProgress = { after: '', done: false, passed: 0, failed: 0, unknown: 0 };

/** Tests handed to the thread at once. */
const TESTS_AT_ONCE = 10;

export const checkedTestData = (jobId: string, testId: string, step: number): AssociatedData =>
  `checked_tests.detail:${jobId} ${testId} ${step}`;

/** The next tests of a bot, in the form that the thread of checks takes. */
export async function nextTests(
  { database: { read }, vault }: { database: Pick<Database, 'read'>; vault: Pick<Vault, 'openBytes'> },
  { accountId, botId, botName, after }: { accountId: string; botId: string; botName: string; after: string },
): Promise<PackedTest[]> {
  const tests = await nextBotTests(read, botId, after, TESTS_AT_ONCE);
  const records = await testRecordsOf(
    read,
    tests.map(({ id }) => id),
  );
  const packed = new Map(
    records.map(({ testId, records: sealed }) => [testId, vault.openBytes(sealed, testRecordsData(testId))]),
  );
  const channels = await findChannels(read, accountId, [...new Set(tests.map(({ channelId }) => channelId))]);
  return tests.map(({ id, channelId, steps, createdAt }) => {
    const name = channels.find((channel) => channel.id === channelId)?.name ?? '';
    const of = { testId: id, botId, botName, channel: { id: channelId, name } };
    return { ...of, steps, createdAt, packed: packed.get(id) ?? null };
  });
}

/** Writes the verdicts on tests that still exist. */
export async function keepTests(
  trx: Parameters<typeof insertCheckedTests>[0],
  jobId: string,
  verdicts: readonly TestVerdict[],
  vault: Pick<Vault, 'sealBytes'>,
): Promise<void> {
  const ids = verdicts.map(({ testId }) => testId);
  const there = new Set<string>(await trx('bot_tests').whereIn('id', ids).pluck('id'));
  const rows = verdicts.map((verdict): CheckedTestRecord => {
    const { testId, step, detail } = verdict;
    const sealed = detail && vault.sealBytes(detail, checkedTestData(jobId, testId, step));
    return { ...verdict, jobId, detail: sealed };
  });
  await insertCheckedTests(
    trx,
    rows.filter(({ testId }) => there.has(testId)),
  );
}

/** The progress after these verdicts; without any, all tests are done. */
export function testsMoved(before: TestProgress, verdicts: readonly TestVerdict[]): TestProgress {
  const count = (wanted: TestOutcome) => verdicts.filter(({ outcome }) => outcome === wanted).length;
  const last = verdicts.at(-1);
  if (!last) return { ...before, done: true };
  return {
    ...before,
    after: last.testId,
    passed: before.passed + count('PASSED'),
    failed: before.failed + count('FAILED'),
    unknown: before.unknown + count('UNKNOWN'),
  };
}
