import { describe, expect, it } from 'vitest';
import { judge } from '../../src/domain/canaries/evidence.js';
import { DEFAULT_RULE } from '../../src/domain/canaries/plan.js';
import {
  evidenceOfMore,
  evidenceOfNoMore,
  evidenceOfRare,
  type Split,
} from '../../src/domain/canaries/sequential-test.js';
import type { CanaryConversationCounts } from '../../src/store/tables/canary-counts.js';
import { HOUR } from '../../src/time.js';
import { createChance } from '../../src/turn/chance.js';

const RUNS = 1_000;

/**
 * The share of runs in which evidence ever reaches 1/alpha, looked at after every conversation. `rate` may depend on the hour;
 * what happens on the candidate is `ratio` times as often.
 */
function reached(
  evidence: (splits: readonly Split[]) => number,
  { alpha, share, ratio, conversations, rate }: Run,
): { share: number; median: number } {
  const random = createChance(42)('canary');
  const enough = Math.log(1 / alpha);
  const lengths: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const split: Split = { share, candidate: 0, baseline: 0 };
    for (let at = 0; at < conversations; at += 1) {
      const isCandidate = random() < share;
      if (random() >= rate(at) * (isCandidate ? ratio : 1)) continue;
      if (isCandidate) split.candidate += 1;
      else split.baseline += 1;
      if (evidence([split]) < enough) continue;
      lengths.push(split.candidate + split.baseline);
      break;
    }
  }
  lengths.sort((a, b) => a - b);
  return { share: lengths.length / RUNS, median: lengths[Math.floor(lengths.length / 2)] ?? Number.NaN };
}
interface Run {
  alpha: number;
  share: number;
  ratio: number;
  conversations: number;
  rate(at: number): number;
}

/** Now and then everything fails, as where a service is away; else little does. */
const withOutages = (at: number): number => (at % 500 < 50 ? 0.4 : 0.03);
const steady = () => 0.05;

describe('evidence that something happens more often', () => {
  it.each([
    { share: 0.5, rate: steady },
    { share: 0.1, rate: steady },
    { share: 0.1, rate: withOutages },
    { share: 0.9, rate: withOutages },
  ])('is seldom seen where it does not, however often one looks ($share)', ({ share, rate }) => {
    const found = reached(evidenceOfMore, { alpha: 0.05, share, ratio: 1, conversations: 3_000, rate });
    expect(found.share).toBeLessThanOrEqual(0.05);
    const better = reached(evidenceOfMore, { alpha: 0.05, share, ratio: 0.7, conversations: 1_000, rate });
    expect(better.share).toBeLessThan(found.share); // the better the candidate, the seldomer
  });

  it('is found where it does', () => {
    const alpha = 0.05 / 3;
    const half = reached(evidenceOfMore, { alpha, share: 0.5, ratio: 2, conversations: 4_000, rate: steady });
    const tenth = reached(evidenceOfMore, { alpha, share: 0.1, ratio: 2, conversations: 10_000, rate: steady });
    expect(half.share).toBeGreaterThan(0.95);
    expect(tenth.share).toBeGreaterThan(0.9);
    expect(half.median).toBeLessThan(120); // as docs/canary.md says
    expect(tenth.median).toBeLessThan(260);
  });

  it('goes on through changes of the share', () => {
    const splits = [
      { share: 0.1, candidate: 12, baseline: 50 },
      { share: 0.5, candidate: 40, baseline: 21 },
    ];
    expect(evidenceOfMore(splits)).toBeGreaterThan(evidenceOfMore(splits.slice(0, 1)));
    expect(evidenceOfMore([])).toBe(0);
  });
});

