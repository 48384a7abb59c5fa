import { STANDARD_RESPONSES, type StandardResponse, standardKey } from '../definition/standard-responses.js';
import type { Events } from '../events.js';
import type { CommitQueue } from '../store/commit-queue.js';
import type { NewDelivery } from '../store/deliveries.js';
import type { Appended, Lease } from '../store/lanes.js';
import type { SessionRow } from '../store/sessions.js';
import type { Unit } from '../store/unit.js';
import type { Clock } from '../time.js';
import type { OpenBot, OpenBots } from './bots.js';
import type { CallbackForms, ReplySettings, SaidReply } from './callbacks.js';
import type {
  Content,
  End,
  EndOfTask,
  Json,
  JsonObject,
  Pause,
  Said,
  SessionState,
  TraceEntry,
  TurnRequest,
} from './engine.js';
import type { TurnInput } from './message.js';
import { type RenderScope, render } from './render.js';
import type { Reply, ScriptRunner } from './reply.js';
import type { Route } from './routes.js';
import { stateFor } from './session-state.js';
import type { Sessions } from './sessions.js';

/** A turn to run: begun now, or gone on with after a crash. */
export interface TurnJob {
  turnId: string;
  traceId: string;
  conversationId: string;
  input: TurnInput;
  receivedAt: number;
  route: Route;
  /** False: nothing of it is stored yet; its row is written when it ends or pauses. */
  stored: boolean;
  /** Of the pause it goes on from. */
  resume: Json | null;
  said: SaidReply[];
}

/** What a turn came to: what a synchronous caller is answered, now or when asked again. */
export interface TurnOutcome {
  turnId: string;
  traceId: string;
  sessionId: string;
  replies: SaidReply[];
  endOfTask: EndOfTask | null;
  /** The caller is asked to hand the conversation to a person. */
  agentTransfer: boolean;
  settings: ReplySettings;
}

export interface TurnDeps {
  queue: CommitQueue;
  sessions: Sessions;
  bots: OpenBots;
  scripts: ScriptRunner;
  callbacks: CallbackForms;
  clock: Clock;
  random(): number;
  engineLimitMs: number;
  events: Events;
  /** Deliveries that are durable now. */
  dispatch(outbound: Appended, deliveries: NewDelivery[]): void;
}

/** The lease a turn runs under changes when the lane is claimed again, so it is asked for at each commit. */
export interface TurnLane {
  lease(): Lease | null;
  settled(pending: number): void;
  taken(lease: Lease): void;
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * One message in, replies out: opens the session, lets the engine speak, renders what it says, and makes all of it
 * durable before anybody hears of it. A failing or late engine ends in the bot's standard response. Throws LeaseLost
 * when another process has the conversation now, AppError UNAVAILABLE when nothing can be stored.
 */
export async function runTurn(deps: TurnDeps, job: TurnJob, lane: TurnLane): Promise<TurnOutcome> {
  const bot = await openBot(deps, job);
  const { row, isNew } = await deps.sessions.open(
    job.conversationId,
    deps.clock.now(),
    bot.opened?.sessionTimeoutMs ?? 0,
    job.input.newSession && !job.resume,
  );
  const turn = new Turn(deps, job, lane, bot.opened, row);
  const failure = bot.opened ? await turn.converse(isNew) : bot.failure;
  if (failure !== null) await turn.sayStandard(failure instanceof EngineTimeout ? 'engine_timeout' : 'failure');
  const outcome = await turn.finish(failure);
  const durationMs = deps.clock.now() - job.receivedAt;
  deps.events.turnEnded({ turnId: job.turnId, traceId: job.traceId, mode: job.input.mode, durationMs, failure });
  return outcome;
}

async function openBot(deps: TurnDeps, job: TurnJob): Promise<{ opened: OpenBot | null; failure: unknown }> {
  try {
    if (!job.route.versionId) throw new Error('the bot has no live version any more');
    return { opened: await deps.bots.open(job.route.versionId), failure: null };
  } catch (failure) {
    return { opened: null, failure };
  }
}

class EngineTimeout extends Error {
  override readonly name = 'EngineTimeout';
}

class Turn {
  private readonly replies: SaidReply[];
  private committedReplies: number;
  private state: SessionState | null = null;
  private context: JsonObject = {};
  private endOfTask: EndOfTask | null = null;
  private closeSession = false;
  private agentTransfer = false;
  private stored: boolean;
  private readonly trace: TraceEntry[] = [];

  constructor(
    private readonly deps: TurnDeps,
    private readonly job: TurnJob,
    private readonly lane: TurnLane,
    private readonly bot: OpenBot | null,
    private readonly session: SessionRow,
  ) {
    this.replies = [...job.said];
    this.committedReplies = job.said.length;
    this.stored = job.stored;
  }

