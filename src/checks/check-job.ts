import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { JOB_ACTIONS } from '../domain/jobs.js';
import type { Job, JobKind, NextOfJob } from '../jobs/job.js';
import type { Database } from '../store/database/database.js';
import { acceptedDifferencesOf } from '../store/tables/accepted-differences.js';
import { findBotsById } from '../store/tables/bots.js';
import { removeCheckedTests } from '../store/tables/checked-tests.js';
import {
  type CheckedTurnRecord,
  examplesKept,
  insertCheckedTurns,
  removeCheckedTurns,
} from '../store/tables/checked-turns.js';
import { botOfCandidate, botOfDraft } from '../store/tables/open-versions.js';
import {
  erasedConversation,
  nextTurnRecords,
  type RecordPlace,
  type RecordSpan,
} from '../store/tables/turn-records.js';
import type { AssociatedData, Vault } from '../store/vault.js';
import type { Thread } from '../thread.js';
import { turnRecordData } from '../turn/turn-record.js';
import { candidateOf } from './candidate.js';
import type { PackedTest } from './check-test.js';
import type { Candidate, CheckDone, CheckMode, CheckWork, PackedTurn, TurnVerdict, Verdicts } from './checker.js';
import { keepTests, nextTests, TESTS_BEGUN, type TestProgress, testsMoved } from './next-tests.js';

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
  /** The draft that is checked: when another has taken its place, the check begins again. */
  revision: number | null;
  conversations: number;
  turns: number;
  alike: number;
  different: number;
  failing: number;
  unknown: number;
  /** The tests of the bot, which come first; absent in checks of earlier versions of the product. */
  tests?: TestProgress;
  /** Absent in checks of before differences could be accepted. */
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
}

type CheckJob = Job<CheckParameters, CheckProgress>;

/** Turns handed to the thread at once. */
const TURNS_AT_ONCE = 50;
/** Turns of a group that are kept with what was said; the others are counted. */
const EXAMPLES = 20;
/** Checks whose candidates are kept while they go on. */
const MAX_CANDIDATES = 4;

export const checkedTurnData = (jobId: string, turnId: string): AssociatedData =>
  `checked_turns.detail:${jobId} ${turnId}`;

/** The kind of job that runs a candidate over recorded turns. */
export function createCheckJob(deps: CheckJobDeps): JobKind<CheckParameters, CheckProgress> {
  const { database, vault, thread } = deps;
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

  const packedTurn = (
    botId: string,
    { record, at: _, ...turn }: Awaited<ReturnType<typeof nextTurnRecords>>[number],
  ): PackedTurn => ({ ...turn, botId, packed: vault.openBytes(record, turnRecordData(turn.turnId)) });

  async function verdictsOn(
    { id, parameters: { mode } }: CheckJob,
    of: { tests: PackedTest[]; turns: PackedTurn[] },
    candidate: Candidate,
  ): Promise<Verdicts> {
    const work = { key: id, mode, ...of, relived: null };
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
      const room = Math.min(TURNS_AT_ONCE, parameters.maxTurns - progress.turns);
      if (tests.done && (channelId === undefined || room <= 0)) return 'DONE';
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
      const records = await nextTurnRecords(database.read, channelId, parameters, progress.after, room);
      if (records.length === 0)
        return { step: async () => ({ progress: { ...progress, channels: progress.channels + 1, after: null } }) };
      const turns = records.map((record) => packedTurn(parameters.botId, record));
      const { turns: verdicts } = await verdictsOn(job, { tests: [], turns }, candidate);
      const checked = records.slice(0, verdicts.length);
      const lastOf = (there: ReadonlySet<string>): RecordPlace | null => {
        const last = checked.at(-1);
        if (!last) return progress.after;
        const { conversationId, at, turnId } = last;
        return { conversationId: there.has(turnId) ? conversationId : erasedConversation(conversationId), at, turnId };
      };
      return {
        async step(trx) {
          const rows = checked.flatMap((record, index) => rowOf(id, record, verdicts[index]));
          const kept = await examplesKept(trx, id, [...new Set(rows.map(({ groupKey }) => groupKey))]);
          const ids = checked.map(({ turnId }) => turnId);
          const there = new Set<string>(await trx('turns').whereIn('id', ids).pluck('id'));
          for (const row of rows) {
            const examples = kept.get(row.groupKey) ?? 0;
            kept.set(row.groupKey, examples + 1);
            if (examples >= EXAMPLES) row.detail = null;
          }
          await insertCheckedTurns(
            trx,
            rows.filter(({ turnId }) => there.has(turnId)),
          );
          const left = parameters.maxTurns - progress.turns - verdicts.length;
          return {
            progress: { ...moved(progress, checked, verdicts), revision, after: left > 0 ? lastOf(there) : null },
          };
        },
      };
    },
    summary: ({ turns, alike, different, failing, unknown, accepted = 0, tests = TESTS_BEGUN }) => ({
      ...{ turns, alike, accepted, different, failing, unknown },
      ...{ testsPassed: tests.passed, testsFailed: tests.failed, testsUnknown: tests.unknown },
    }),
  };

  function rowOf(
    jobId: string,
    { turnId, channelId }: { turnId: string; channelId: string },
    verdict: TurnVerdict | undefined,
  ): CheckedTurnRecord[] {
    if (!verdict || verdict.outcome === 'ALIKE') return [];
    const { outcome, node, message, kinds, detail } = verdict;
    const groupKey = hash('sha256', JSON.stringify([outcome, node, message, channelId])).slice(0, 24);
    const sealed = detail && vault.sealBytes(detail, checkedTurnData(jobId, turnId));
    return [
      { jobId, turnId, channelId, outcome, node, message, groupKey, kinds: kinds.join(' ') || null, detail: sealed },
    ];
  }
}

function moved(
  before: CheckProgress,
  checked: readonly RecordPlace[],
  verdicts: readonly TurnVerdict[],
): CheckProgress {
  const count = (outcome: TurnVerdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const began = checked.filter(
    ({ conversationId }, index) => conversationId !== (checked[index - 1] ?? before.after)?.conversationId,
  );
  return {
    ...before,
    conversations: before.conversations + began.length,
    turns: before.turns + verdicts.length,
    alike: before.alike + count('ALIKE'),
    different: before.different + count('DIFFERENT'),
    failing: before.failing + count('FAILING'),
    unknown: before.unknown + count('UNKNOWN'),
    accepted: (before.accepted ?? 0) + count('ACCEPTED'),
  };
}
