import type { OpenBot } from '../bots/bots.js';
import type { EndOfTask, Said, SessionState, TraceEntry, TurnRequest } from '../bots/engine.js';
import { STANDARD_RESPONSES, type StandardResponse, standardKey } from '../definition/standard-responses.js';
import { unavailable } from '../errors.js';
import type { Json, JsonObject } from '../json.js';
import type { Unit } from '../store/commit/unit.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { ChannelCounts } from '../store/tables/channel-metrics.js';
import type { NewDelivery } from '../store/tables/deliveries.js';
import type { SessionRow } from '../store/tables/sessions.js';
import type { TurnProgress } from '../store/tables/turns.js';
import type { SaidReply } from '../wire/callbacks.js';
import { outcomeColumns, type TurnOutcome } from '../wire/outcome.js';
import type { EventReply, Reply } from '../wire/reply.js';
import { absorbedBy } from './absorbed.js';
import { isTimeout, runEngine } from './engine-run.js';
import { renderSaid } from './resolve-content.js';
import { keptText, stateFor } from './session-state.js';
import { callbacksOf, messageId } from './turn-callbacks.js';
import { LeaseLost, settingsOf, type TurnDeps, type TurnJob, type TurnLane } from './turn-job.js';

/**
 * One message in, replies out: opens the session, lets the engine speak, renders what it says, and makes all of it
 * durable before anybody hears of it. A failing or late engine, or a bot that is broken, ends in the bot's standard
 * response. Throws LeaseLost when another process has the conversation now, and the trouble of this server (nothing can
 * be read or stored, a thread has died): then nothing has been changed, and the turn can be run again.
 */
export async function runTurn(deps: TurnDeps, job: TurnJob, lane: TurnLane): Promise<TurnOutcome> {
  const lease = job.stored ? lane.lease() : null;
  if (job.stored && !lease) throw new LeaseLost(`the lane of ${job.conversationId} is not held`);
  const opened = job.row?.begin();
  const bot = await openBot(deps, job).finally(opened);
  const closing = job.input.message.type === 'event' && job.input.message.event === 'SESSION_CLOSURE';
  const { row, isNew } = await deps.sessions.open(
    job.conversationId,
    deps.clock.now(),
    bot.opened?.sessionTimeoutMs ?? Number.POSITIVE_INFINITY, // only a bot can say that its session is over
    job.input.newSession && !job.resume && !closing,
    lease?.epoch ?? null,
  );
  // A session is there once a bot has spoken in it, until somebody closes it.
  const unsaved = closing ? isNew : bot.opened === null;
  const turn = new RunningTurn(deps, job, lane, bot.opened, { row, isNew, unsaved });
  const failure = closing && isNew ? null : bot.opened ? await turn.converse() : bot.failure;
  if (closing) turn.close(isNew);
  else if (failure !== null) await turn.sayStandard(isTimeout(failure) ? 'engine_timeout' : 'failure');
  const outcome = await turn.finish(failure);
  const durationMs = Math.round(deps.clock.monotonicNow() - job.arrivedAt);
  const { turnId, traceId, conversationId, input, route } = job;
  const { botId, channelId } = route;
  deps.events.turnEnded({ turnId, traceId, botId, channelId, conversationId, mode: input.mode, durationMs, failure });
  return outcome;
}

async function openBot(deps: TurnDeps, job: TurnJob): Promise<{ opened: OpenBot | null; failure: unknown }> {
  try {
    if (!job.route.versionId) throw new Error('the bot has no live version any more');
    return { opened: await deps.bots.open(job.route.versionId), failure: null };
  } catch (failure) {
    if (isInfrastructure(failure)) throw failure;
    return { opened: null, failure };
  }
}

class RunningTurn {
  private readonly replies: SaidReply[];
  private committedReplies: number;
  private state: SessionState | null = null;
  private context: JsonObject = {};
  private endOfTask: EndOfTask | null = null;
  private closeSession = false;
  private agentTransfer = false;
  private stored: boolean;
  private readonly trace: TraceEntry[] = [];
  private readonly found: { state: SessionState; language: string | undefined };
  private readonly session: SessionRow;

