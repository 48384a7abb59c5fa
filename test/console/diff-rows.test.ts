import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DiffRow, diffRows, folded, type Side } from '../../src/console/parts/review/diff-rows.js';

const lineOf = (side: Side | null) => side?.words.map(({ text }) => text).join('');
const sideOf = (rows: DiffRow[], key: 'before' | 'after') => rows.flatMap((row) => lineOf(row[key]) ?? []).join('\n');

it('two texts stand whole beside each other, whatever they are', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b b', 'a b', '', '{"c": 1}'), { maxLength: 12 })
    .map((all) => all.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const rows = diffRows(before, after);
      const whole = (value: string) => value.replace(/\n$/, '');
      expect(sideOf(rows, 'before')).toBe(whole(before));
      expect(sideOf(rows, 'after')).toBe(whole(after));
      expect(folded(rows).flatMap((run) => run.rows)).toEqual(rows);
    }),
    { numRuns: 100 },
  );
});

it('a changed line marks the words that the other side does not have', () => {
  const [row] = diffRows('Welcome to the bar', 'Welcome to the lobby');
  const marked = (side: Side | null | undefined) => side?.words.filter((word) => word.marked).map(({ text }) => text);
  expect([marked(row?.before), marked(row?.after)]).toEqual([['bar'], ['lobby']]);
});

it('what stays for long is folded, apart from the lines around a change', () => {
  const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const runs = folded(diffRows(lines.join('\n'), lines.with(10, 'another').join('\n')));
  expect(runs.map(({ rows, isFolded }) => [rows.length, isFolded])).toEqual([
    [7, true],
    [7, false],
    [6, true],
  ]);
});
