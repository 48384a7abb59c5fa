import type { OpenBot } from '../bots/bots.js';
import type { EndOfTask, Pause, Said, SessionState, TraceEntry } from '../bots/engine.js';
import { STANDARD_RESPONSES, type StandardResponse, standardKey } from '../definition/standard-responses.js';
import type { Json, JsonObject } from '../json.js';
import { type LaneWriter, LeaseLost, Overtaken } from '../lanes/held-lane.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { SessionRow } from '../store/tables/sessions.js';
import { messageId, type SaidReply } from '../wire/callbacks.js';
import type { TurnOutcome } from '../wire/outcome.js';
import type { EventReply, Reply } from '../wire/reply.js';
import { createTurnCommits } from './commit-turn.js';
import { isTimeout, runEngine } from './engine-run.js';
import type { Recording } from './recording.js';
import { renderSaid } from './resolve-content.js';
import { openServing, type Serving } from './serving.js';
import { keptText, stateFor } from './session-state.js';
import type { Opened, OpenedAtRest, Timeout } from './sessions.js';
import type { Step } from './step.js';
import { loggable } from './stored-form.js';
import { settingsOf, type TurnDeps, type TurnJob, type TurnListener } from './turn-job.js';
import { requestOf } from './turn-request.js';
import { createTurnTrace, type TurnTrace } from './turn-trace.js';

/**
 * One message in, replies out: opens the session, lets the engine speak, renders what it says, and makes all of it
 * durable before anybody hears of it. A failing or late engine, or a bot that is broken, ends in the bot's standard
 * response. Throws LeaseLost when another process has the conversation now, and the trouble of this server (nothing can
 * be read or stored, a thread has died): then nothing has been changed, and the turn can be run again.
 */
export async function runTurn(
  deps: TurnDeps,
  job: TurnJob,
  lane: LaneWriter,
  listener: TurnListener,
): Promise<TurnOutcome> {
  const isStored = job.acceptance.state === 'STORED';
  const epoch = isStored ? lane.epoch() : null;
  if (isStored && epoch === null) throw new LeaseLost(job.conversationId);
  const opened = storeSoon(job);
  const serving = await openServing(deps, job).finally(opened);
  const now = deps.clock.now();
  const closing = job.input.message.type === 'event' && job.input.message.event === 'SESSION_CLOSURE';
  const opening = await openSession(deps, job, serving, { epoch, closing, now });
  const { row, isNew } = opening;
  const bot = serving.versionFor(row);
  // A session is there once a bot has spoken in it, until somebody closes it.
  const kept = closing ? !isNew : bot.opened !== null;
  const commit = createTurnCommits(deps, job, lane, listener, { serving, ...opening });
  const turn = new RunningTurn(deps, job, { commit, listener }, bot.opened, { row, isNew, kept, now });
  const failure = closing && isNew ? null : bot.opened ? await turn.converse() : bot.failure;
  if (closing) turn.close(isNew);
  else if (failure !== null) await turn.sayStandard(isTimeout(failure) ? 'engine_timeout' : 'failure');
  const outcome = await turn.finish(failure);
  const told = failure ?? (turn.taskFailure && new Error('a task of the bot failed: its turn says why'));
  const durationMs = Math.round(deps.clock.monotonicNow() - job.arrivedAt);
  const { turnId, traceId, conversationId, input, route } = job;
  const { botId, channelId } = route;
  const ended = { mode: input.mode, durationMs, failure: loggable(route, told), test: input.test !== undefined };
  deps.events.turnEnded({ turnId, traceId, botId, channelId, conversationId, ...ended });
  return outcome;
}

/** A synchronous caller waits for the answer in any case: its message is stored with the first commit of the turn. */
const storeSoon = ({ acceptance, input }: TurnJob): (() => void) =>
  input.mode === 'ASYNC' ? acceptance.storeSoon() : () => {};

