import type { OpenBot } from '../bots/bots.js';
import type { Said, TraceEntry } from '../bots/engine.js';
import type { LaneWriter } from '../lanes/held-lane.js';
import type { Route } from '../routing/routes.js';
import type { Clock } from '../time.js';
import { Acceptance } from '../turn/acceptance.js';
import { givenSession } from '../turn/given-session.js';
import { createTranscript, type Recording, type Transcript, type TurnEnd } from '../turn/recording.js';
import { runTurn } from '../turn/turn.js';
import type { TurnDeps, TurnJob } from '../turn/turn-job.js';
import type { KeptTurn } from '../turn/turn-record.js';
import type { Content } from '../vocabulary.js';
import type { Scripts } from '../wire/reply.js';
import { changed, namedValues } from './effects.js';
import { createPlayer, type NewQuestion } from './player.js';
import type { Followed, TurnStep } from './steps.js';

/** A turn that was recorded, and where it belongs. */
export interface RecordedTurn {
  turnId: string;
  traceId: string;
  conversationId: string;
  channelId: string;
  botId: string;
  record: KeptTurn;
}

/** What a message is chosen from and made of, before its values are filled in. */
export type SaidFrom = Pick<Said, 'suffix' | 'form'> & { contents: readonly Content[] };

/** What a candidate made of a recorded turn. */
export interface ReplayedTurn extends Transcript {
  end: TurnEnd;
  newQuestion: NewQuestion | null;
  /** The node at which it failed; empty: none. */
  failedAt: string;
  /** The node that changed a name of the session last. */
  changedAt: ReadonlyMap<string, string>;
  trace: TraceEntry[];
  /** For each message that was said, its number among all that the nodes tried to say: some say nothing. */
  sayings: number[];
  /** For each message that was said, what it was made of. */
  saidFrom: SaidFrom[];
  /** The steps, node by node, where they were asked for. */
  steps: TurnStep[];
}

export interface ReplayDeps {
  bot: OpenBot;
  scripts: Scripts;
  clock: Clock;
  engineLimitMs: number;
  /** Follows each run step by step. */
  follow?: () => Followed;
}

/** The number in [0, 1) that chooses among contents given at random, by how many messages were said before. */
export type Choices = ReadonlyMap<number, number>;

const NO_CHOICES: Choices = new Map();

/** Runs a recorded turn again. Nothing leaves it, and nothing is stored. */
export async function replay(
  deps: ReplayDeps,
  turn: RecordedTurn,
  session: KeptTurn['session'] = turn.record.session,
  choices: Choices = NO_CHOICES,
): Promise<ReplayedTurn> {
  const { record, conversationId } = turn;
  const { isNew, ...row } = session;
  let outOfTime = (): void => {};
  const followed = deps.follow?.();
  const observer = followed?.observer;
  const { tape, newQuestion } = createPlayer(record.calls, () => outOfTime(), observer?.asked);
  const following = createTranscript(record.seed);
  const { transcript } = following;
  const trace: TraceEntry[] = [];
  const changedAt = new Map<string, string>();
  let named = namedValues({});
  let failedAt = '';
  let sayings = 0;
  const sayingOf: number[] = [];
  const saidFrom: SaidFrom[] = [];
  let from: SaidFrom = { contents: [] };
  let end: TurnEnd | null = null;

  const chanceOf: Recording['chanceOf'] = (key) => {
    const chance = following.chanceOf(key);
    const choice = choices.get(sayings);
    sayings += 1;
    from = { contents: [] };
    return {
      ...chance,
      ...(choice !== undefined && { choose: () => choice }),
      chosenFrom(contents, { suffix, form }) {
        from = { contents, ...(suffix !== undefined && { suffix }), ...(form && { form }) };
      },
    };
  };

  const turnDeps: TurnDeps = {
    queue: NOTHING_STORED,
    rowForm: 'COMPACT',
    sessions: givenSession({ ...row, conversationId }, isNew),
    bots: { open: async () => deps.bot },
    scripts: deps.scripts,
    clock: {
      now: () => record.at,
      monotonicNow: deps.clock.monotonicNow,
      after(delayMs, fn) {
        outOfTime = fn; // the limit of the engine is all that a turn times
        return deps.clock.after(delayMs, fn);
      },
    },
    random: Math.random,
    record: () => ({
      ...following,
      tape,
      chanceOf,
      note(entry) {
        following.note(entry);
        trace.push(entry);
        observer?.note(entry);
        if (entry.kind === 'failure') failedAt ||= String(entry.node ?? following.node);
      },
      watch(node, context) {
        const now = namedValues(context);
        const names = changed(named, now);
        for (const name of names) changedAt.set(name, node);
        observer?.watch(node, named, now, names);
        named = now;
      },
      said(key, replies) {
        following.said(key, replies);
        observer?.said(key, replies);
        if (transcript.said.length === sayingOf.length) return; // nothing, or more than is kept
        sayingOf.push(sayings - 1);
        saidFrom.push(from);
      },
      ended(reached) {
        end = reached;
        return null;
      },
    }),
    engineLimitMs: deps.engineLimitMs,
    events: { turnEnded() {} },
    cutOff: NEVER,
    dispatch() {},
  };
  await runTurn(turnDeps, jobOf(turn), NO_LANE, { paused() {}, absorbed() {} });
  if (!end) throw new Error('a turn that was run again has no end');
  const steps = followed?.steps ?? [];
  return {
    ...transcript,
    end,
    newQuestion: newQuestion(),
    failedAt,
    changedAt,
    trace,
    sayings: sayingOf,
    saidFrom,
    steps,
  };
}

function jobOf({ turnId, traceId, conversationId, channelId, botId, record }: RecordedTurn): TurnJob {
  const { input, at } = record;
  const route: Route = {
    channelId,
    channelName: record.channelName,
    isDefault: false,
    accountId: '',
    botId,
    botName: record.botName,
    blockers: [],
    clientId: null,
    mode: 'SYNC',
    versionId: 'candidate',
    canary: null,
    enablePolling: false,
    templateEncoding: 'OBJECT',
    textForm: 'AUTO',
    burst: 'SERIAL',
    privacy: null,
  };
  return {
    turnId,
    traceId,
    conversationId,
    input: { ...input, mode: 'SYNC' },
    receivedAt: at,
    arrivedAt: performance.now(),
    route,
    acceptance: Acceptance.stored(),
    resume: null,
    said: [],
  };
}

const NEVER = new AbortController().signal;

const NOTHING_STORED: TurnDeps['queue'] = {
  commit: () => Promise.reject(new Error('a check stores nothing of a turn')),
};

const NO_LANE: LaneWriter = { epoch: () => 1, commit: async () => ({ status: 'committed' }), adopt() {} };
