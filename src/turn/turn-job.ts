import type { OpenBot, OpenBots } from '../bots/bots.js';
import type { Events } from '../events.js';
import type { Json } from '../json.js';
import type { Route } from '../routing/routes.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { NewDelivery } from '../store/tables/deliveries.js';
import type { Appended } from '../store/tables/lanes.js';
import type { RowForm } from '../store/tables/turns.js';
import type { Clock } from '../time.js';
import type { ReplySettings, SaidReply } from '../wire/callbacks.js';
import type { TurnInput } from '../wire/message.js';
import type { TurnOutcome } from '../wire/outcome.js';
import type { Scripts } from '../wire/reply.js';
import type { Acceptance } from './acceptance.js';
import type { Recording } from './recording.js';
import type { Opened, Sessions } from './sessions.js';

/** A turn to run: begun now, or gone on with after a crash. */
export interface TurnJob {
  turnId: string;
  traceId: string;
  conversationId: string;
  input: TurnInput;
  receivedAt: number;
  /** When it came, by the monotonic clock: waits are measured from here. */
  arrivedAt: number;
  route: Route;
  acceptance: Acceptance;
  /** It runs before it is stored and without the lease of its lane, which others may take: then it throws Overtaken. */
  alone?: boolean;
  /** Where the engine goes on after a crash: the state of the last pause; else null. */
  resume: Json | null;
  /** Replies that are stored already. */
  said: SaidReply[];
  /** Set when it answers several messages, one of which is its own. */
  burst?: Burst;
}

/** The messages that a turn answers together. */
export interface Burst {
  /** What their callers call them, in the order they came. */
  answers: string[];
  /** The older messages, until their rows say who answers them. */
  absorbed: TurnJob[];
  how: 'joined' | 'superseded';
}

export interface TurnDeps {
  rowForm: RowForm;
  queue: Pick<CommitQueue, 'commit'>;
  sessions: Sessions;
  bots: OpenBots;
  scripts: Scripts;
  clock: Clock;
  random(): number;
  /** Follows the turns of bots that want them kept. */
  record(job: TurnJob, session: Pick<Opened, 'row' | 'isNew'>, bot: OpenBot, at: number): Recording | null;
  engineLimitMs: number;
  events: Pick<Events, 'turnEnded'>;
  /** Aborted when the server waits for its turns no more: they go on elsewhere, or after the next start. */
  cutOff: AbortSignal;
  /** Deliveries that are durable now. */
  dispatch(outbound: Appended, deliveries: NewDelivery[]): void;
}

/** Hears what a turn has stored while it goes on. */
export interface TurnListener {
  /** What was said so far is stored; the turn goes on with something slow. */
  paused(outcome: TurnOutcome): void;
  /** It is stored that another's turn answers this message. */
  absorbed(job: TurnJob, outcome: TurnOutcome): void;
}

/** What the caller of a message calls it; ours when it gave no name. */
export const nameOf = ({ input, traceId }: Pick<TurnJob, 'input' | 'traceId'>): string => input.name ?? traceId;

export const settingsOf = ({ templateEncoding, textForm }: Route): ReplySettings => ({ templateEncoding, textForm });
