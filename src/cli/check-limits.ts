import { InvalidArgumentError } from 'commander';
import type { CheckGroup, VersionCheck } from '../admin/admin.js';

const COUNTS = ['alike', 'different', 'failing', 'unknown'] as const;

/** More turns than a number, or more than a share of them. */
export interface Limit {
  text: string;
  count: (typeof COUNTS)[number];
  above: number;
}

/** A limit below 1 that is not 0 is a share of the turns. */
export function exceeds({ count, above }: Limit, check: Pick<VersionCheck, 'turns' | Limit['count']>): boolean {
  const isShare = above > 0 && above < 1;
  return isShare ? check.turns > 0 && check[count] / check.turns > above : check[count] > above;
}

export function limitsOf(text: string): Limit[] {
  return text.split(',').map((part) => {
    const [, name = '', above = ''] = /^\s*([a-z]+)\s*>\s*(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    const count = COUNTS.find((known) => known === name);
    if (!count) throw new InvalidArgumentError(`It takes limits like failing>0,different>0.05; "${part}" is none.`);
    return { text: part.trim(), count, above: Number(above) };
  });
}

export const placeOf = ({ node, message, channel }: CheckGroup): string =>
  [node && `node "${node}"`, message && `message ${message}`, channel && `channel "${channel.name}"`]
    .filter(Boolean)
    .join(', ');
