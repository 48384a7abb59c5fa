import { conflict } from '../../errors.js';
import { groupBy } from '../../store/database/group-by.js';
import type { Item } from './items.js';
import { API_VERSION } from './schema.js';
import type { Snapshot } from './snapshot.js';

/**
 * Documents of what there is, without ids and secrets, in an order that only names decide. CONFLICT where two have the same name:
 * references by it would be to either.
 */
export function exportDocuments(
  snapshot: Snapshot,
  items: readonly Item[],
  { isWhole }: { isWhole: boolean },
): object[] {
  refuseDoubled('apps', snapshot.apps);
  refuseDoubled('bots', snapshot.bots);
  return items
    .filter(({ kind }) => isWhole || kind !== 'Account')
    .map(({ kind, name, spec }) => ({ apiVersion: API_VERSION, kind, metadata: { name }, spec }));
}

function refuseDoubled(noun: string, named: readonly { name: string }[]): void {
  const same = [...groupBy(named, ({ name }) => name)].find(([, all]) => all.length > 1);
  if (!same) return;
  const [name, all] = same;
  throw conflict(
    `${all.length} ${noun} are named "${name}". Documents refer by name: give them names of their own first.`,
  );
}
