import type { Json, JsonObject } from '../../json.js';

/** The engine's own state between turns. Plain JSON: any process goes on with the conversation after any turn. */
export interface DialogState {
  /** The running task: the dialog that was asked for, and those it calls. The last one is active. */
  frames: Frame[];
  /** Tasks put on hold by an interruption; the last one resumes first. */
  held: HeldTask[];
  /** The small talk node that answered last, for talk of two turns. */
  smallTalk: string | null;
  /** Tasks in the list that was said last, by "did you mean" or as help, in order. */
  offered: string[];
  /** The utterance that started the task. Each of its entities looks for its value there once. */
  utterance: Utterance | null;
  /** True once the conversation had its welcome, or its first answered message. */
  greeted: boolean;
}

export interface Utterance {
  text: string;
  /** What stands where the training sentences mark an entity, by entity name. */
  marked: Record<string, string>;
  used: string[];
}

export interface Frame {
  dialogId: string;
  /** Node ids from the outside in: the node of the dialog, then the one inside its bot action. */
  path: string[];
  /** The next step: enter the node, make the call it prepared, take the input it waits for, or leave it along its edges. */
  phase: 'enter' | 'call' | 'wait' | 'leave';
  /** Failed answers to the node that waits. */
  retries: number;
  answer: 'yes' | 'no' | null;
  /** The local intent the last input matched, by component id. */
  intent: string | null;
  /** The values that the last answer may have meant, in the order in which they were listed. */
  meant?: Json[];
  /** The talk of an agent node with its user, while it lasts. */
  talk?: AgentTalk;
  /** The entities of this dialog while one that it calls runs. */
  entities: JsonObject | null;
  /** The event that started the task, if one did. */
  event: string | null;
}

export interface AgentTalk {
  /** What the two said, the last messages only. */
  history: { role: 'user' | 'assistant'; content: string }[];
  /** The user's messages since the agent began to ask. */
  inputs: number;
  /** Values whose last text was none of their type, by name. */
  refused: string[];
}

export interface HeldTask {
  frames: Frame[];
  utterance: Utterance | null;
  context: JsonObject;
  /** `TEXT`: it was asked for in one text with the task before it, and does not begin when that one fails. */
  from?: 'TEXT';
}

/** Tasks on hold; beyond it the one held longest is dropped. */
export const MAX_HELD = 5;

export function newState(): DialogState {
  return { frames: [], held: [], smallTalk: null, offered: [], utterance: null, greeted: false };
}

export function newFrame(dialogId: string, start: string | null, event: string | null = null): Frame {
  return {
    dialogId,
    path: start === null ? [] : [start],
    phase: 'enter',
    retries: 0,
    answer: null,
    intent: null,
    entities: null,
    event,
  };
}

/** Reads the state out of a session; a session of another engine, or of an older shape, starts afresh. */
export function readState(engine: JsonObject): DialogState {
  const stored = engine.dialog;
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored) || !Array.isArray(stored.frames))
    return newState();
  // Only writeState writes this key.
  return Object.assign(newState(), copy(stored) as unknown as DialogState);
}

export function writeState(state: DialogState): JsonObject {
  // The state is plain JSON by its types; an interface only lacks the index signature.
  return { dialog: copy(state as unknown as Json) };
}

/** A deep copy of JSON; for small values several times faster than structuredClone. */
export function copy<T extends Json>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy) as T; // the same shape
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key === '__proto__') continue; // setting it would change the prototype of the copy
    const entry = (value as JsonObject)[key];
    if (entry !== undefined) result[key] = copy(entry);
  }
  return result as T; // the same shape
}
