import { type Fields, textsField } from './body.js';
import { Refused } from './refusals.js';

const LISTS = ['tasks', 'nlpData', 'settings'];

/**
 * The parts that `importOptions` or `exportOptions` name; null: all. Lists that are named and empty select nothing, which the
 * platform refuses.
 */
export function partsIn(options: Fields | null): string[] | null {
  if (options === null) return null;
  const given = LISTS.filter((name) => options[name] !== undefined);
  if (given.length === 0) return null;
  const parts = given.flatMap((name) => textsField(options, name));
  if (parts.length > 0) return [...new Set(parts)];
  throw new Refused('Please select at least one component', { status: 400 });
}
