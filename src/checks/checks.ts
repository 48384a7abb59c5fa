import { inflateRawSync } from 'node:zlib';
import { assertMayWith, assertMayWithSome, may, readableBots, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { badInput, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { JobRunner } from '../jobs/job-runner.js';
import type { PageRequest } from '../store/database/page.js';
import { afterCommit } from '../store/database/transaction.js';
import { botTestsByIds } from '../store/tables/bot-tests.js';
import { findVersionByNumber } from '../store/tables/bot-versions.js';
import { findBot } from '../store/tables/bots.js';
import { channelsOfBots } from '../store/tables/channels.js';
import { checkedTestsOf } from '../store/tables/checked-tests.js';
import { type CheckGroupRow, examplesOfGroup, groupsOfCheck } from '../store/tables/checked-turns.js';
import { findJob, insertJob, type JobRow, jobsOfBot } from '../store/tables/jobs.js';
import { countTurnRecords } from '../store/tables/turn-records.js';
import type { Vault } from '../store/vault.js';
import { DAY } from '../time.js';
import { CHECK_BEGUN, type CheckParameters, type CheckProgress } from './check-job.js';
import type { CheckMode } from './checker.js';
import { checkedTurnData } from './keep-turns.js';
import { checkedTestData, TESTS_BEGUN } from './next-tests.js';

export interface ChecksDeps extends CommandDeps {
  runner: Pick<JobRunner, 'claim'>;
  vault: Pick<Vault, 'openBytes'>;
}

export interface CheckRequest {
  botId: string;
  /** Null: the draft. */
  versionNumber?: number | null | undefined;
  /** Null: all of the bot. */
  channelIds?: readonly string[] | null | undefined;
  from?: number | null | undefined;
  to?: number | null | undefined;
  maxTurns?: number | null | undefined;
  mode?: CheckMode | null | undefined;
}

export type VersionCheckView = ReturnType<typeof toView>;

/** Milliseconds up to now whose turns are checked where no span is given. */
const USUAL_SPAN_MS = 7 * DAY;
/** Turns of one check: where no number is given, and at most. Beyond: BAD_USER_INPUT. */
const USUAL_TURNS = 100_000;
const MAX_TURNS = 1_000_000;
/** Groups of a check that are shown, largest first; the rest is left out. */
const MAX_GROUPS = 500;
/** Results of tests that are shown, failed ones first; the rest is left out. */
const MAX_RESULTS = 1_000;
/** Turns of a group that are shown; its count tells of the others. */
const SHOWN_EXAMPLES = 10;

/** Checks of versions against recorded turns, as jobs. */
export function createChecks(deps: ChecksDeps) {
  const { database, vault } = deps;
  const { read } = database;

  async function channelsFor(botId: string, wanted: readonly string[] | null): Promise<string[]> {
    const own = ((await channelsOfBots(read, [botId])).get(botId) ?? []).map(({ id }) => id);
    const unknown = wanted?.find((id) => !own.includes(id));
    if (unknown !== undefined) throw badInput('channelIds', `The bot has no channel with the id "${unknown}".`);
    return [...new Set(wanted ?? own)].sort();
  }

  async function parametersOf(viewer: Viewer, request: CheckRequest, now: number): Promise<CheckParameters> {
    const { botId, versionNumber, maxTurns = null, mode } = request;
    const missing = () => notFound('bot', botId);
    if (!(await findBot(read, viewer.accountId, botId))) throw missing();
    assertMayWith(viewer, 'bot.check', botId, missing);
    const version = versionNumber == null ? null : await findVersionByNumber(read, botId, versionNumber);
    if (versionNumber != null && !version) throw notFound('version', String(versionNumber));
    const to = Math.min(request.to ?? now, now);
    const from = request.from ?? to - USUAL_SPAN_MS;
    if (from >= to) throw badInput('from', 'The time that is checked ends before it begins.');
    if (maxTurns !== null && (maxTurns < 1 || maxTurns > MAX_TURNS))
      throw badInput('maxTurns', `Check between 1 and ${MAX_TURNS} turns.`);
    const channelIds = await channelsFor(botId, request.channelIds ?? null);
    const turns = maxTurns ?? USUAL_TURNS;
    return { botId, versionId: version?.id ?? null, channelIds, from, to, maxTurns: turns, mode: mode ?? 'EACH_TURN' };
  }

  /** The checks with these ids that the viewer may see. */
  async function byIds(viewer: Viewer, ids: readonly string[]): Promise<VersionCheckView[]> {
    const bots = readableBots(viewer);
    const jobs = await Promise.all(ids.map((id) => findJob(read, viewer.accountId, id)));
    return jobs
      .flatMap((job) => (job?.kind === 'CHECK' ? [toView(job)] : []))
      .filter(({ botId }) => bots === null || bots.includes(botId));
  }

  return {
    byIds,
    find: async (viewer: Viewer, id: string) => (await byIds(viewer, [id]))[0] ?? null,

    /** Newest first. NOT_FOUND for the bot. */
    async list(viewer: Viewer, botId: string, request: PageRequest) {
      readableBots(viewer);
      if (!(await findBot(read, viewer.accountId, botId)) || !may(viewer, 'read', botId)) throw notFound('bot', botId);
      const page = await jobsOfBot(read, viewer.accountId, 'CHECK', botId, request);
      return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: toView(node) })) };
    },

    /** Starts a check. NOT_FOUND for the bot or version; BAD_USER_INPUT (`channelIds`, `from`, `maxTurns`). */
    async start(viewer: Viewer, request: CheckRequest): Promise<VersionCheckView> {
      assertMayWithSome(viewer, 'bot.check');
      const now = deps.clock.now();
      const parameters = await parametersOf(viewer, request, now);
      const { channelIds, maxTurns, botId } = parameters;
      const total = Math.min(maxTurns, await countTurnRecords(read, channelIds, parameters));
      const { accountId } = viewer;
      const begun = { id: rowId('jb'), accountId, parameters, progress: CHECK_BEGUN, total, createdBy: viewer.id };
      const job = { ...begun, kind: 'CHECK' as const, createdAt: now };
      await runCommand(deps, viewer, 'bot.check', async ({ trx, allow, audit }) => {
        allow(botId);
        await insertJob(trx, job);
        audit(botId, { checkId: job.id, version: request.versionNumber ?? 'draft', turns: total });
        afterCommit(trx, () => void deps.runner.claim().catch(() => {})); // else the loop takes it up
      });
      return toView({ ...job, status: 'RUNNING', finishedAt: null, error: null });
    },

    /** The groups of a check the viewer may see, the largest first. */
    groups: (check: VersionCheckView): Promise<CheckGroupRow[]> => groupsOfCheck(read, check.id, MAX_GROUPS),

    /** How the bot's tests went, failed ones first, on both sides where the viewer may read what was said. */
    async testResults(viewer: Viewer, { id: jobId, botId }: VersionCheckView) {
      const shown = may(viewer, 'conversation.read-content', botId);
      const rows = await checkedTestsOf(read, jobId, MAX_RESULTS);
      const tests = await botTestsByIds(
        read,
        rows.map(({ testId }) => testId),
      );
      const nameOf = new Map(tests.map(({ id, name }) => [id, name]));
      return rows.map(({ testId, step, outcome, node, message, detail }) => {
        const of = { id: `${testId}.${step}`, testId, name: nameOf.get(testId) ?? '', step, outcome, node, message };
        if (detail === null) return { ...of, was: null, is: null, trace: null };
        if (!shown) return { ...of, was: HIDDEN, is: HIDDEN, trace: null };
        const bytes = vault.openBytes(detail, checkedTestData(jobId, testId, step));
        return { ...of, ...JSON.parse(inflateRawSync(bytes).toString('utf8')) };
      });
    },

    /** Turns of a group, on both sides where the viewer may read what was said. */
    async examples(viewer: Viewer, { botId }: VersionCheckView, { jobId, groupKey }: CheckGroupRow) {
      const shown = may(viewer, 'conversation.read-content', botId);
      const rows = await examplesOfGroup(read, jobId, groupKey, SHOWN_EXAMPLES);
      return rows.map(({ turnId, detail }) => {
        if (!shown || detail === null) return { turnId, was: HIDDEN, is: HIDDEN, trace: null };
        const bytes = vault.openBytes(detail, checkedTurnData(jobId, turnId));
        return { turnId, ...JSON.parse(inflateRawSync(bytes).toString('utf8')) };
      });
    },
  };
}

const HIDDEN = { hidden: true };

function toView(job: Omit<JobRow, 'owner' | 'leaseUntil'>) {
  const { id, status, total, createdAt, finishedAt, error } = job;
  const { botId, versionId, from, to, mode } = job.parameters as CheckParameters; // as `start` has written it
  const {
    conversations,
    turns,
    alike,
    accepted = 0,
    different,
    failing,
    unknown,
    ...more
  } = job.progress as CheckProgress; // as its kind has
  const { passed, failed, unknown: untold } = more.tests ?? TESTS_BEGUN;
  const tests = { passed, failed, unknown: untold };
  const counts = { conversations, turns, alike, accepted, different, failing, unknown, tests };
  return { id, status, botId, versionId, from, to, mode, total, ...counts, createdAt, finishedAt, error };
}