/** Throws Overtaken where the turn cannot run without the lease. */
async function openSession(
  { sessions }: TurnDeps,
  { conversationId, input, resume, alone }: TurnJob,
  serving: Serving,
  { epoch, closing, now }: { epoch: number | null; closing: boolean; now: number },
): Promise<Opened | OpenedAtRest> {
  // Only a bot can say that its session is over.
  const timeout: Timeout = (session) =>
    serving.versionFor(session).opened?.sessionTimeoutMs ?? Number.POSITIVE_INFINITY;
  const fresh = input.newSession && !resume && !closing;
  if (!alone) return sessions.open(conversationId, now, timeout, fresh, epoch);
  const opened = serving.runsOnce ? null : await sessions.openAtRest(conversationId, now, timeout, fresh);
  if (!opened) throw new Overtaken(conversationId);
  return opened;
}

/** A task that its engine could not go on with. What it says is stored, never logged: it may repeat what people said. */
class TaskFailure extends Error {
  override readonly name = 'Task failed';
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function noteIn(trace: TurnTrace, recording: Recording | null): (entry: TraceEntry) => void {
  if (!recording) return trace.note;
  return (entry) => {
    recording.note(entry);
    trace.note(entry);
  };
}

/** The session a turn runs in. `kept`: the turn stores it. */
interface OpenSession {
  row: SessionRow;
  isNew: boolean;
  kept: boolean;
  /** The turn's clock, which stands still. */
  now: number;
}

class RunningTurn {
  private readonly replies: SaidReply[];
  private readonly trace: TurnTrace;
  private readonly recording: Recording | null;
  private readonly note: (entry: TraceEntry) => void;
  private readonly found: { state: SessionState; language: string | undefined };
  /** Null: the session stays as it was. */
  private state: SessionState | null = null;
  private context: JsonObject = {};
  private endOfTask: EndOfTask | null = null;
  private closeSession = false;
  private agentTransfer = false;
  private unidentified = false;
  /** What the engine failed at and has answered for itself, or null. */
  taskFailure: TaskFailure | null = null;

  constructor(
    private readonly deps: TurnDeps,
    private readonly job: TurnJob,
    private readonly steps: { commit(step: Step): Promise<void>; listener: TurnListener },
    private readonly bot: OpenBot | null,
    private readonly session: OpenSession,
  ) {
    this.replies = [...job.said];
    this.trace = createTurnTrace(() => deps.clock.monotonicNow() - job.arrivedAt, deps.rowForm);
    this.recording = bot && job.resume === null ? deps.record(job, session, bot, session.now) : null;
    this.note = noteIn(this.trace, this.recording);
    this.found = stateFor(session.row, job.input, session.now);
  }

  private get language(): string {
    return this.found.language ?? this.bot?.defaultLanguage ?? '';
  }

  /** Lets the engine answer. Gives what went wrong, or null. */
  async converse(): Promise<unknown> {
    const { deps, job, bot, language } = this;
    if (!bot) return new Error('no bot');
    const { row, isNew: newSession } = this.session;
    const session = { sessionId: row.id, newSession, language, session: this.found.state };
    const { recording } = this;
    const request = requestOf(job, bot, session, {
      now: this.session.now,
      random: recording?.random ?? deps.random,
      trace: this.note,
      tape: recording?.tape,
      watch: recording?.watch,
    });
    this.context = request.session.context;
    storeSoon(job);
    this.note({ kind: job.resume === null ? 'begun' : 'resumed', newSession, version: bot.versionId });
    const outcome = await runEngine(bot.program.engine, request, {
      clock: deps.clock,
      limitMs: deps.engineLimitMs,
      said: (item) => this.trySay(item),
      paused: (item) => this.pause(item),
    });
    if ('failure' in outcome) {
      this.state = null; // half a change is no change
      this.note({ kind: 'failure', error: messageOf(outcome.failure) });
      return outcome.failure;
    }
    const { end } = outcome;
    this.state = end.session;
    this.endOfTask = end.endOfTask ?? null;
    this.closeSession = end.closeSession ?? false;
    this.agentTransfer = end.agentTransfer ?? false;
    this.unidentified = end.unidentified ?? false;
    if (end.failure !== undefined) this.taskFailure = new TaskFailure(end.failure);
    return null;
  }

