import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';

/** One line of the report. */
export interface Figure {
  work: string;
  value: number;
  unit: string;
  goal?: string;
  reached?: boolean;
}

export const atLeast = (work: string, value: number, goal: number, unit = '×'): Figure => ({
  work,
  value,
  unit,
  goal: `≥ ${goal}`,
  reached: value >= goal,
});
export const atMost = (work: string, value: number, goal: number, unit = '×'): Figure => ({
  work,
  value,
  unit,
  goal: `≤ ${goal}`,
  reached: value <= goal,
});

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function print(figures: readonly Figure[]): void {
  const width = Math.max(...figures.map(({ work }) => work.length));
  for (const figure of figures) {
    const goal = figure.goal === undefined ? '' : `  ${figure.goal.padEnd(8)} ${figure.reached ? 'reached' : 'MISSED'}`;
    process.stdout.write(`${figure.work.padEnd(width)}  ${shown(figure).padStart(12)}${goal}\n`);
  }
}

const DOCUMENT = 'docs/benchmarks.md';

/** Replaces the figures of one database in docs/benchmarks.md. */
export async function write(figures: readonly Figure[], database: string): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const [begin, end] = [`<!-- figures: ${database} -->`, `<!-- end of figures: ${database} -->`];
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < 0) throw new Error(`${DOCUMENT} has no place for the figures of ${database}: ${begin}`);
  const rows = figures.map(
    (figure) =>
      `| ${figure.work} | ${shown(figure)} | ${figure.goal ?? ''} | ${figure.goal ? (figure.reached ? 'yes' : '**no**') : ''} |`,
  );
  const table = [`${machine()}`, '', '| Work | Measured | Goal | Reached |', '|---|---|---|---|', ...rows].join('\n');
  await writeFile(DOCUMENT, `${text.slice(0, before)}${begin}\n${table}\n${text.slice(after)}`);
}

function machine(): string {
  const [cpu] = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  const day = new Date().toISOString().slice(0, 10);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gigabytes} GB, Node ${process.versions.node}, ${process.platform}; ${day}, commit ${commit}.`;
}

function shown({ value, unit }: Figure): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })} ${unit}`;
}
