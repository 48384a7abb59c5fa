import type { CanaryRecord, CanaryRule } from '../../store/tables/canaries.js';
import type { CanaryConversationCounts, CanarySide } from '../../store/tables/canary-counts.js';
import { HOUR } from '../../time.js';
import { evidenceOfMore, evidenceOfNoMore, evidenceOfRare, type Split } from './sequential-test.js';

/** The metrics of a canary: each counts the conversations in which something happened. */
export type CanaryMetric = 'FAILED' | 'UNIDENTIFIED' | 'SLOW';
export type CanaryFinding = 'WORSE' | 'NO_WORSE' | 'OPEN';
export type CanaryVerdict = 'ROLL_BACK' | 'PROMOTE' | 'WAIT';

/** Conversations of one side. */
interface Happened {
  conversations: number;
  happened: number;
}

export interface MetricEvidence {
  metric: CanaryMetric;
  finding: CanaryFinding;
  baseline: Happened;
  candidate: Happened;
  /** Evidence that the candidate is worse, and how much is enough. */
  worse: number;
  worseAt: number;
  /** Evidence that it is no worse, and how much is enough. */
  noWorse: number;
  noWorseAt: number;
}

export interface CanaryEvidence {
  verdict: CanaryVerdict;
  metrics: MetricEvidence[];
}

/** Milliseconds of a conversation in the canary after which it counts: what has not happened in it by then, did not. */
export const SETTLED_AFTER_MS = 1 * HOUR;

/** The largest evidence that is told; more is told as this. */
const MOST_EVIDENCE = 1e9;

/** What the counts show by a rule, at a time. */
export function judge(
  { begunAt, rule, slowOverMs }: Pick<CanaryRecord, 'begunAt' | 'rule' | 'slowOverMs'>,
  counts: readonly CanaryConversationCounts[],
  now: number,
): CanaryEvidence {
  const names: CanaryMetric[] = slowOverMs === null ? ['FAILED', 'UNIDENTIFIED'] : ['FAILED', 'UNIDENTIFIED', 'SLOW'];
  const metrics = names.map((metric) => evidenceOn(metric, counts, rule, names.length));
  const enough =
    sum(counts, 'CANDIDATE', ({ conversations }) => conversations) >= rule.minConversations &&
    now - begunAt >= rule.minHours * HOUR;
  if (metrics.some(({ finding }) => finding === 'WORSE')) return { verdict: 'ROLL_BACK', metrics };
  const isProven = enough && metrics.every(({ finding }) => finding === 'NO_WORSE');
  return { verdict: isProven ? 'PROMOTE' : 'WAIT', metrics };
}

const COUNTED = { FAILED: 'failed', UNIDENTIFIED: 'unidentified', SLOW: 'slow' } as const;
const SETTLED = { FAILED: 'settledFailed', UNIDENTIFIED: 'settledUnidentified', SLOW: null } as const;

function evidenceOn(
  metric: CanaryMetric,
  counts: readonly CanaryConversationCounts[],
  { falseAlarm, margin, harmless }: CanaryRule,
  metrics: number,
): MetricEvidence {
  const key = COUNTED[metric];
  const side = (of: CanarySide): Happened => ({
    conversations: sum(counts, of, ({ conversations }) => conversations),
    happened: sum(counts, of, (row) => row[key]),
  });
  const splits = splitsOf(counts, key);
  const settled = SETTLED[metric];
  const rare =
    settled === null
      ? Number.NEGATIVE_INFINITY
      : evidenceOfRare(
          sum(counts, 'CANDIDATE', (row) => row[settled]),
          sum(counts, 'CANDIDATE', (row) => row.settled),
          harmless,
        );
  const worse = told(evidenceOfMore(splits));
  const noWorse = told(Math.max(evidenceOfNoMore(splits, margin), rare));
  const worseAt = metrics / falseAlarm; // the chance is shared out to the metrics: one is enough to roll back
  const noWorseAt = 2 / falseAlarm; // and to the two ways to show it; all metrics are needed to promote
  const finding = worse >= worseAt ? 'WORSE' : noWorse >= noWorseAt ? 'NO_WORSE' : 'OPEN';
  const sides = { baseline: side('BASELINE'), candidate: side('CANDIDATE') };
  return { metric, finding, ...sides, worse, worseAt, noWorse, noWorseAt };
}

function splitsOf(counts: readonly CanaryConversationCounts[], key: 'failed' | 'unidentified' | 'slow'): Split[] {
  const byShare = new Map<number, Split>();
  for (const row of counts) {
    const split = byShare.get(row.share) ?? { share: row.share / 10_000, candidate: 0, baseline: 0 };
    split[row.side === 'CANDIDATE' ? 'candidate' : 'baseline'] += row[key];
    byShare.set(row.share, split);
  }
  return [...byShare.values()];
}

const sum = (
  counts: readonly CanaryConversationCounts[],
  side: CanarySide,
  of: (row: CanaryConversationCounts) => number,
): number => counts.reduce((all, row) => all + (row.side === side ? of(row) : 0), 0);

const told = (log: number): number => Math.min(Math.exp(log), MOST_EVIDENCE);
