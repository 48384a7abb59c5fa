import { conflict } from '../../errors.js';
import { groupBy } from '../../store/database/group-by.js';
import type { Item } from './item.js';
import { API_VERSION, type Kind } from './schema.js';
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
  refuseDoubled('alert subscriptions', snapshot.alerts);
  return items
    .filter(({ kind, blank }) => blank !== 'all' && (isWhole || !OF_ACCOUNT.has(kind)))
    .map(({ kind, name, spec, blank = [] }) => ({
      apiVersion: API_VERSION,
      kind,
      metadata: { name },
      spec: Object.fromEntries(Object.entries(spec).filter(([field]) => !(blank as readonly string[]).includes(field))),
    }));
}

/** What belongs to no bot; apps come along with those that use them. */
const OF_ACCOUNT: ReadonlySet<Kind> = new Set(['Account', 'Alert', 'Roles']);

function refuseDoubled(noun: string, named: readonly { name: string }[]): void {
  const same = [...groupBy(named, ({ name }) => name)].find(([, all]) => all.length > 1);
  if (!same) return;
  const [name, all] = same;
  throw conflict(
    `${all.length} ${noun} are named "${name}". Documents refer by name: give them names of their own first.`,
  );
}
