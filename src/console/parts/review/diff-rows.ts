import { type ChangeObject, diffLines, diffWordsWithSpace } from 'diff';

/** A piece of a line: what the other side does not have is marked. */
export interface Word {
  text: string;
  marked: boolean;
}

export interface Side {
  line: number;
  words: Word[];
}

/** Two lines beside each other; a side is null where there is no such line. */
export interface DiffRow {
  before: Side | null;
  after: Side | null;
  same: boolean;
}

/** Characters of a line above which its words are not compared one by one. */
const MAX_LINE = 5_000;

/** Two texts line by line, those that changed beside each other. */
export function diffRows(before: string, after: string): DiffRow[] {
  const rows: DiffRow[] = [];
  const parts = diffLines(before, after);
  let [left, right] = [1, 1];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at];
    if (!part) continue;
    if (!part.added && !part.removed) {
      for (const text of linesOf(part)) {
        rows.push({ before: plain(left, text), after: plain(right, text), same: true });
        left += 1;
        right += 1;
      }
      continue;
    }
    const next = part.removed && parts[at + 1]?.added ? parts[at + 1] : undefined;
    const removed = part.removed ? linesOf(part) : [];
    const added = part.added ? linesOf(part) : next ? linesOf(next) : [];
    if (next) at += 1;
    for (let row = 0; row < Math.max(removed.length, added.length); row += 1) {
      const [was, is] = words(removed[row], added[row]);
      rows.push({
        before: was && { line: left++, words: was },
        after: is && { line: right++, words: is },
        same: false,
      });
    }
  }
  return rows;
}

const linesOf = ({ value }: ChangeObject<string>): string[] => value.replace(/\n$/, '').split('\n');

const plain = (line: number, text: string): Side => ({ line, words: [{ text, marked: false }] });

function words(before: string | undefined, after: string | undefined): [Word[] | null, Word[] | null] {
  const whole = (text: string | undefined) => (text === undefined ? null : [{ text, marked: true }]);
  if (before === undefined || after === undefined || before.length + after.length > MAX_LINE) {
    return [whole(before), whole(after)];
  }
  const parts = diffWordsWithSpace(before, after);
  return [
    parts.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, marked: removed })),
    parts.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, marked: added })),
  ];
}

/** Rows in runs: those around a change, and those that are the same for long, which are folded. */
export function folded(rows: readonly DiffRow[]): { rows: DiffRow[]; isFolded: boolean }[] {
  const near = rows.map((_, at) => rows.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ same }) => !same));
  const runs: { rows: DiffRow[]; isFolded: boolean }[] = [];
  rows.forEach((row, at) => {
    const isFolded = !near[at];
    const last = runs.at(-1);
    if (last?.isFolded === isFolded) last.rows.push(row);
    else runs.push({ rows: [row], isFolded });
  });
  return runs;
}

/** Lines around a change that are shown with it. */
const CONTEXT = 3;
