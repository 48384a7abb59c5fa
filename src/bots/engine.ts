import type { CatalogueMessage } from '../definition/catalogue.js';
import type { FormDefinition } from '../definition/definition.js';
import type { Json, JsonObject } from '../json.js';
import type { Content } from '../vocabulary.js';
import type { Tape } from './tape.js';

/**
 * The interface between a turn and its engine. An engine says things, may pause before something slow, and
 * ends with the session as it should be kept. It never sends, stores or resolves overrides: the turn does.
 */

/** What the user sent, the same for every hook version. */
export type UserMessage =
  | { type: 'text'; text: string; attachments: Json[] }
  | { type: 'template'; template: JsonObject }
  | { type: 'event'; event: string }
  | { type: 'formData'; formId: string; data: Json[]; meta: JsonObject };

/**
 * State between turns. `context` is what `{{context.…}}` and scripts see and change; `engine` is the engine's own.
 * Both are plain JSON and live in the database.
 */
export interface SessionState {
  context: JsonObject;
  engine: JsonObject;
}

export interface TurnRequest {
  turnId: string;
  traceId: string;
  conversationId: string;
  sessionId: string;
  /** First turn of its session. */
  newSession: boolean;
  botId: string;
  botName: string;
  channel: { id: string; name: string };
  user: { id: string; info: JsonObject };
  message: UserMessage;
  language: string;
  session: SessionState;
  /** The bot's variables, `{{env.x}}`; secured ones included. Never stored with the session. */
  env: Readonly<Record<string, string>>;
  /** The unsecured variables. */
  plainEnv: Readonly<Record<string, string>>;
  /** The state of the last committed pause when a crash interrupted this turn, else null. */
  resume: Json | null;
  /** Milliseconds since the epoch. */
  now: number;
  /** In [0, 1). Seeded in tests. */
  random: () => number;
  /** Notes for the developer of the bot; kept with the turn when tracing is on. Never a secret. */
  trace: (entry: TraceEntry) => void;
  /** What its questions to the outside go through, where the turn is recorded or checked. */
  tape?: Tape | undefined;
  /** Shown the context after each node, where a version is checked. */
  watch?: ((node: string, context: JsonObject) => void) | undefined;
}

export interface TraceEntry {
  kind: string;
  [detail: string]: Json;
}

/**
 * One bot message. With `key` the turn resolves overrides of that message (channel, webhook type, all channels) and
 * falls back to `contents`; without, `contents` is what is said. Several contents: one at random, with the parts after it.
 * `scope` is what `{{…}}` and scripts of the message see (context, env, content …).
 */
export interface Said {
  type: 'said';
  key?: string;
  contents?: Content[];
  scope?: JsonObject;
  /** The choices of a prompt, appended to a TEXT content on a line of their own. */
  suffix?: string;
  /** The form of a form message, for callers that draw it themselves (kore-webhook.md §1.5). */
  form?: JsonObject;
}

/** The point before a slow step (a service, an external bot). The turn commits what was said so far, with `resume`. */
export interface Pause {
  type: 'pause';
  session: SessionState;
  resume: Json;
}

/** The end of a task, as hooks report it. `reason` is an open list ("Fulfilled", "Canceled", …). */
export interface EndOfTask {
  taskId: string;
  taskName: string;
  reason: string;
}

export interface End {
  type: 'end';
  session: SessionState;
  endOfTask?: EndOfTask;
  /** The conversation's session is over: the next message starts a new one. */
  closeSession?: boolean;
  /** The caller is asked to hand the conversation to a person. */
  agentTransfer?: boolean;
  /** Why the task failed, for the bot's developer; the engine has said something about it itself. */
  failure?: string;
  /** The bot did not understand what the user said. */
  unidentified?: boolean;
}

export interface Engine {
  /**
   * Answers one user message. Must finish with exactly one `End`. `signal` aborts at the engine limit: stop soon.
   * Throwing (or not ending) makes the turn say the bot's standard response for failures; an error whose `reason` is
   * TIMEOUT, the one for a bot that is too slow.
   * The turn renders each `Said` before it asks for the next event: a script in it may change `scope.context`. When
   * rendering fails, the turn throws the error into the iteration (`iterator.throw`), and the engine says what follows.
   */
  reply(turn: TurnRequest, signal: AbortSignal): AsyncIterable<Said | Pause | End>;
}

/** One live bot version, opened: compiled once, shared by all its conversations. */
export interface BotProgram {
  engine: Engine;
  /** Its engine changes things outside of the session without a pause before: a turn must not be run to be given up. */
  runsOnce?: boolean;
  /** The file's contents of a message, in every language; null when it has no such message. */
  message(key: string): CatalogueMessage | null;
  /** The form with this id or name, or null. Engines without form definitions accept the data of any form. */
  form?(formId: string): FormDefinition | null;
}
