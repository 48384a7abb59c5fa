import { type Filter, parseValuePath } from './filter.js';
import { matches } from './match.js';
import { invalidSyntax, ScimError } from './scim-error.js';
import {
  type Attribute,
  type Document,
  lookUp,
  type Part,
  readList,
  readPart,
  readScalar,
  readValue,
  type Shape,
  unknownPath,
} from './shape.js';

export interface Operation {
  op: 'add' | 'replace' | 'remove';
  path: string | null;
  value: unknown;
}

/** Operations of one patch; beyond: `tooMany`. */
const MAX_OPERATIONS = 1_000;

/** The operations of a PatchOp (RFC 7644 §3.5.2). ScimError `invalidSyntax`, `tooMany`. */
export function readOperations(body: object): Operation[] {
  const given: unknown = Object.entries(body).find(([key]) => key.toLowerCase() === 'operations')?.[1];
  if (!Array.isArray(given) || given.length === 0)
    throw invalidSyntax('A patch has its changes in a list named Operations.');
  if (given.length > MAX_OPERATIONS)
    throw new ScimError(400, `A patch may have at most ${MAX_OPERATIONS} operations.`, 'tooMany');
  return given.map((one: unknown) => {
    const { op, path = null, value } = Object(one);
    const name = typeof op === 'string' ? op.toLowerCase() : null;
    if (name !== 'add' && name !== 'replace' && name !== 'remove')
      throw invalidSyntax('The op of an operation is add, replace or remove.');
    if (path !== null && typeof path !== 'string') throw invalidSyntax('The path of an operation is a text.');
    return { op: name, path: path === '' ? null : path, value };
  });
}

/** Applies operations to a document, in their order. ScimError `invalidPath`, `noTarget`, `mutability`, `invalidValue`. */
export function applyPatch(shape: Shape, document: Document, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.path !== null) applyAt(shape, document, operation.path, operation, 'REFUSED');
    else applyWhole(shape, document, operation);
  }
}

/** Without a path the value holds attributes; their names may be paths, as Entra ID sends them. */
function applyWhole(shape: Shape, document: Document, operation: Operation): void {
  if (operation.op === 'remove') throw new ScimError(400, 'A remove has to have a path.', 'noTarget');
  if (typeof operation.value !== 'object' || operation.value === null || Array.isArray(operation.value))
    throw invalidSyntax('An operation without a path has an object of attributes as its value.');
  for (const [path, value] of Object.entries(operation.value))
    applyAt(shape, document, path, { ...operation, value }, 'PASSED_OVER');
}

function applyAt(
  shape: Shape,
  document: Document,
  text: string,
  operation: Operation,
  unknown: 'REFUSED' | 'PASSED_OVER',
): void {
  if (unknown === 'PASSED_OVER' && /^urn:[^[]*:\d\.\d:\w+$/i.test(text)) return; // an extension as a whole
  const target = parseValuePath(text);
  const found = target && lookUp(shape, target.path);
  if (!target || !found) {
    if (unknown === 'REFUSED') throw unknownPath(shape, text);
    return;
  }
  if (found.is === 'IGNORED') return;
  if (found.is === 'READ_ONLY') {
    if (unknown === 'REFUSED') throw new ScimError(400, `"${text}" is set by this server alone.`, 'mutability');
    return;
  }
  const { attribute, part } = found;
  if (target.part !== null && attribute.kind !== 'LIST') throw unknownPath(shape, text);
  if (attribute.kind === 'LIST') changeList(document, attribute, { filter: target.part, part }, operation);
  else if (part !== null) changePart(partsOf(document, attribute.name), attribute, part, operation);
  else if (attribute.kind === 'COMPLEX' && operation.op !== 'remove') {
    const parts = partsOf(document, attribute.name);
    for (const [name, value] of readPart(attribute, operation.value)) parts.set(name, value);
  } else {
    const value = operation.op === 'remove' ? null : readValue(attribute, operation.value);
    if (value === null) document.delete(attribute.name);
    else document.set(attribute.name, value);
  }
}

function partsOf(document: Document, name: string): Part {
  const present = document.get(name);
  if (present instanceof Map) return present;
  const parts: Part = new Map();
  document.set(name, parts);
  return parts;
}

function changePart(parts: Part, { name, parts: kinds = {} }: Attribute, part: string, operation: Operation): void {
  const value =
    operation.op === 'remove' ? null : readScalar(`${name}.${part}`, kinds[part] ?? 'TEXT', operation.value);
  if (value === null) parts.delete(part);
  else parts.set(part, value);
}

/** `filter`: the values meant; `part`: what of each. */
interface Target {
  filter: Filter | null;
  part: string | null;
}

function changeList(document: Document, attribute: Attribute, { filter, part }: Target, operation: Operation): void {
  const present = document.get(attribute.name);
  const list = Array.isArray(present) ? present : [];
  if (filter === null && part === null) {
    document.set(attribute.name, changedWhole(list, attribute, operation));
    return;
  }
  const meant = filter === null ? list : list.filter(isMeantBy(filter));
  if (operation.op === 'remove') {
    const gone = new Set(meant);
    if (part === null)
      document.set(
        attribute.name,
        list.filter((one) => !gone.has(one)),
      );
    else for (const one of meant) one.delete(part);
    return;
  }
  if (meant.length === 0) {
    const made = madeFor(attribute, filter);
    list.push(made);
    meant.push(made);
  }
  for (const one of meant) {
    if (part !== null) changePart(one, attribute, part, operation);
    else for (const [name, value] of readPart(attribute, operation.value)) one.set(name, value);
  }
  document.set(attribute.name, withOnePrimary(list, meant));
}

/** A value given with a remove, as Entra ID does it, names what is taken away; without one it is all. */
function changedWhole(list: readonly Part[], attribute: Attribute, { op, value }: Operation): Part[] {
  const given = readList(attribute, value);
  const names = new Set(given.map((one) => one.get('value')));
  if (op === 'replace') return withOnePrimary(given, given);
  if (op === 'remove') return given.length === 0 ? [] : list.filter((one) => !names.has(one.get('value')));
  const kept = list.filter((one) => !names.has(one.get('value')));
  return withOnePrimary([...kept, ...given], given);
}

/** The plain `value eq "…"` names one of thousands of members, time and again. */
function isMeantBy(filter: Filter): (one: Part) => boolean {
  const isPlain = filter.op === 'eq' && filter.path.attribute === 'value' && filter.path.sub === null;
  if (isPlain) {
    const wanted = String(filter.value).toLowerCase();
    return (one) => String(one.get('value')).toLowerCase() === wanted;
  }
  return (one) => matches(Object.fromEntries(one), filter);
}

/** A new value as the filter describes it: `emails[type eq "work"]` makes one of that type. */
function madeFor(attribute: Attribute, filter: Filter | null): Part {
  const parts = filter === null ? [] : filter.op === 'and' ? filter.parts : [filter];
  const made: Record<string, unknown> = {};
  for (const part of parts) {
    if (part.op !== 'eq' || attribute.name === 'members')
      throw new ScimError(400, `No value of ${attribute.name} is what the filter in the path asks for.`, 'noTarget');
    made[part.path.attribute] = part.value;
  }
  return readPart(attribute, made);
}

/** A value that has become primary takes that from the one before. */
function withOnePrimary(list: Part[], changed: readonly Part[]): Part[] {
  const primary = changed.findLast((one) => one.get('primary') === true);
  if (primary) for (const one of list) if (one !== primary && one.get('primary') === true) one.set('primary', false);
  return list;
}
