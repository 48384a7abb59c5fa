import type { Json } from '../json.js';
import { isObject, list, object, own, string } from './json.js';
import type { Comparison, Condition } from './program.js';

const OPERATORS: Readonly<Record<string, Comparison>> = {
  eq: 'eq',
  equals: 'eq',
  neq: 'neq',
  ne: 'neq',
  gt: 'gt',
  gte: 'gte',
  lt: 'lt',
  lte: 'lte',
  cnt: 'contains',
  contains: 'contains',
  exists: 'exists',
  ex: 'exists',
  dne: 'absent',
  '': 'exists',
};

/**
 * Compiles the `if` of a transition (kore-exports.md §4): `field` names an entity node, `context` a path, an operator
 * left out means "exists". A condition that can never hold (an empty path, an unknown operator) is `never`.
 * `pathOfNode` gives the context path of a node's value.
 */
export function compileCondition(value: Json, pathOfNode: (nodeId: string) => string | null): Condition {
  const raw = object(value);
  if (raw.tests !== undefined || raw.conjoin !== undefined) {
    const of = list(raw.tests)
      .filter(isObject)
      // Entries of JSON are JSON.
      .map((test) => compileCondition(test as Json, pathOfNode));
    if (of.length === 0) return { type: 'never' };
    return { type: string(raw.conjoin).toLowerCase() === 'or' ? 'any' : 'all', of };
  }
  const act = string(raw.dialogAct).toLowerCase();
  if (act === 'yes' || act === 'no') return { type: 'answered', answer: act };
  if (typeof raw.intent === 'string' && raw.intent !== '') return { type: 'intent', nodeId: raw.intent };
  const op = own(OPERATORS, string(raw.op).toLowerCase());
  const path = pathOf(raw.field, raw.context, pathOfNode);
  if (path === null || op === undefined) return { type: 'never' };
  return { type: 'compare', path, op, value: comparedWith(raw.value) };
}

/** The parts of a condition that cannot be evaluated; an empty path is not reported. */
export function faultsOf(value: Json): string[] {
  const raw = object(value);
  // Entries of JSON are JSON.
  if (raw.tests !== undefined) return list(raw.tests).flatMap((test) => faultsOf(test as Json));
  const op = string(raw.op).toLowerCase();
  const path = string(raw.context).trim();
  return [
    ...(Object.hasOwn(OPERATORS, op) ? [] : [`this server does not know the operator "${op}"`]),
    ...(path === '' || /^[\p{L}\p{M}\p{N}_$.[\]'"{} -]+$/u.test(path) ? [] : [`"${path}" is not the path of a value`]),
  ];
}

function pathOf(field: unknown, context: unknown, pathOfNode: (nodeId: string) => string | null): string | null {
  const nodeId = string(field).trim();
  if (nodeId !== '') return pathOfNode(nodeId);
  const path = string(context)
    .trim()
    .replace(/^\{\{\s*|\s*\}\}$/g, '');
  if (path === '') return null;
  return /^(context|env|content)\b(?=[.[]|$)/.test(path) ? path : `context.${path}`;
}

/** Reads a text that is a path as a variable, as the platform's editor does: `context.limit`, `{{env.LIMIT}}`. */
function comparedWith(value: unknown): { text: string } | { path: string } {
  const text = valueText(value);
  const path = /^\s*(?:\{\{)?\s*((?:context|env|content)\.[\p{L}\p{M}\p{N}_$.[\]'"-]+)\s*(?:\}\})?\s*$/u.exec(
    text,
  )?.[1];
  return path === undefined ? { text } : { path };
}

function valueText(value: unknown): string {
  if (typeof value === 'boolean') return String(value);
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : string(value);
}
