import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../src/bots/engine.js';
import { createTurnTrace, readTrace } from '../../src/turn/turn-trace.js';

const ENTRIES: TraceEntry[] = [
  { kind: 'begun', newSession: false, version: 'bv-1' },
  { kind: 'begun', newSession: true, version: 'bv-1' },
  { kind: 'reply', message: '', source: 'ENGINE', variants: 1, durationMs: 0, type: 'TEXT' },
  { kind: 'reply', message: 'welcome', source: 'BOT', variants: 2, durationMs: 3, type: 'TEXT' },
  { kind: 'node', message: '', variants: 1 },
];

function textIn(form: 'COMPACT' | 'FULL'): string {
  const trace = createTurnTrace(() => 7, form);
  for (const entry of ENTRIES) trace.note(entry);
  return trace.text() ?? '';
}

describe('a stored trace', () => {
  it('reads the same whether it leaves out what goes without saying or not', () => {
    const noted = ENTRIES.map((entry) => ({ ...entry, at: 7 }));
    expect(readTrace(textIn('COMPACT'))).toEqual(noted);
    expect(readTrace(textIn('FULL'))).toEqual(noted);
    expect(JSON.parse(textIn('FULL'))).toEqual(noted);
    expect(JSON.parse(textIn('COMPACT'))[2]).toEqual({ kind: 'reply', type: 'TEXT', at: 7 });
  });
});