  /** Gives what went wrong: the engine decides what follows. */
  private async trySay(said: Said): Promise<Error | null> {
    try {
      await this.say(said);
      return null;
    } catch (error) {
      if (isInfrastructure(error)) throw error;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private async say(said: Said): Promise<void> {
    const { deps, job, bot, language, context, recording, note: trace } = this;
    const { now } = this.session;
    const chance = recording?.chanceOf(said.key) ?? { choose: deps.random, script: deps.random };
    const replies = await renderSaid(said, { deps, job, bot, language, context, trace, now, ...chance });
    const kind = said.key === undefined ? undefined : bot?.program.message(said.key)?.kind;
    const more: Pick<SaidReply, 'form' | 'kind'> = {};
    if (said.form) more.form = said.form;
    if (kind === 'message' || kind === 'faq') more.kind = kind;
    for (const reply of replies) this.add(reply, more);
    recording?.said(
      said.key,
      replies.map((reply) => (said.form ? { form: said.form, ...reply } : reply)),
    );
  }

  async sayStandard(name: StandardResponse): Promise<void> {
    try {
      await this.say({ type: 'said', key: standardKey(name) });
    } catch (error) {
      if (isInfrastructure(error)) throw error;
      this.add({ type: 'text', text: STANDARD_RESPONSES[name].text });
    }
    if (!this.bot) this.add({ type: 'text', text: STANDARD_RESPONSES[name].text });
  }

  /** Says what became of the session its caller wanted closed (kore-webhook.md §1.6). */
  close(nothingToClose: boolean): void {
    this.closeSession = !nothingToClose;
    const ended: Pick<EventReply, 'outcome' | 'description'> = nothingToClose
      ? { outcome: 'SESSION_CLOSURE_IGNORED', description: 'There is no session to close.' }
      : { outcome: 'SESSION_CLOSURE_SUCCESS', description: 'The session has been closed.' };
    this.add({ type: 'event', event: 'SESSION_CLOSURE', ...ended });
  }

  private add(reply: Reply | EventReply, more: Pick<SaidReply, 'form' | 'kind'> = {}): void {
    this.replies.push({
      id: messageId(this.job.turnId, this.replies.length),
      at: this.deps.clock.now(),
      ...reply,
      ...more,
    });
  }

  private async pause({ session, resume }: Pause): Promise<void> {
    this.state = session;
    const step = this.step('PAUSED', { resume });
    await this.steps.commit(step);
    this.steps.listener.paused(step.outcome);
  }

  async finish(failure: unknown): Promise<TurnOutcome> {
    const step = this.step('DONE', { failure: failure ?? this.taskFailure });
    await this.steps.commit({ ...step, record: this.record(step) });
    return step.outcome;
  }

  private record({ session, failure }: Step): Step['record'] {
    if (!this.recording) return null;
    const { endOfTask, agentTransfer, closeSession } = this;
    const why = failure === null ? null : messageOf(failure);
    return this.recording.ended({
      endOfTask,
      agentTransfer,
      closeSession,
      failure: why,
      session: session?.state ?? null,
    });
  }

  private step(status: Step['status'], { resume = null, failure = null }: { resume?: Json; failure?: unknown }): Step {
    const { row, isNew, kept } = this.session;
    const state = this.state ? keptText(this.state, this.found.language) : row.state;
    const lastMessageAt = this.closeSession ? 0 : this.deps.clock.now(); // a closed session is one whose silence is over
    return {
      status,
      outcome: this.outcome(),
      session: kept ? { ...row, state, lastMessageAt } : null,
      newSession: isNew,
      resume,
      failure,
      unidentified: this.unidentified,
      trace: this.trace.text(),
      record: null,
    };
  }

  private outcome(): TurnOutcome {
    const { job, session } = this;
    return {
      turnId: job.turnId,
      traceId: job.traceId,
      sessionId: session.isNew && !session.kept ? '' : session.row.id,
      to: job.input.user.id,
      from: job.input.replyFrom,
      replies: [...this.replies],
      endOfTask: this.endOfTask,
      agentTransfer: this.agentTransfer,
      settings: settingsOf(job.route),
      ...(job.burst && { answers: job.burst.answers }),
    };
  }
}
