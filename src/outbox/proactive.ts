import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { AppError, conflict, unavailable } from '../errors.js';
import { jobId as newJobId } from '../ids.js';
import type { Route } from '../routing/routes.js';
import type { Unit, UnitOutcome, UnitTimes } from '../store/commit/unit.js';
import type { unitWriter } from '../store/commit/unit-writer.js';
import type { Database } from '../store/database/database.js';
import { statementsOn } from '../store/database/statements.js';
import { afterCommit, inTransaction } from '../store/database/transaction.js';
import { countOfJob, type NewDelivery } from '../store/tables/deliveries.js';
import type { idempotencyStore } from '../store/tables/idempotency.js';
import type { Appended } from '../store/tables/lanes.js';
import { storedDelivery } from '../turn/stored-form.js';
import type { DeliveryStatus, HookVersionName } from '../vocabulary.js';
import { type ProactiveMessage, type RenderDeps, renderMessage } from './render-proactive.js';

export interface ProactiveDeps extends RenderDeps {
  database: Pick<Database, 'read' | 'write'>;
  writeUnits: ReturnType<typeof unitWriter>;
  idempotency: ReturnType<typeof idempotencyStore>;
  times(): UnitTimes;
  dispatch(outbound: Appended, deliveries: NewDelivery[]): void;
}

/** A message on its way: its delivery, and its number in the lane. */
export type SentMessage = NewDelivery & { sequence: number };

export interface JobCount {
  pending: number;
  delivered: number;
  dead: number;
}

/** Makes a job safe to send again: the same key and hash on the same channel are the same job, for a day. */
export interface JobKey {
  key: string;
  bodyHash: string;
}

/** What was accepted, under the id of its job; `repeated`: by an earlier request with the same key. */
export type AcceptedJob = { jobId: string; sent: SentMessage[] } | { jobId: string; repeated: true };

/** A job's messages, rendered. */
export interface RenderedJob {
  route: Route;
  jobId: string;
  /** The deliveries of each user. */
  users: { to: string; deliveries: [NewDelivery, ...NewDelivery[]] }[];
}

/** Proactive messages on asynchronous channels. A job is accepted as a whole or not at all. */
export interface Proactive {
  /** Renders a job; a content that fails rejects all of it. PAYLOAD_TOO_LARGE for a job of too many bytes. */
  render(route: Route, version: HookVersionName, messages: readonly ProactiveMessage[]): Promise<RenderedJob>;
  /**
   * Stores a rendered job in one transaction, together with what `within` adds, and sends it once that is durable.
   * CONFLICT when the key belongs to another job.
   */
  accept(job: RenderedJob, key: JobKey | undefined, transaction?: RunTransaction): Promise<AcceptedJob>;
  /** How far a job has got; null when the bot of this account has none with that id. */
  countOf(accountId: string, botId: string, jobId: string): Promise<JobCount | null>;
}

/** Opens the transaction in which `work` stores the job. */
export type RunTransaction = (work: (trx: Knex.Transaction) => Promise<SentMessage[]>) => Promise<SentMessage[]>;

/** Bytes of all payloads of one job, which are held in memory and stored in one transaction; beyond it the job is 413. */
const MAX_JOB_BYTES = 16 * 1024 * 1024;

export function createProactive(deps: ProactiveDeps): Proactive {
  const { database } = deps;

  async function store(trx: Knex.Transaction, job: RenderedJob, key: JobKey | undefined): Promise<SentMessage[]> {
    const statements = { ...statementsOn(trx), afterCommit: (hook: () => void) => afterCommit(trx, hook) };
    const outcomes = await deps.writeUnits(statements, unitsOf(job, key), deps.times());
    if (outcomes.some(({ status }) => status === 'key-taken')) throw new KeyTaken();
    return job.users.flatMap(({ deliveries }, index) => {
      const outbound = outboundOf(outcomes[index]);
      afterCommit(trx, () => deps.dispatch(outbound, deliveries));
      return deliveries.map((delivery, n) => ({ sequence: outbound.firstSeq + n, ...delivery }));
    });
  }

  async function firstOf(route: Route, { key, bodyHash }: JobKey): Promise<AcceptedJob> {
    const first = await deps.idempotency.find(database.read, route.channelId, NO_USER, storedKey(key));
    if (!first) throw unavailable('DATABASE_AWAY', 'The first job with this key is gone; send this one again.');
    if (first.bodyHash !== bodyHash) throw otherJob();
    return { jobId: first.turnId, repeated: true };
  }

  return {
    async render(route, version, messages) {
      const jobId = newJobId();
      const users: RenderedJob['users'] = [];
      let bytes = 0;
      for (const message of messages) {
        const deliveries = await renderMessage(deps, route, version, message, jobId);
        for (const { payload } of deliveries) bytes += payload.length;
        if (bytes > MAX_JOB_BYTES) throw tooLarge();
        const [first, ...others] = deliveries;
        if (first) users.push({ to: message.to, deliveries: [first, ...others] });
      }
      return { route, jobId, users };
    },
    async accept(job, key, transaction = (work) => inTransaction(database.write, work)) {
      try {
        return { jobId: job.jobId, sent: await transaction((trx) => store(trx, job, key)) };
      } catch (error) {
        if (error instanceof KeyTaken && key) return firstOf(job.route, key);
        throw error;
      }
    },
    async countOf(accountId, botId, jobId) {
      const counts = await countOfJob(database.read, accountId, botId, jobId);
      if (counts.size === 0) return null;
      const of = (status: DeliveryStatus) => counts.get(status) ?? 0;
      return { pending: of('PENDING'), delivered: of('DELIVERED'), dead: of('DEAD') + of('DISCARDED') };
    },
  };
}

/** Undoes the transaction of a job that is there already. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/** Keys of jobs are apart from those of users' messages, and fit their column whatever the caller chose. */
const NO_USER = '';
const storedKey = (key: string): string => `job:${hashOf(key)}`;

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** One unit a user, each with its conversation's lane; the first one claims the key. */
function unitsOf({ route, jobId, users }: RenderedJob, key: JobKey | undefined): Unit[] {
  const { accountId, channelId } = route;
  return users.map(({ to, deliveries }, index): Unit => {
    const [{ conversationId: id, createdAt: at }] = deliveries;
    const claim = { channelId, userId: NO_USER, turnId: jobId, at };
    return {
      conversation: { id, accountId, channelId, userId: to, groupId: '', at },
      deliveries: deliveries.map((one) => storedDelivery(route.privacy, one)),
      ...(key && index === 0 && { key: { key: storedKey(key.key), bodyHash: key.bodyHash, ...claim } }),
    };
  });
}

function outboundOf(outcome: UnitOutcome | undefined): Appended {
  if (outcome?.status !== 'committed' || !outcome.outbound) throw new Error(`the messages were ${outcome?.status}`);
  return outcome.outbound;
}

const tooLarge = () =>
  new AppError('PAYLOAD_TOO_LARGE', `The messages of one job come to more than ${MAX_JOB_BYTES} bytes; split the job.`);

const otherJob = () =>
  conflict('This Idempotency-Key was used with another job. Use a new key for a new job.', {
    field: 'Idempotency-Key',
  });
