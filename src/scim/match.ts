import type { AttributePath, Comparison, Filter, FilterValue } from './filter.js';

/** Attributes whose case matters (RFC 7643 §3.1); all others are compared without. */
const CASE_EXACT: ReadonlySet<string> = new Set([
  'id',
  'externalid',
  'members',
  'members.value',
  'groups',
  'groups.value',
]);

/** Whether a resource, or one value of a list in it, is what the filter asks for. */
export function matches(resource: unknown, filter: Filter): boolean {
  if (filter.op === 'and') return filter.parts.every((part) => matches(resource, part));
  if (filter.op === 'or') return filter.parts.some((part) => matches(resource, part));
  if (filter.op === 'not') return !matches(resource, filter.part);
  if (filter.op === 'has') return listAt(resource, filter.path).some((one) => matches(one, filter.part));
  const values = valuesAt(resource, filter.path);
  return filter.op === 'pr' ? values.some(isPresent) : compares(values, filter.op, filter.value, filter.path);
}

/** Whether a filter speaks of this attribute. */
export function mentions(filter: Filter, attribute: string): boolean {
  if (filter.op === 'and' || filter.op === 'or') return filter.parts.some((part) => mentions(part, attribute));
  if (filter.op === 'not') return mentions(filter.part, attribute);
  return filter.path.attribute === attribute;
}

/** The text that this attribute must be equal to, whatever else the filter asks for; null: it leaves it open. */
export function textFor(filter: Filter, attribute: string): string | null {
  if (filter.op === 'and') {
    for (const part of filter.parts) {
      const text = textFor(part, attribute);
      if (text !== null) return text;
    }
    return null;
  }
  if (filter.op !== 'eq' || typeof filter.value !== 'string') return null;
  const { schema, attribute: named, sub } = filter.path;
  return schema === null && sub === null && named === attribute ? filter.value : null;
}

function compares(values: readonly unknown[], op: Comparison, wanted: FilterValue, path: AttributePath): boolean {
  const name = path.sub === null ? path.attribute : `${path.attribute}.${path.sub}`;
  const folded = (value: unknown) => comparable(value, name);
  const target = folded(wanted);
  if (op === 'ne') return !compares(values, 'eq', wanted, path);
  if (op === 'eq' && wanted === null) return !values.some(isPresent);
  return values.some((value) => holds(folded(value), op, target));
}

function holds(value: unknown, op: Exclude<Comparison, 'ne'>, target: unknown): boolean {
  if (op === 'eq') return value === target;
  if (typeof value === 'string' && typeof target === 'string') {
    if (op === 'co') return value.includes(target);
    if (op === 'sw') return value.startsWith(target);
    if (op === 'ew') return value.endsWith(target);
    return inOrder(value < target ? -1 : Number(value > target), op);
  }
  if (typeof value === 'number' && typeof target === 'number') return inOrder(value - target, op);
  return false;
}

function inOrder(difference: number, op: 'co' | 'sw' | 'ew' | 'eq' | 'gt' | 'ge' | 'lt' | 'le'): boolean {
  if (op === 'gt') return difference > 0;
  if (op === 'ge') return difference >= 0;
  if (op === 'lt') return difference < 0;
  return op === 'le' && difference <= 0;
}

/** Times as numbers, texts without case, and truth also as the text that some clients send. */
function comparable(value: unknown, name: string): unknown {
  if (name === 'active' && typeof value === 'string') return value.toLowerCase() === 'true';
  if (typeof value !== 'string') return value;
  if (name === 'meta.created' || name === 'meta.lastmodified') return Date.parse(value);
  return CASE_EXACT.has(name) ? value : value.toLowerCase();
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

function listAt(resource: unknown, { schema, attribute }: AttributePath): unknown[] {
  const value = schema === null ? member(resource, attribute) : undefined;
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** The values at a path; for a list without a part, the `value` of each. */
function valuesAt(resource: unknown, path: AttributePath): unknown[] {
  return listAt(resource, path).map((one) => {
    if (path.sub !== null) return member(one, path.sub);
    return typeof one === 'object' && one !== null ? (member(one, 'value') ?? one) : one;
  });
}

function member(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null) return undefined;
  const key = Object.keys(of).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : (of as Record<string, unknown>)[key];
}