  constructor(
    private readonly deps: TurnDeps,
    private readonly job: TurnJob,
    private readonly lane: TurnLane,
    private readonly bot: OpenBot | null,
    private readonly place: { row: SessionRow; isNew: boolean; unsaved: boolean },
  ) {
    this.session = place.row;
    this.replies = [...job.said];
    this.committedReplies = job.said.length;
    this.stored = job.stored;
    this.found = stateFor(place.row, job.input, deps.clock.now());
  }

  private get language(): string {
    return this.found.language ?? this.bot?.defaultLanguage ?? '';
  }

  /** Empty when there is none, and none is begun. */
  private get sessionId(): string {
    const { row, isNew, unsaved } = this.place;
    return isNew && unsaved ? '' : row.id;
  }

  /** Lets the engine answer. Gives what went wrong, or null. */
  async converse(): Promise<unknown> {
    const { deps, bot } = this;
    if (!bot) return new Error('no bot');
    const request = this.request(bot);
    this.context = request.session.context;
    this.job.row?.begin();
    const outcome = await runEngine(bot.program.engine, request, {
      clock: deps.clock,
      limitMs: deps.engineLimitMs,
      said: (item) => this.trySay(item),
      paused: async ({ session, resume }) => {
        this.state = session;
        await this.pause(resume);
      },
    });
    if ('failure' in outcome) {
      this.state = null; // half a change is no change: the session stays as it was
      return outcome.failure;
    }
    const { end } = outcome;
    this.state = end.session;
    this.endOfTask = end.endOfTask ?? null;
    this.closeSession = end.closeSession ?? false;
    this.agentTransfer = end.agentTransfer ?? false;
    return null;
  }

