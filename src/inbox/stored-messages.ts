import type { Json } from '../json.js';
import type { Route, Routes } from '../routing/routes.js';
import { routeFor } from '../routing/test-routes.js';
import type { Database } from '../store/database/database.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { TurnRow, turnStore } from '../store/tables/turns.js';
import { type Clock, monotonicOf } from '../time.js';
import { Acceptance } from '../turn/acceptance.js';
import type { TurnJob } from '../turn/turn-job.js';
import { readTrace } from '../turn/turn-trace.js';
import type { TurnInput } from '../wire/message.js';
import { storedReplies } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';
import { oneTurnOf } from './bursts.js';

export interface StoredMessageDeps {
  database: Pick<Database, 'read'>;
  turns: ReturnType<typeof turnStore>;
  routes: Routes;
  clock: Clock;
}

/** A stored turn that is not over: what is to run of it, or why no try will ever read it. */
export type StoredMessage = { row: TurnRow; job: TurnJob } | { row: TurnRow; unreadable: Error };

/** The oldest open turns of a conversation, in lane order. */
export async function readOpenMessages(
  deps: StoredMessageDeps,
  conversationId: string,
  limit: number,
): Promise<StoredMessage[]> {
  const rows = await deps.turns.open(deps.database.read, conversationId, limit);
  return Promise.all(rows.map((row) => readMessage(deps, row)));
}

async function readMessage(deps: StoredMessageDeps, row: TurnRow): Promise<StoredMessage> {
  try {
    return { row, job: await jobOf(deps, row) };
  } catch (error) {
    if (isInfrastructure(error)) throw error;
    return { row, unreadable: new Error(`The stored message cannot be read: ${describe(error)}`) };
  }
}

/** JSON.parse quotes what it was given, which nobody may log. */
function describe(error: unknown): string {
  return error instanceof SyntaxError || !(error instanceof Error) ? 'it is not JSON.' : error.message;
}

async function jobOf(deps: StoredMessageDeps, row: TurnRow): Promise<TurnJob> {
  const job = toJob(row, deps);
  if (row.status !== 'PAUSED') return job;
  const others = await deps.turns.answeredBy(deps.database.read, row.conversationId, row.id);
  return others.length === 0 ? job : resumedBurst(job, others, deps);
}

/** A burst that had begun before a crash: its other messages, and how it came about, are known by their rows. */
function resumedBurst(job: TurnJob, others: readonly TurnRow[], deps: StoredMessageDeps): TurnJob {
  const entries = others.flatMap(({ trace }) => readTrace(trace ?? '[]'));
  const how = entries.some(({ kind }) => kind === 'joined') ? 'joined' : 'superseded';
  const whole = oneTurnOf([...others.map((other) => toJob(other, deps)), job], how);
  return whole?.burst ? { ...whole, burst: { ...whole.burst, absorbed: [] } } : job;
}

function toJob(row: TurnRow, { clock, routes }: StoredMessageDeps): TurnJob {
  const input = messageOf(row);
  return {
    turnId: row.id,
    traceId: row.traceId,
    conversationId: row.conversationId,
    input,
    receivedAt: row.createdAt,
    arrivedAt: monotonicOf(clock, row.createdAt),
    route: routeFor(routes, row.channelId, input.test) ?? orphan(row.channelId),
    acceptance: Acceptance.stored(),
    resume: row.resume === null ? null : (JSON.parse(row.resume) as Json), // JSON text
    said: storedReplies(row),
  };
}

/** Throws when it is none: what is no message now will be none at the next try. */
function messageOf({ input }: TurnRow): TurnInput {
  const read: Partial<TurnInput> = readInput(input);
  if (!read.message || read.user?.id === undefined) throw new Error('it is no message.');
  return read as TurnInput;
}

/** The channel of an accepted message has been deleted: the turn still ends, and says why in the log. */
function orphan(channelId: string): Route {
  return {
    channelId,
    channelName: '',
    isDefault: false,
    accountId: '',
    botId: '',
    botName: '',
    blockers: [],
    clientId: null,
    mode: 'ASYNC',
    versionId: null,
    canary: null,
    enablePolling: false,
    templateEncoding: 'OBJECT',
    textForm: 'AUTO',
    burst: 'SERIAL',
    privacy: null,
  };
}
