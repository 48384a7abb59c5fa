import type { FieldChanges } from './compare.js';
import type { Item } from './item.js';
import type { Kind } from './schema.js';
import type { Wanted } from './wanted.js';

export type ChangeAction = 'CREATE' | 'UPDATE' | 'DELETE' | 'PUBLISH' | 'NONE';

/** One change of a plan. */
export interface Step {
  action: ChangeAction;
  kind: Kind;
  name: string;
  fields: FieldChanges | null;
  warnings: string[];
  /** What asks for it; none for what is deleted. */
  wanted: Wanted | null;
  /** What it changes; none for what is made. */
  item: Item | null;
}
