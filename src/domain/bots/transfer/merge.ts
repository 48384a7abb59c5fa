import { isObject, type Raw } from '../../../definition/json.js';

/**
 * An incremental import: what has the same refId is replaced, what is new is added, what the file does not mention
 * stays. A replaced item keeps its own `_id`, so that what stays can still refer to it.
 */
export function mergeDefinitions(present: Raw, incoming: Raw): Record<string, unknown> {
  const renamed = renameIds(incoming, idsByRefId(present, idsByRefId(incoming, new Map())));
  return mergeObjects(present, renamed);
}

/** Builds objects from entries, so that `__proto__` is an ordinary key. */
function mergeObjects(present: Raw, incoming: Raw): Record<string, unknown> {
  const changed = Object.entries(incoming).map(([key, value]): [string, unknown] => {
    return [key, mergeValues(Object.hasOwn(present, key) ? present[key] : undefined, value)];
  });
  return Object.fromEntries([...Object.entries(present), ...changed]);
}

function mergeValues(present: unknown, incoming: unknown): unknown {
  if (Array.isArray(present) && Array.isArray(incoming)) return mergeLists(present, incoming);
  if (isObject(present) && isObject(incoming) && present.refId === incoming.refId)
    return mergeObjects(present, incoming);
  return incoming;
}

/** Merges lists: items match by refId; those without one are kept once each. */
function mergeLists(present: readonly unknown[], incoming: readonly unknown[]): unknown[] {
  const byRefId = new Map(incoming.flatMap((item) => (refIdOf(item) ? [[refIdOf(item), item] as const] : [])));
  const kept = present.map((item) => {
    const refId = refIdOf(item);
    const replacement = refId === undefined ? undefined : byRefId.get(refId);
    if (refId !== undefined) byRefId.delete(refId);
    return replacement ?? item;
  });
  const known = new Set(kept.map((item) => JSON.stringify(item)));
  const added = incoming.filter((item) => {
    const refId = refIdOf(item);
    return refId === undefined ? !known.has(JSON.stringify(item)) : byRefId.has(refId);
  });
  return [...kept, ...added];
}

const refIdOf = (item: unknown): string | undefined =>
  isObject(item) && typeof item.refId === 'string' && item.refId !== '' ? item.refId : undefined;

/** `_id` of everything with a refId; with `incoming`, the ids there that are to become these. */
function idsByRefId(root: unknown, found: Map<string, string>): Map<string, string> {
  const ids = new Map<string, string>();
  const incoming = found.size > 0;
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (!isObject(value)) return;
    const refId = refIdOf(value);
    const id = value._id;
    if (refId !== undefined && typeof id === 'string') {
      const other = found.get(refId);
      if (!incoming) ids.set(refId, id);
      else if (other !== undefined && other !== id) ids.set(other, id);
    }
    for (const item of Object.values(value)) walk(item);
  };
  walk(root);
  return ids;
}

/** Replaces ids; a reference is a text that equals an id. */
function renameIds(root: Raw, names: ReadonlyMap<string, string>): Raw {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return names.get(value) ?? value;
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return Object.fromEntries(Object.entries(root).map(([key, item]) => [key, walk(item)]));
}
