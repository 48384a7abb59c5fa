import type { FieldChanges } from './compare.js';
import type { Wanted } from './documents.js';
import type { Item } from './items.js';
import type { Kind } from './schema.js';

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
