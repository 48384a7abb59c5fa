import type { TraceEntry } from '../bots/engine.js';
import type { JsonObject } from '../json.js';
import type { RowForm } from '../store/tables/turns.js';

/** Entries of one turn; of those beyond only failures are kept, and how many were left out. */
const MAX_ENTRIES = 500;
/** Failures kept beyond them. */
const MAX_FAILURES = 20;
/** Characters of what is stored; beyond, long texts are cut, then the last entries are left out. */
const MAX_CHARACTERS = 64 * 1024;
/** Characters of one text where all of them are too many. */
const MAX_TEXT = 200;

/** What a turn went through, for the developer of its bot. Each entry says when it was made. */
export interface TurnTrace {
  note(entry: TraceEntry): void;
  /** As it is stored; null when there is nothing. */
  text(): string | null;
}

/** `elapsed`: milliseconds since the message came. */
export function createTurnTrace(elapsed: () => number, form: RowForm): TurnTrace {
  const entries: TraceEntry[] = [];
  let omitted = 0;
  return {
    note(entry) {
      const room = entry.kind === 'failure' ? MAX_ENTRIES + MAX_FAILURES : MAX_ENTRIES;
      if (entries.length < room) entries.push({ at: Math.round(elapsed() * 10) / 10, ...entry });
      else omitted += 1;
    },
    text() {
      if (entries.length === 0) return null;
      const noted = omitted > 0 ? [...entries, omission(omitted)] : entries;
      const kept = form === 'COMPACT' ? noted.map(compact) : noted;
      const whole = JSON.stringify(kept);
      return whole.length <= MAX_CHARACTERS ? whole : shortened(kept);
    },
  };
}

/** What most entries of a kind say, which a compact row leaves out. */
const USUAL: Readonly<Record<string, JsonObject>> = {
  begun: { newSession: false },
  reply: { message: '', source: 'ENGINE', variants: 1, durationMs: 0 },
};

function compact(entry: TraceEntry): TraceEntry {
  const usual = USUAL[entry.kind];
  if (!usual) return entry;
  const told: TraceEntry = { kind: entry.kind };
  for (const [name, value] of Object.entries(entry)) if (value !== usual[name]) told[name] = value;
  return told;
}

/** The entries of a stored trace. */
export const readTrace = (text: string): TraceEntry[] =>
  (JSON.parse(text) as TraceEntry[]).map((entry) => ({ ...USUAL[entry.kind], ...entry })); // as `text` wrote them

const omission = (count: number): TraceEntry => ({ kind: 'omitted', count });

function shortened(entries: readonly TraceEntry[]): string {
  const texts = entries.map((entry) => JSON.stringify(entry, (_, value) => cut(value)));
  const kept: string[] = [];
  let length = 0;
  for (const text of texts) {
    length += text.length + 1;
    if (length > MAX_CHARACTERS) break;
    kept.push(text);
  }
  if (kept.length < texts.length) kept.push(JSON.stringify(omission(texts.length - kept.length)));
  return `[${kept.join(',')}]`;
}

const cut = (value: unknown): unknown =>
  typeof value === 'string' && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
