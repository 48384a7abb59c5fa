import type { EndOfTask, Pause, Said, TurnRequest } from '../../bots/engine.js';
import { withFunctions } from '../../definition/bot-functions.js';
import { own } from '../../definition/json.js';
import type { Dialog, Graph, Node, Program } from '../../definition/program.js';
import { contentsInFile } from '../../domain/messages/resolve.js';
import type { JsonObject } from '../../json.js';
import type { Content } from '../../vocabulary.js';
import type { DialogDeps } from './deps.js';
import { copy, type DialogState, type Frame, writeState } from './state.js';
import type { Understanding } from './understanding/understanding.js';

/** One turn under way. */
export interface Run {
  program: Program;
  deps: DialogDeps;
  turn: TurnRequest;
  signal: AbortSignal;
  state: DialogState;
  /** The working copy of the session's context. */
  context: JsonObject;
  /** The user's input that no node has used up yet. */
  input: Input | null;
  understanding: Understanding;
  /** Nodes entered so far. */
  nodes: number;
  /** Said so far in this turn. */
  said: number;
  endOfTask: EndOfTask | null;
  agentTransfer: boolean;
  closeSession: boolean;
  /** True while the failure event runs: its own failure must not run it again. */
  failing: boolean;
  /** Why the task failed first, for the bot's developer; null: it did not. */
  failure: string | null;
  /** It has said that it did not understand. */
  unidentified: boolean;
}

export interface Input {
  text: string;
  /** Data of a form, when that is what came. */
  form: JsonObject | null;
  attachments: JsonObject['x'][];
}

/** A step of a turn: it yields messages and pauses, and results in a `T`. */
export type Steps<T> = AsyncGenerator<Said | Pause, T, void>;

/** A node that cannot go on: it ends in the failure event. `message` is for the developer of the bot. */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure';
}

/** The values that edges, texts and scripts of a node see. The context is the very object, so scripts change it. */
export function scopeOf(run: Run, more: JsonObject = {}): JsonObject {
  const content =
    own(run.program.content, run.turn.language) ?? own(run.program.content, run.program.defaultLanguage) ?? {};
  const scope = { context: run.context, env: run.turn.env as JsonObject, content, ...more };
  return withFunctions(scope, run.deps.functions);
}

/** Says a message of the bot by key; nothing when no channel has contents for it. */
export async function* say(run: Run, key: string, more: Omit<Said, 'type' | 'key' | 'contents'> = {}): Steps<void> {
  const contents = messageContents(run, key) ?? [];
  run.said += 1;
  yield { type: 'said', key, contents, ...more, scope: scopeOf(run, more.scope) };
}

/** Says a text as it is: whoever wrote it, its `{{…}}` are never filled in. */
export async function* sayPlain(run: Run, text: string): Steps<void> {
  run.said += 1;
  yield { type: 'said', contents: PLAIN, scope: scopeOf(run, { plainText: text }) };
}

const PLAIN: Content[] = [{ type: 'TEXT', value: '{{plainText}}' }];

/** About to call something slow: what was said so far is committed, and a crash resumes here. */
export async function* pause(run: Run): Steps<void> {
  const { endOfTask, agentTransfer, said, nodes, failure } = run;
  // An EndOfTask is plain JSON; an interface only lacks the index signature.
  const resume = { endOfTask: endOfTask ? { ...endOfTask } : null, agentTransfer, said, nodes, failure };
  yield { type: 'pause', session: { context: copy(run.context), engine: writeState(run.state) }, resume };
}

/** What a message says by the bot's file, in the language of the turn or else the bot's own; null: it has no such message. */
export function messageContents({ program, turn }: Pick<Run, 'program' | 'turn'>, key: string): Content[] | null {
  const message = own(program.messages, key);
  const { defaultLanguage } = program;
  return message ? contentsInFile(message, { language: turn.language, defaultLanguage }) : null;
}

export function dialogOf(run: Run, dialogId: string): Dialog | null {
  return Object.hasOwn(run.program.dialogs, dialogId) ? (run.program.dialogs[dialogId] ?? null) : null;
}

export const topFrame = (run: Run): Frame | null => run.state.frames.at(-1) ?? null;

/** The node a frame stands at, and the graph it belongs to; null when the graph has ended, or changed since. */
export function nodeAt(run: Run, frame: Frame): { node: Node; graph: Graph } | null {
  let graph = dialogOf(run, frame.dialogId)?.graph ?? null;
  let found: { node: Node; graph: Graph } | null = null;
  for (const id of frame.path) {
    const node: Node | undefined = graph && Object.hasOwn(graph.nodes, id) ? graph.nodes[id] : undefined;
    if (!graph || !node) return null;
    found = { node, graph };
    graph = node.type === 'action' ? node.graph : null;
  }
  return found;
}

/** Where a frame stands, for the trace: its dialog by name and its node by the ids that lead to it. */
export const placeOf = (run: Run, { dialogId, path }: Frame): { dialog: string; id: string } => ({
  dialog: dialogOf(run, dialogId)?.name ?? '',
  id: path.join('/'),
});
