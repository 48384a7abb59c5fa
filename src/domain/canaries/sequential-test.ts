/**
 * Tests that may be looked at after every conversation, and stopped at any time: e-processes. Each begins at 1; as long as its
 * hypothesis is true, the chance that it ever reaches 1/α is at most α (Ville's inequality). All are given as natural logarithms.
 *
 * A conversation in which something happens for the first time is on the candidate with the chance of its assignment, unless the
 * version makes the difference: with a share s and r times as many such conversations on the candidate, that chance is
 * q(r, s) = s r / (s r + 1 - s). So the sides of these conversations are tested, and not how often anything happens: busy
 * hours, other users at night, or an outage that hits both sides say nothing about a version.
 */

/** Conversations with something in them, of those assigned by one share in (0, 1). */
export interface Split {
  share: number;
  candidate: number;
  baseline: number;
}

/** Ratios of harm that are bet on with equal stakes: how many times as often things happen on the candidate. */
const HARMS = [1.25, 1.5, 2, 3, 5, 10, 30] as const;

/** Evidence against "it happens on the candidate at most as often as on the live version". */
export const evidenceOfMore = (splits: readonly Split[]): number =>
  mixture(HARMS.map((ratio) => likelihood(splits, ratio) - likelihood(splits, 1)));

/** Ratios of harmlessness that are bet on, as parts of the ratio that would be too much. */
const BELOW = [0.9, 0.8, 2 / 3, 0.5, 0.25, 0.1] as const;

/** Evidence against "it happens on the candidate at least `1 + margin` times as often as on the live version". */
export function evidenceOfNoMore(splits: readonly Split[], margin: number): number {
  const limit = 1 + margin;
  return mixture(BELOW.map((part) => likelihood(splits, limit * part) - likelihood(splits, limit)));
}

const RARE = [0, 0.125, 0.25, 0.5, 0.75] as const;

/** Evidence against "it happens in at least this share of the conversations", from `happened` of `all`. */
export function evidenceOfRare(happened: number, all: number, limit: number): number {
  const log = (rate: number): number => times(happened, rate) + times(all - happened, 1 - rate);
  return mixture(RARE.map((part) => log(limit * part) - log(limit)));
}

/** The logarithm of the chance of these sides where things happen `ratio` times as often on the candidate. */
function likelihood(splits: readonly Split[], ratio: number): number {
  let sum = 0;
  for (const { share, candidate, baseline } of splits) {
    const chance = (share * ratio) / (share * ratio + 1 - share);
    sum += times(candidate, chance) + times(baseline, 1 - chance);
  }
  return sum;
}

/** A product in which 0 times anything, even minus infinity, is 0. */
const times = (count: number, chance: number): number => (count === 0 ? 0 : count * Math.log(chance));

/** The logarithm of the mean. */
function mixture(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length);
}
