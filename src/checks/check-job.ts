import { LRUCache } from 'lru-cache';
import { JOB_ACTIONS } from '../domain/jobs.js';
import type { Job, JobKind, NextOfJob } from '../jobs/job.js';
import type { BackgroundShare } from '../load/background-share.js';
import type { Database } from '../store/database/database.js';
import { acceptedDifferencesOf } from '../store/tables/accepted-differences.js';
import { findBotsById } from '../store/tables/bots.js';
import { removeCheckedTests } from '../store/tables/checked-tests.js';
import { removeCheckedTurns } from '../store/tables/checked-turns.js';
import { botOfCandidate, botOfDraft } from '../store/tables/open-versions.js';
import { erasedConversation, type RecordPlace, type RecordSpan } from '../store/tables/turn-records.js';
import type { Vault } from '../store/vault.js';
import type { Thread } from '../thread.js';
import type { Clock } from '../time.js';
import { candidateOf } from './candidate.js';
import type { PackedTest } from './check-test.js';
import type { Candidate, CheckDone, CheckMode, CheckWork, PackedTurn, TurnVerdict, Verdicts } from './checker.js';
import { keepTurns, rowsOfTurns } from './keep-turns.js';
import { keepTests, nextTests, TESTS_BEGUN, type TestProgress, testsMoved } from './next-tests.js';
import { type CheckedTurn, checkNextTurns } from './next-turns.js';

export interface CheckParameters extends RecordSpan {
  botId: string;
  /** Null: the draft. */
  versionId: string | null;
  channelIds: string[];
  maxTurns: number;
  mode: CheckMode;
}

export interface CheckProgress {
  /** How many of the channels are done, and the last record of the one under way. */
  channels: number;
  after: RecordPlace | null;
  /** The draft that is checked. When the bot's draft is another by now, the check begins again. */
  revision: number | null;
  conversations: number;
  turns: number;
  alike: number;
  different: number;
  failing: number;
  unknown: number;
  /** The tests of the bot, which come first; absent in checks of earlier versions of the product. */
  tests?: TestProgress;
  /** Absent in checks made before differences could be accepted. */
  accepted?: number;
}

export const CHECK_BEGUN: CheckProgress = {
  channels: 0,
  after: null,
  revision: null,
  conversations: 0,
  turns: 0,
  alike: 0,
  different: 0,
  failing: 0,
  unknown: 0,
  tests: TESTS_BEGUN,
  accepted: 0,
};

export interface CheckJobDeps {
  database: Pick<Database, 'read' | 'write'>;
  vault: Vault;
  thread: Pick<Thread<CheckWork, CheckDone>, 'run'>;
  clock: Clock;
  load: Pick<BackgroundShare, 'share'>;
}

type CheckJob = Job<CheckParameters, CheckProgress>;

/** Checks whose candidates stay in memory between their steps; beyond, the one unused for longest is read again. */
const MAX_CANDIDATES = 4;