  /** Lets the engine answer. Gives what went wrong, or null. */
  async converse(isNew: boolean): Promise<unknown> {
    const { deps, bot } = this;
    if (!bot) return new Error('no bot');
    const controller = new AbortController();
    let late: (error: Error) => void = () => {};
    const limit = new Promise<never>((_, reject) => {
      late = reject;
    });
    limit.catch(() => {}); // it may reject when nobody waits any more
    const timer = deps.clock.after(deps.engineLimitMs, () => {
      late(new EngineTimeout(`the engine was not done after ${deps.engineLimitMs} ms`));
      controller.abort();
    });
    try {
      const request = this.request(isNew, bot);
      this.context = request.session.context;
      const saying = bot.program.engine.reply(request, controller.signal)[Symbol.asyncIterator]();
      let step = saying.next();
      for (;;) {
        const next = await Promise.race([step, limit]);
        if (next.done) throw new Error('the engine stopped without an end');
        const item = next.value;
        if (item.type === 'end') {
          this.state = item.session;
          this.endOfTask = item.endOfTask ?? null;
          this.closeSession = item.closeSession ?? false;
          this.agentTransfer = item.agentTransfer ?? false;
          void Promise.resolve(saying.return?.()).catch(() => {}); // it has ended; its clean-up is its own affair
          return null;
        }
        if (item.type === 'pause') {
          this.state = item.session;
          await this.pause(item.resume);
          step = saying.next();
        } else {
          const failure = await Promise.race([this.trySay(item), limit]);
          step = failure === null ? saying.next() : throwInto(saying, failure);
        }
      }
    } catch (error) {
      if (error instanceof LeaseLost || isUnavailable(error)) throw error;
      controller.abort();
      this.state = null; // half a change is no change: the session stays as it was
      return error;
    } finally {
      timer.cancel();
    }
  }

