import { InvalidArgumentError } from 'commander';
import type { CheckGroup, VersionCheck } from '../admin/admin.js';

const COUNTS = ['alike', 'accepted', 'different', 'failing', 'unknown'] as const;

/** More turns than a number, or more than a share of them. */
export interface Limit {
  text: string;
  count: (typeof COUNTS)[number];
  above: number;
}

/** How much of a check is so. Tests that fail, or of which nobody knows, count like turns. */
export function countedIn({ count }: Limit, check: VersionCheck): { counted: number; of: number } {
  const { passed, failed, unknown } = check.tests;
  const counted = check[count] + (count === 'failing' ? failed : count === 'unknown' ? unknown : 0);
  const ofTests = count === 'failing' || count === 'unknown' ? passed + failed + unknown : 0;
  return { counted, of: check.turns + ofTests };
}

/** A limit below 1 that is not 0 is a share. */
export function exceeds(limit: Limit, check: VersionCheck): boolean {
  const { above } = limit;
  const { counted, of } = countedIn(limit, check);
  const isShare = above > 0 && above < 1;
  return isShare ? of > 0 && counted / of > above : counted > above;
}

export function limitsOf(text: string): Limit[] {
  return text.split(',').map((part) => {
    const [, name = '', above = ''] = /^\s*([a-z]+)\s*>\s*(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    const count = COUNTS.find((known) => known === name);
    if (!count) throw new InvalidArgumentError(`It takes limits like failing>0,different>0.05; "${part}" is none.`);
    return { text: part.trim(), count, above: Number(above) };
  });
}

export const placeOf = ({
  node,
  message,
  channel,
}: Pick<CheckGroup, 'node' | 'message'> & { channel?: CheckGroup['channel'] }): string =>
  [node && `node "${node}"`, message && `message ${message}`, channel && `channel "${channel.name}"`]
    .filter(Boolean)
    .join(', ');
