import type { OpenBot } from '../bots/bots.js';
import type { VersionSpec } from '../bots/version-spec.js';
import { indexOverrides } from '../domain/messages/resolve.js';
import type { OverrideSnapshot } from '../store/tables/message-overrides.js';
import { type Clock, SECOND } from '../time.js';
import { type KeptTurn, unpacked } from '../turn/turn-record.js';
import type { Scripts } from '../wire/reply.js';
import { checkTest, type PackedTest, type TestVerdict } from './check-test.js';
import { asItWasSaid, type CheckedTurn, checkTurn, sidesOf } from './check-turn.js';
import type { Verdict } from './compare.js';
import { packedDetail } from './detail.js';
import { leavesRecordAt } from './leaves-record.js';
import type { RecordedTurn } from './replay.js';
import { createRests } from './rests.js';
import { createSteps, type TurnStep } from './steps.js';

/** The session a turn starts from. EACH_TURN: the recorded one, so that one difference causes no others. WHOLE_CONVERSATION: the one the candidate left after the turn before. */
export type CheckMode = 'EACH_TURN' | 'WHOLE_CONVERSATION';

/** A version as a thread opens it, without any credential. */
export interface Candidate {
  spec: VersionSpec;
  overrides: OverrideSnapshot[];
  env: Record<string, string>;
  plainEnv: Record<string, string>;
  sessionTimeoutMs: number;
  /** Kinds of differences that are wanted; absent: none. */
  accepted?: string[];
}

/** Tests and recorded turns to be checked in order. */
export interface CheckWork {
  /** Names the candidate of a check. */
  key: string;
  /** Null where the thread is expected to have opened it already. */
  candidate: Candidate | null;
  mode: CheckMode;
  /** Share of the time that the thread works, from 0 to 1; it rests in between. */
  share: number;
  tests: PackedTest[];
  turns: PackedTurn[];
  /** A turn to be run step by step. */
  relived: PackedTurn | null;
}

export interface PackedTurn extends Omit<RecordedTurn, 'record'> {
  packed: Uint8Array;
}

export interface TurnVerdict extends Verdict {
  turnId: string;
  /** What was said and what would be, as deflated JSON; null where they are alike. */
  detail: Uint8Array | null;
}

/** Verdicts on as many of the tests and turns as there was time for, in order; or that the thread does not have the candidate. */
export type CheckDone = Verdicts | 'CANDIDATE_WANTED';

export interface Verdicts {
  tests: TestVerdict[];
  turns: TurnVerdict[];
  relived: RelivedRun | null;
}

/** A turn that was run step by step. */
export interface RelivedRun {
  steps: TurnStep[];
  /** The first step that differs from the recording; null: none does. */
  leavesAt: number | null;
}

export interface CheckerDeps {
  open(candidate: Candidate): Promise<Pick<OpenBot, 'program'>>;
  scripts: Scripts;
  clock: Clock;
  engineLimitMs: number;
}

/** Milliseconds of checking for one request to the thread; the rest follows with the next, so that a cancelled check ends soon. */
const WORK_MS = 2 * SECOND;
const TOO_LARGE: Verdict = { outcome: 'UNKNOWN', node: null, message: null, kinds: [] };

/** When to begin no other turn, and the rests between them. */
interface Span {
  until: number;
  rest(): Promise<void>;
}

/** Checks turns with one candidate after the other, in a thread. */
export function createChecker(deps: CheckerDeps): (work: CheckWork) => Promise<CheckDone> {
  let opened: { key: string; bot: OpenBot; accepted: ReadonlySet<string> } | null = null;
  /** The session that a candidate has left behind in the conversation it was given last. */
  let left: { key: string; conversationId: string; session: KeptTurn['session'] } | null = null;

  async function openedFor({ key, candidate }: CheckWork) {
    if (opened?.key === key) return opened;
    if (!candidate) return null;
    const { spec, overrides, env, plainEnv, sessionTimeoutMs } = candidate;
    const { program } = await deps.open(candidate);
    const { defaultLanguage } = spec;
    const bot = {
      versionId: spec.versionId,
      program,
      overrides: indexOverrides(overrides),
      defaultLanguage,
      sessionTimeoutMs,
      env,
      plainEnv,
    };
    opened = { key, bot: { ...bot, records: false }, accepted: new Set(candidate.accepted ?? []) };
    return opened;
  }

  function sessionFor({ key, mode }: CheckWork, { conversationId }: PackedTurn, { session }: KeptTurn) {
    const goesOn = mode === 'WHOLE_CONVERSATION' && !session.isNew;
    return goesOn && left?.key === key && left.conversationId === conversationId ? left.session : session;
  }

  async function check(work: CheckWork, packed: PackedTurn, { bot, accepted }: NonNullable<typeof opened>) {
    const { turnId, conversationId } = packed;
    const record = unpacked(packed.packed);
    if (record.kept === 'TOO_LARGE') return { turnId, ...TOO_LARGE, detail: null };
    const session = sessionFor(work, packed, record);
    const { scripts, clock, engineLimitMs } = deps;
    const checked = await checkTurn({ bot, scripts, clock, engineLimitMs }, { ...packed, record }, session, accepted);
    const state = checked.is.end.session ?? '';
    left = { key: work.key, conversationId, session: { ...session, isNew: false, state } };
    return { turnId, ...checked.verdict, detail: detailOf(record, checked, session.state) };
  }

  async function relive(turn: PackedTurn, bot: OpenBot): Promise<RelivedRun | null> {
    const record = unpacked(turn.packed);
    if (record.kept === 'TOO_LARGE') return null;
    const is = await asItWasSaid({ ...deps, bot, follow: createSteps }, { ...turn, record }, record.session);
    return { steps: is.steps, leavesAt: leavesRecordAt(record, is) };
  }

  /** Checks at least one of them, and begins no other after `WORK_MS`. */
  async function whileTime<T, V>(all: readonly T[], { until, rest }: Span, check: (one: T) => Promise<V>) {
    const verdicts: V[] = [];
    for (const one of all) {
      if (verdicts.length > 0 && deps.clock.monotonicNow() > until) break;
      verdicts.push(await check(one));
      await rest();
    }
    return verdicts;
  }

  return async (work) => {
    const candidate = await openedFor(work);
    if (!candidate) return 'CANDIDATE_WANTED';
    const { bot } = candidate;
    const { scripts, clock, engineLimitMs } = deps;
    const span: Span = { until: clock.monotonicNow() + WORK_MS, rest: createRests(clock, work.share) };
    const tests = await whileTime(work.tests, span, (test) => checkTest({ bot, scripts, clock, engineLimitMs }, test));
    const turns = await whileTime(work.turns, span, (turn) => check(work, turn, candidate));
    return { tests: tests.flat(), turns, relived: work.relived && (await relive(work.relived, bot)) };
  };
}

function detailOf(was: KeptTurn, { verdict, is }: CheckedTurn, before: string): Uint8Array | null {
  if (verdict.outcome === 'ALIKE') return null;
  return packedDetail(sidesOf(was, is, before));
}