  private request(isNew: boolean, bot: OpenBot): TurnRequest {
    const { job, session, deps } = this;
    return {
      turnId: job.turnId,
      traceId: job.traceId,
      conversationId: job.conversationId,
      sessionId: session.id,
      newSession: isNew,
      botId: job.route.botId,
      botName: job.route.botName,
      channel: { id: job.route.channelId, name: job.route.channelName },
      user: job.input.user,
      message: job.input.message,
      language: job.input.language ?? bot.defaultLanguage,
      session: stateFor(session, job.input, deps.clock.now()),
      env: bot.env,
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
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private async say(said: Said): Promise<void> {
    const { bot, deps } = this;
    const contents = said.key && bot ? this.contentsOf(bot, said.key, said.contents) : (said.contents ?? []);
    if (contents.length === 0) return;
    const seen: RenderScope = { context: this.context, env: bot?.env ?? {} };
    if (said.scope) seen.scope = said.scope;
    if (said.suffix !== undefined) seen.suffix = said.suffix;
    const reply = await render(contents, seen, { random: deps.random, scripts: deps.scripts });
    if (reply.type === 'text' && reply.text === '' && !said.form) return;
    this.add(reply, said);
  }

  /** What this channel says for a message: its override, else the one of all webhook channels, else the bot's own. */
  private contentsOf(bot: OpenBot, key: string, given: Content[] | undefined): Content[] {
    const { input, route } = this.job;
    const channelId = input.preferredChannel ?? route.channelId;
    const language = input.language ?? bot.defaultLanguage;
    for (const wanted of new Set([language, bot.defaultLanguage])) {
      const contents = bot.overrides.find(key, channelId, wanted) ?? bot.program.message(key, wanted);
      if (contents && contents.length > 0) return contents;
    }
    return given ?? [];
  }

  async sayStandard(name: StandardResponse): Promise<void> {
    try {
      await this.say({ type: 'said', key: standardKey(name) });
    } catch {
      this.add({ type: 'text', text: STANDARD_RESPONSES[name].text });
    }
    if (!this.bot) this.add({ type: 'text', text: STANDARD_RESPONSES[name].text });
  }

  private add(reply: Reply, { form }: Pick<Said, 'form'> = {}): void {
    this.replies.push({
      ...reply,
      id: messageId(this.job.turnId, this.replies.length),
      at: this.deps.clock.now(),
      ...(form && { form }),
    });
  }

  private async pause(resume: Json): Promise<void> {
    const row = { ...this.row('PAUSED'), resume: JSON.stringify(resume) };
    await this.commit(row, this.unsent(false), 0);
  }

  async finish(failure: unknown): Promise<TurnOutcome> {
    const { job } = this;
    const outcome: TurnOutcome = {
      turnId: job.turnId,
      traceId: job.traceId,
      sessionId: this.session.id,
      replies: this.replies,
      endOfTask: this.endOfTask,
      agentTransfer: this.agentTransfer,
      settings: { templateEncoding: job.route.templateEncoding, textForm: job.route.textForm },
    };
    const { replies: _, ...rest } = outcome; // the replies have a column of their own
    const row = {
      ...this.row('DONE'),
      outcome: JSON.stringify(rest),
      error: failure === null ? null : describe(failure),
      finishedAt: this.deps.clock.now(),
    };
    await this.commit(row, this.unsent(true), 1);
    return outcome;
  }

  private row(status: 'PAUSED' | 'DONE') {
    return {
      id: this.job.turnId,
      status,
      replies: JSON.stringify(this.replies),
      outcome: null as string | null,
      resume: null as string | null,
      error: null as string | null,
      trace: this.trace.length > 0 ? JSON.stringify(this.trace) : null,
      finishedAt: null as number | null,
    };
  }

  /** The callbacks of what was said since the last commit. */
  private unsent(last: boolean): NewDelivery[] {
    const { job, deps, session } = this;
    if (job.input.mode !== 'ASYNC') return [];
    const fresh = this.replies.slice(this.committedReplies);
    const contents: { id: string; content: { reply: SaidReply } | { endOfTask: EndOfTask } }[] = fresh.map((reply) => ({
      id: reply.id,
      content: { reply },
    }));
    if (last && this.endOfTask) {
      const id = messageId(job.turnId, this.replies.length);
      contents.push({ id, content: { endOfTask: this.endOfTask } });
    }
    const at = deps.clock.now();
    return contents.map(({ id, content }, index) => ({
      id,
      accountId: job.route.accountId,
      channelId: job.route.channelId,
      conversationId: job.conversationId,
      turnId: job.turnId,
      createdAt: at,
      payload: JSON.stringify(
        deps.callbacks[job.input.form]({
          content,
          messageId: id,
          conversationId: job.conversationId,
          sessionId: session.id,
          to: job.input.user.id,
          from: job.input.replyFrom,
          traceId: job.traceId,
          lastInTurn: last && index === contents.length - 1,
          at,
          settings: { templateEncoding: job.route.templateEncoding, textForm: job.route.textForm },
        }),
      ),
    }));
  }

  private async commit(row: ReturnType<Turn['row']>, deliveries: NewDelivery[], done: number): Promise<void> {
    const { deps, job, lane } = this;
    const now = deps.clock.now();
    const session: SessionRow = {
      ...this.session,
      state: this.state ? JSON.stringify(this.state) : this.session.state,
      lastMessageAt: this.closeSession ? 0 : now, // a closed session is one whose silence is over
    };
    const unit: Unit = {
      session,
      conversation: {
        id: job.conversationId,
        accountId: job.route.accountId,
        channelId: job.route.channelId,
        userId: job.input.user.id,
        groupId: job.input.groupId,
        at: now,
      },
    };
    if (deliveries.length > 0) unit.deliveries = deliveries;
    if (this.stored) {
      unit.progress = row;
      const lease = lane.lease();
      if (!lease) throw new LeaseLost(`the lane of ${job.conversationId} is not held`);
      unit.settle = { ...lease, done, dueAt: null };
    } else {
      unit.turn = {
        ...row,
        conversationId: job.conversationId,
        channelId: job.route.channelId,
        traceId: job.traceId,
        input: JSON.stringify(job.input),
        createdAt: job.receivedAt,
      };
    }
    const outcome = await deps.queue.commit(unit).catch((error: unknown) => {
      deps.sessions.forget(job.conversationId);
      throw error;
    });
    if (outcome.status !== 'committed') {
      deps.sessions.forget(job.conversationId);
      throw new LeaseLost(`another process has taken the lane of ${job.conversationId}`);
    }
    deps.sessions.committed(session);
    if (!this.stored && outcome.inbound?.lease && row.status === 'PAUSED') lane.taken(outcome.inbound.lease);
    if (this.stored && outcome.pending !== undefined) lane.settled(outcome.pending);
    this.stored = true;
    this.committedReplies = this.replies.length;
    if (outcome.outbound && deliveries.length > 0) deps.dispatch(outcome.outbound, deliveries);
  }
}

/** The id of the n-th message of a turn: the same when the turn is run again after a crash. */
export const messageId = (turnId: string, position: number): string => `ms-${turnId.slice(3)}-${position}`;

function throwInto(
  saying: AsyncIterator<Said | Pause | End>,
  error: Error,
): Promise<IteratorResult<Said | Pause | End>> {
  return saying.throw ? saying.throw(error) : Promise.reject(error);
}

const isUnavailable = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'UNAVAILABLE';

const describe = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2000);
