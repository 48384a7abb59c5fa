import type { EndOfTask, Said, TraceEntry } from '../bots/engine.js';
import type { Tape } from '../bots/tape.js';
import type { JsonObject } from '../json.js';
import type { NewTurnRecord } from '../store/tables/turn-records.js';
import type { Content } from '../vocabulary.js';
import type { Reply } from '../wire/reply.js';
import { createChance } from './chance.js';

/** One bot message of a turn. */
export interface SaidMessage {
  /** The key of the message; null for one that the engine made up. */
  key: string | null;
  /** How many nodes had been entered before it was said. */
  after: number;
  /** Contents it was chosen from at random. */
  variants: number;
  replies: (Reply & { form?: JsonObject })[];
}

/** What a turn went through and said, in the order of both. */
export interface Transcript {
  /** Names of the nodes that were entered. */
  path: string[];
  said: SaidMessage[];
}

/** How a turn ended. */
export interface TurnEnd {
  endOfTask: EndOfTask | null;
  agentTransfer: boolean;
  closeSession: boolean;
  /** Why the bot failed, or null. */
  failure: string | null;
  /** The session it leaves behind, as text; null for none. */
  session: string | null;
}

/** Follows a turn that is kept to be run again, or that is run again: its chance can be repeated. */
export interface Recording {
  readonly tape: Tape;
  /** In [0, 1), for the engine; each node has numbers of its own. */
  random(): number;
  /** The same for saying one message: for the choice among its contents, and for their scripts. */
  chanceOf(key: string | undefined): {
    choose(): number;
    script(): number;
    /** Shown what the message is chosen from, where a version is checked. */
    chosenFrom?(contents: readonly Content[], said: Said): void;
  };
  note(entry: TraceEntry): void;
  /** Shown the context after each node, where a version is checked. */
  watch?(node: string, context: JsonObject): void;
  said(key: string | undefined, replies: SaidMessage['replies']): void;
  /** What is stored of it along with the turn; null for nothing. */
  ended(end: TurnEnd): NewTurnRecord | null;
}

/** Nodes and messages of a turn that a transcript keeps; those beyond are left out. */
const MAX_KEPT = 500;

/** The parts of a recording that depend on nothing outside the turn. */
export function createTranscript(
  seed: number,
): Omit<Recording, 'tape' | 'ended'> & { readonly node: string; readonly transcript: Transcript } {
  const chance = createChance(seed);
  const transcript: Transcript = { path: [], said: [] };
  let node = '';
  let random: (() => number) | null = null;
  let variants = 1;
  return {
    transcript,
    get node() {
      return node;
    },
    random() {
      random ??= chance(`node ${node}`);
      return random();
    },
    chanceOf: (key = '') => ({ choose: chance(`choice ${key}`), script: chance(`message ${key}`) }),
    note({ kind, ...details }) {
      if (kind === 'reply') variants = Number(details.variants);
      if (kind !== 'node') return;
      node = String(details.node);
      random = null;
      if (transcript.path.length < MAX_KEPT) transcript.path.push(node);
    },
    said(key, replies) {
      const after = transcript.path.length;
      if (transcript.said.length < MAX_KEPT && replies.length > 0)
        transcript.said.push({ key: key ?? null, after, variants, replies });
    },
  };
}