  private request(bot: OpenBot): TurnRequest {
    const { job, session, deps } = this;
    return {
      turnId: job.turnId,
      traceId: job.traceId,
      conversationId: job.conversationId,
      sessionId: session.id,
      newSession: this.place.isNew,
      botId: job.route.botId,
      botName: job.route.botName,
      channel: { id: job.route.channelId, name: job.route.channelName },
      user: job.input.user,
      message: job.input.message,
      language: this.language,
      session: this.found.state,
      env: bot.env,
      plainEnv: bot.plainEnv,
      resume: job.resume,
      now: deps.clock.now(),
      random: deps.random,
      trace: (entry) => this.trace.push(entry),
    };
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
    const { deps, job, bot, language, context } = this;
    const trace = (entry: TraceEntry) => this.trace.push(entry);
    const reply = await renderSaid(said, { deps, job, bot, language, context, trace });
    if (reply) this.add(reply, said);
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

  private add(reply: Reply | EventReply, { form }: Pick<Said, 'form'> = {}): void {
    this.replies.push({
      ...reply,
      id: messageId(this.job.turnId, this.replies.length),
      at: this.deps.clock.now(),
      ...(form && { form }),
    });
  }

  private async pause(resume: Json): Promise<void> {
    const outcome = this.outcome();
    await this.commit({ ...this.row('PAUSED', outcome), resume: JSON.stringify(resume) }, outcome);
    this.lane.paused(outcome);
  }

  async finish(failure: unknown): Promise<TurnOutcome> {
    const outcome = this.outcome();
    const row = { ...this.row('DONE', outcome), finishedAt: this.deps.clock.now() };
    await this.commit({ ...row, error: failure === null ? null : describe(failure) }, outcome);
    return outcome;
  }

  private outcome(): TurnOutcome {
    const { job } = this;
    return {
      turnId: job.turnId,
      traceId: job.traceId,
      sessionId: this.sessionId,
      to: job.input.user.id,
      from: job.input.replyFrom,
      replies: [...this.replies],
      endOfTask: this.endOfTask,
      agentTransfer: this.agentTransfer,
      settings: settingsOf(job.route),
      ...(job.burst && { answers: job.burst.answers }),
    };
  }

  private row(status: 'PAUSED' | 'DONE', outcome: TurnOutcome): TurnProgress {
    return {
      id: this.job.turnId,
      status,
      ...outcomeColumns(outcome),
      resume: null,
      error: null,
      trace: this.trace.length > 0 ? JSON.stringify(this.trace) : null,
      finishedAt: null,
    };
  }

  private async commit(row: TurnProgress, outcome: TurnOutcome): Promise<void> {
    const { deps, job, lane } = this;
    // What a turn has come to since is the stop's doing: its calls have been cut off.
    if (deps.cutOff.aborted) throw unavailable('STOPPING', 'The server is stopping; send the message again.');
    await job.row?.claim();
    this.stored ||= job.stored;
    const runsFirst = !this.stored;
    const now = deps.clock.now();
    const done = row.status === 'DONE' ? 1 : 0;
    const session: SessionRow = {
      ...this.session,
      state: this.state ? keptText(this.state, this.found.language) : this.session.state,
      lastMessageAt: this.closeSession ? 0 : now, // a closed session is one whose silence is over
    };
    const unit: Unit = {};
    if (!this.place.unsaved) unit.session = session;
    const deliveries = job.input.mode === 'ASYNC' ? this.unsent(done === 1, now) : [];
    if (deliveries.length > 0) unit.deliveries = deliveries;
    const absorbed = absorbedBy(job, outcome, now);
    const lease = this.stored ? lane.lease() : null;
    if (this.stored) {
      unit.progress = row;
      if (absorbed.length > 0) unit.absorbed = absorbed.map((one) => one.row);
      if (!lease) throw new LeaseLost(`the lane of ${job.conversationId} is not held`);
      unit.settle = { ...lease, done: done + absorbed.length, dueAt: null };
    } else {
      unit.conversation = {
        id: job.conversationId,
        accountId: job.route.accountId,
        channelId: job.route.channelId,
        userId: job.input.user.id,
        groupId: job.input.groupId,
        at: job.receivedAt,
      };
      unit.turn = {
        ...row,
        conversationId: job.conversationId,
        channelId: job.route.channelId,
        traceId: job.traceId,
        input: JSON.stringify(job.input),
        createdAt: job.receivedAt,
      };
    }
    unit.counts = this.counts(row, outcome);
    // Nobody waits for the turn of a message that is accepted: those who wait for the acceptance of theirs go first.
    const written = await deps.queue
      .commit(unit, job.input.mode === 'ASYNC' && !runsFirst ? 'SOON' : 'NOW')
      .catch((error: unknown) => {
        deps.sessions.forget(job.conversationId);
        throw error;
      });
    if (written.status !== 'committed') {
      deps.sessions.forget(job.conversationId);
      throw new LeaseLost(`another process has taken the lane of ${job.conversationId}`);
    }
    if (!this.place.unsaved) deps.sessions.committed(session, lease?.epoch ?? null);
    if (runsFirst && written.inbound?.lease && done === 0) lane.taken(written.inbound.lease);
    if (lease && written.pending !== undefined) lane.settled(lease, written.pending);
    if (job.burst) job.burst.absorbed = [];
    for (const one of absorbed) lane.absorbed(one.job, one.outcome);
    this.stored = true;
    this.committedReplies = outcome.replies.length;
    const { outbound } = written;
    if (!outbound || deliveries.length === 0) return;
    if (runsFirst)
      setImmediate(() => deps.dispatch(outbound, deliveries)); // after the acknowledgement of the message
    else deps.dispatch(outbound, deliveries);
  }

  /** What this commit adds to the channel's metrics. */
  private counts(row: TurnProgress, outcome: TurnOutcome): ChannelCounts {
    const { job, deps } = this;
    const isFirst = this.committedReplies === 0 && !job.resume;
    return {
      channelId: job.route.channelId,
      messagesOut: outcome.replies.length - this.committedReplies,
      sessionsStarted: isFirst && this.session.state === '' && !this.place.unsaved ? 1 : 0,
      ...(row.status === 'DONE' && {
        failed: row.error === null ? 0 : 1,
        responseTimeMs: Math.round(deps.clock.monotonicNow() - job.arrivedAt),
      }),
    };
  }

  /** The callbacks of what was said since the last commit. */
  private unsent(last: boolean, at: number): NewDelivery[] {
    const { job, sessionId, committedReplies: position } = this;
    const replies = this.replies.slice(position);
    const news = { replies, position, endOfTask: this.endOfTask, last };
    return callbacksOf(job, news, { sessionId, at });
  }
}

const describe = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2000);
