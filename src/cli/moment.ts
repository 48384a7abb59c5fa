import { InvalidArgumentError } from 'commander';

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment as people write it: a date and time, or for how long ago it is (30m, 6h, 2d). Throws InvalidArgumentError. */
export function momentOf(value: string, now: number): string {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(value.trim()) ?? [];
  const at = count === undefined ? Date.parse(value) : now - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(at)) throw new InvalidArgumentError('It takes a date and time, or 30m, 6h or 2d.');
  return new Date(at).toISOString();
}