describe('evidence that it is no worse', () => {
  it('is seldom seen where it is worse by more than the margin', () => {
    const worse = { alpha: 0.05, share: 0.3, ratio: 1.5, conversations: 3_000, rate: withOutages };
    expect(reached((splits) => evidenceOfNoMore(splits, 0.5), worse).share).toBeLessThanOrEqual(0.05);
    expect(reached((splits) => evidenceOfNoMore(splits, 0.5), { ...worse, ratio: 2 }).share).toBeLessThanOrEqual(0.005);
  });

  it('is found where both are alike', () => {
    const alike = { alpha: 0.025, share: 0.5, ratio: 1, conversations: 20_000, rate: steady };
    const found = reached((splits) => evidenceOfNoMore(splits, 0.5), alike);
    expect(found.share).toBeGreaterThan(0.9);
  });

  it('is found in what never happens, after some hundred conversations, and not in what happens as often as is too much', () => {
    const enough = Math.log(2 / 0.05);
    const first = Array.from({ length: 2_000 }, (_, n) => n).find((n) => evidenceOfRare(0, n, 0.01) >= enough);
    expect(first).toBeGreaterThan(400);
    expect(first).toBeLessThan(800);
    const random = createChance(7)('canary');
    let alarms = 0;
    for (let run = 0; run < RUNS; run += 1) {
      let happened = 0;
      for (let all = 1; all <= 2_000; all += 1) {
        if (random() < 0.01) happened += 1;
        if (all % 10 === 0 && evidenceOfRare(happened, all, 0.01) >= Math.log(1 / 0.05)) {
          alarms += 1;
          break;
        }
      }
    }
    expect(alarms / RUNS).toBeLessThanOrEqual(0.05);
  });
});

describe('a rule', () => {
  const side = (of: 'BASELINE' | 'CANDIDATE', conversations: number, failed: number): CanaryConversationCounts => ({
    channelId: 'ch',
    side: of,
    share: 5_000,
    conversations,
    failed,
    unidentified: 0,
    slow: 0,
    settled: conversations,
    settledFailed: failed,
    settledUnidentified: 0,
  });
  const canary = { begunAt: 0, rule: DEFAULT_RULE, slowOverMs: null };

  it('rolls back what is shown to be worse, at once', () => {
    const { verdict, metrics } = judge(canary, [side('BASELINE', 60, 1), side('CANDIDATE', 60, 20)], 1);
    expect(verdict).toBe('ROLL_BACK');
    expect(metrics.map(({ metric, finding }) => [metric, finding])).toEqual([
      ['FAILED', 'WORSE'],
      ['UNIDENTIFIED', 'OPEN'],
    ]);
  });

  it('promotes what is shown to be no worse in everything, once there was enough of it for long enough', () => {
    const counts = [side('BASELINE', 1_000, 1), side('CANDIDATE', 1_000, 0)];
    expect(judge(canary, counts, 23 * HOUR).verdict).toBe('WAIT');
    expect(judge(canary, counts, 24 * HOUR).verdict).toBe('PROMOTE');
    expect(judge(canary, [side('CANDIDATE', 1_000, 30)], 24 * HOUR).verdict).not.toBe('PROMOTE');
    const more = { ...canary, rule: { ...DEFAULT_RULE, minConversations: 1_001 } };
    expect(judge(more, counts, 24 * HOUR).verdict).toBe('WAIT');
    expect(judge(canary, [side('BASELINE', 10, 0), side('CANDIDATE', 10, 0)], 24 * HOUR).verdict).toBe('WAIT');
  });

  it('rolls back a candidate that is like the live version in few of many canaries, whose every minute is looked at', () => {
    const random = createChance(3)('canary');
    let alarms = 0;
    for (let run = 0; run < 300; run += 1) {
      const base = side('BASELINE', 0, 0);
      const candidate = side('CANDIDATE', 0, 0);
      for (let at = 0; at < 1_000; at += 1) {
        const one = random() < 0.5 ? candidate : base;
        one.conversations += 1;
        if (random() < 0.04) one.failed += 1;
        if (random() < 0.2) one.unidentified += 1;
        if (random() < 0.3) one.slow += 1;
        if (at % 5 > 0) continue;
        if (judge({ ...canary, slowOverMs: 96 }, [base, candidate], at).verdict !== 'ROLL_BACK') continue;
        alarms += 1;
        break;
      }
    }
    expect(alarms / 300).toBeLessThanOrEqual(0.05);
  });
});
