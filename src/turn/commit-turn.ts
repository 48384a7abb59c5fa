import { unavailable } from '../errors.js';
import { type Committed, type LaneWriter, LeaseLost, Overtaken } from '../lanes/held-lane.js';
import type { Unit } from '../store/commit/unit.js';
import type { ChannelCounts } from '../store/tables/channel-metrics.js';
import type { NewDelivery } from '../store/tables/deliveries.js';
import type { RowForm, TurnProgress } from '../store/tables/turns.js';
import { outcomeColumns } from '../wire/outcome.js';
import { type Absorbed, absorbedBy } from './absorbed.js';
import type { TurnWrite } from './acceptance.js';
import { insertOf } from './insert.js';
import type { Serving } from './serving.js';
import type { Opened, OpenedAtRest } from './sessions.js';
import type { Step } from './step.js';
import { storedDelivery, storedProgress, storedSession } from './stored-form.js';
import { callbacksOf } from './turn-callbacks.js';
import type { TurnDeps, TurnJob, TurnListener } from './turn-job.js';

/** What one commit writes, and what follows from it. */
interface Writing {
  unit: Unit;
  deliveries: NewDelivery[];
  absorbed: Absorbed[];
}

/**
 * Makes the steps of one turn durable: replies, session and deliveries as one unit, with the message itself when it is not
 * stored yet. Rejects with LeaseLost when another process has the lane, with UNAVAILABLE when nothing can be stored.
 */
export function createTurnCommits(
  deps: TurnDeps,
  job: TurnJob,
  lane: LaneWriter,
  listener: TurnListener,
  opened: (Opened | OpenedAtRest) & { serving: Pick<Serving, 'canaryTurn'> },
): (step: Step) => Promise<void> {
  const { conversationId, route, input } = job;
  /** Replies that are stored. */
  let stored = job.said.length;
  let isFirst = true;

  function prepare(write: TurnWrite, step: Step): Writing {
    const { outcome, session } = step;
    const now = deps.clock.now();
    const row = rowOf(deps.rowForm, job, step, now);
    const deliveries = input.mode === 'ASYNC' ? callbacks(step, now) : [];
    const absorbed = absorbedBy(job, outcome, now, deps.rowForm);
    const canary = step.status === 'DONE' ? opened.serving.canaryTurn(opened.row, step, sinceArrival()) : undefined;
    const unit: Unit = write === 'UPDATE' ? { progress: storedProgress(job, row) } : insertOf(job, deps.rowForm, row);
    if (absorbed.length > 0) unit.absorbed = absorbed.map((one) => storedProgress(one.job, one.row));
    if (session) unit.session = storedSession(route.privacy, session);
    if (step.record) unit.record = step.record;
    if (deliveries.length > 0) unit.deliveries = deliveries.map((one) => storedDelivery(route.privacy, one));
    if (!input.test) unit.counts = counts(step);
    if (canary) unit.canary = canary;
    return { unit, deliveries, absorbed };
  }

  /** The callbacks of what was said since the last commit. */
  function callbacks({ status, outcome }: Step, at: number): NewDelivery[] {
    const { replies, endOfTask, sessionId } = outcome;
    const news = { replies: replies.slice(stored), position: stored, endOfTask, last: status === 'DONE' };
    return callbacksOf(job, news, { sessionId, at });
  }

  const sinceArrival = (): number => Math.round(deps.clock.monotonicNow() - job.arrivedAt);

  /** What this commit adds to the channel's metrics. */
  function counts({ status, outcome, session, newSession, failure }: Step): ChannelCounts {
    return {
      channelId: route.channelId,
      messagesOut: outcome.replies.length - stored,
      sessionsStarted: isFirst && newSession && session ? 1 : 0,
      ...(status === 'DONE' && {
        failed: failure === null ? 0 : 1,
        responseTimeMs: sinceArrival(),
      }),
    };
  }

  /** The epoch that the lane rested at when the turn began without its lease. */
  const restedAt = 'epoch' in opened ? opened.epoch : null;

  async function insert(unit: Unit): Promise<Committed> {
    if (restedAt !== null) unit.ranAlone = { epoch: restedAt };
    const written = await deps.queue.commit(unit, 'NOW');
    if (written.status === 'overtaken') {
      deps.sessions.overtaken(conversationId);
      throw new Overtaken(conversationId);
    }
    if (written.status !== 'committed') throw new LeaseLost(conversationId);
    return written;
  }

  async function write(kind: TurnWrite, step: Step): Promise<void> {
    if (deps.sessions.isErased(conversationId, opened)) throw new LeaseLost(conversationId);
    const { unit, deliveries, absorbed } = prepare(kind, step);
    const done = (step.status === 'DONE' ? 1 : 0) + absorbed.length;
    const epoch = kind === 'UPDATE' ? lane.epoch() : restedAt === null ? null : restedAt + 1; // as if it had had the lease
    // Nobody waits for the turn of an accepted message: those who wait to be accepted go first.
    const urgency = input.mode === 'ASYNC' && kind === 'UPDATE' ? 'SOON' : 'NOW';
    const writing = kind === 'UPDATE' ? lane.commit(unit, { done }, urgency) : insert(unit);
    const { inbound, outbound } = await writing.catch((error: unknown) => {
      deps.sessions.forget(conversationId);
      throw error;
    });
    if (step.session) deps.sessions.committed(step.session, epoch);
    else if (restedAt !== null) deps.sessions.forget(conversationId); // what is cached is of an epoch before
    if (inbound?.lease && step.status === 'PAUSED') lane.adopt(inbound.lease);
    if (job.burst) job.burst.absorbed = [];
    for (const one of absorbed) listener.absorbed(one.job, one.outcome);
    stored = step.outcome.replies.length;
    isFirst = false;
    if (!outbound || deliveries.length === 0) return;
    const dispatch = () => deps.dispatch(outbound, deliveries);
    if (kind === 'INSERT')
      setImmediate(dispatch); // after the acknowledgement of the message
    else dispatch();
  }

  return async (step) => {
    // Its outcome since then is the stop's doing: its calls have been cut off.
    if (deps.cutOff.aborted) throw unavailable('STOPPING', 'The server is stopping; send the message again.');
    await job.acceptance.commit((kind) => write(kind, step));
  };
}

function rowOf(
  form: RowForm,
  job: TurnJob,
  { status, outcome, resume, failure, trace }: Step,
  now: number,
): TurnProgress {
  return {
    id: job.turnId,
    status,
    ...outcomeColumns(outcome, form),
    resume: resume === null ? null : JSON.stringify(resume),
    error: failure === null ? null : describe(failure),
    trace,
    finishedAt: status === 'DONE' ? now : null,
  };
}

const describe = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2000);