/** The kind of job that runs a candidate over recorded turns. */
export function createCheckJob(deps: CheckJobDeps): JobKind<CheckParameters, CheckProgress> {
  const { database, vault, thread, clock, load } = deps;
  const candidates = new LRUCache<string, { candidate: Candidate; revision: number | null }>({ max: MAX_CANDIDATES });

  async function candidateFor({ id, createdAt, parameters: { botId, versionId } }: CheckJob) {
    const known = candidates.get(id);
    if (known) return known;
    const [bot] = versionId === null ? await findBotsById(database.read, [botId]) : [];
    const found = await (versionId === null
      ? botOfDraft(database.read, botId)
      : botOfCandidate(database.read, versionId));
    if (!found) throw new Error('the bot or version of a check is gone');
    const wanted = await acceptedDifferencesOf(database.read, [botId], createdAt);
    const candidate: Candidate = {
      ...candidateOf(vault, versionId ?? 'draft', found),
      // those accepted while it goes on are for the next check
      accepted: wanted.filter(({ acceptedAt }) => acceptedAt <= createdAt).flatMap(({ kinds }) => kinds),
    };
    const read = { candidate, revision: bot?.revision ?? null };
    candidates.set(id, read);
    return read;
  }

  async function verdictsOn(
    { id, parameters: { mode } }: CheckJob,
    of: { tests: PackedTest[]; turns: PackedTurn[] },
    candidate: Candidate,
  ): Promise<Verdicts> {
    const work = { key: id, mode, share: load.share(), ...of, relived: null };
    const done = await thread.run({ ...work, candidate: null });
    const told = done === 'CANDIDATE_WANTED' ? await thread.run({ ...work, candidate }) : done;
    if (told === 'CANDIDATE_WANTED') throw new Error('the thread of checks takes no candidate');
    return told;
  }

  return {
    name: 'CHECK',
    action: JOB_ACTIONS.CHECK,
    async next(job): Promise<NextOfJob<CheckProgress>> {
      const { id, parameters, progress } = job;
      const { tests = TESTS_BEGUN } = progress;
      const channelId = parameters.channelIds[progress.channels];
      const limit = parameters.maxTurns - progress.turns;
      if (tests.done && (channelId === undefined || limit <= 0)) return 'DONE';
      const { candidate, revision } = await candidateFor(job);
      if (progress.revision !== null && progress.revision !== revision)
        return {
          async step(trx) {
            await removeCheckedTurns(trx, id);
            await removeCheckedTests(trx, id);
            return { progress: { ...CHECK_BEGUN, revision } };
          },
        };
      if (!tests.done) {
        const { accountId } = job;
        const { botName } = candidate.spec;
        const next = await nextTests(deps, { accountId, botId: parameters.botId, botName, after: tests.after });
        const { tests: verdicts } = await verdictsOn(job, { tests: next, turns: [] }, candidate);
        return {
          async step(trx) {
            await keepTests(trx, id, verdicts, vault);
            return { progress: { ...progress, revision, tests: testsMoved(tests, verdicts) } };
          },
        };
      }
      if (channelId === undefined) return 'DONE';
      const { botId } = parameters;
      const source = { botId, channelId, span: parameters, after: progress.after, limit };
      const check = async (turns: PackedTurn[]) => (await verdictsOn(job, { tests: [], turns }, candidate)).turns;
      const checked = await checkNextTurns({ database, vault, clock, check }, source);
      const last = checked.at(-1);
      if (!last)
        return { step: async () => ({ progress: { ...progress, channels: progress.channels + 1, after: null } }) };
      const verdicts = checked.map(({ verdict }) => verdict);
      const rows = await rowsOfTurns(deps, { jobId: id, channelId }, verdicts);
      return {
        async step(trx) {
          const isThere = await keepTurns(trx, rows, last.place.turnId);
          const after = isThere ? last.place : placeOfErased(last.place);
          return { progress: { ...moved(progress, checked), revision, after: limit > checked.length ? after : null } };
        },
      };
    },
    summary: ({ turns, alike, different, failing, unknown, accepted = 0, tests = TESTS_BEGUN }) => ({
      ...{ turns, alike, accepted, different, failing, unknown },
      ...{ testsPassed: tests.passed, testsFailed: tests.failed, testsUnknown: tests.unknown },
    }),
  };
}

const placeOfErased = (place: RecordPlace): RecordPlace => ({
  ...place,
  conversationId: erasedConversation(place.conversationId),
});

function moved(before: CheckProgress, checked: readonly CheckedTurn[]): CheckProgress {
  const count = (outcome: TurnVerdict['outcome']) =>
    checked.filter(({ verdict }) => verdict.outcome === outcome).length;
  const began = checked.filter(
    ({ place }, index) => place.conversationId !== (checked[index - 1]?.place ?? before.after)?.conversationId,
  );
  return {
    ...before,
    conversations: before.conversations + began.length,
    turns: before.turns + checked.length,
    alike: before.alike + count('ALIKE'),
    different: before.different + count('DIFFERENT'),
    failing: before.failing + count('FAILING'),
    unknown: before.unknown + count('UNKNOWN'),
    accepted: (before.accepted ?? 0) + count('ACCEPTED'),
  };
}
