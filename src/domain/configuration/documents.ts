import type { z } from 'zod';
import { isObject } from '../../definition/json.js';
import { badInput } from '../../errors.js';
import { nearest } from '../nearest.js';
import { complete } from './complete.js';
import type { Fault } from './faults.js';
import { keyOf } from './item.js';
import { API_VERSION, DOCUMENTS, KINDS, type Kind, type SpecOf } from './schema.js';
import type { TellFault, Wanted } from './wanted.js';

/** Documents of one request; beyond: BAD_USER_INPUT. */
const MAX_DOCUMENTS = 20_000;

/** Documents that were read, and what is wrong with the others. */
export interface Read {
  wanted: Wanted[];
  faults: Fault[];
  /** Keys of documents that are not valid: others may refer to them. */
  invalid: Set<string>;
}

/** BAD_USER_INPUT (`documents`) for too many. */
export function readDocuments(documents: readonly unknown[]): Read {
  if (documents.length > MAX_DOCUMENTS) {
    throw badInput('documents', `A request takes at most ${MAX_DOCUMENTS} documents. Apply the bots in several.`);
  }
  const faults: Fault[] = [];
  const invalid = new Set<string>();
  const wanted = documents.flatMap((document, index) => {
    const read = readDocument(document, index, faults);
    if (read.length === 0) for (const key of keysOfInvalid(document)) invalid.add(key);
    return read;
  });
  return { wanted, faults, invalid };
}

/** What others refer to it by, as far as that can be told. */
function keysOfInvalid(document: unknown): string[] {
  if (!isObject(document) || !isObject(document.metadata) || typeof document.metadata.name !== 'string') return [];
  const { kind, spec } = document;
  const { name } = document.metadata;
  if (kind === 'App' || kind === 'Bot') return [keyOf[kind](name)];
  return kind === 'Channel' && isObject(spec) && typeof spec.bot === 'string' ? [keyOf.Channel(spec.bot, name)] : [];
}

interface Valid {
  metadata: { name: string; previousName?: string };
  spec: SpecOf<Kind>;
}

function readDocument(document: unknown, index: number, faults: Fault[]): Wanted[] {
  const fault = (path: Fault['path'], message: string) => faults.push({ document: index, path, message });
  if (!isObject(document)) {
    fault([], `A document has apiVersion: ${API_VERSION}, kind, metadata.name and spec.`);
    return [];
  }
  const kind = KINDS.find((one) => one === document.kind);
  if (!kind) {
    const given = String(document.kind ?? '');
    fault(['kind'], `Unknown kind "${given}"${nearest(given, KINDS) || `. There are: ${KINDS.join(', ')}.`}`);
    return [];
  }
  const result = DOCUMENTS[kind].safeParse(document);
  if (!result.success) {
    for (const issue of result.error.issues) tellIssue(issue, kind, fault);
    return [];
  }
  const { metadata, spec } = result.data as Valid; // what the schema of the kind lets through
  const { name, previousName = null } = metadata;
  const one = { document: index, kind, name, previousName, spec, prepared: null };
  return [complete(one, fault)];
}

function tellIssue(issue: z.core.$ZodIssue, kind: Kind, fault: TellFault): void {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(DOCUMENTS[kind], path);
    for (const key of issue.keys) {
      const hint = nearest(key, known) || (known.length > 0 ? `. There are: ${known.join(', ')}.` : '.');
      fault([...path, key], `Unknown field "${key}"${hint}`);
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
    if (deepest) {
      tellIssue({ ...deepest, path: [...issue.path, ...deepest.path] }, kind, fault);
      return;
    }
  }
  fault(path, `${issue.message}.`);
}

/** The fields that stand at this place. */
function knownKeys(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let at: unknown = schema;
  for (const step of [...path, null]) {
    at = unwrapped(at);
    const { shape, element } = at as { shape?: Record<string, unknown>; element?: unknown };
    if (step === null) return Object.keys(shape ?? {});
    at = typeof step === 'number' ? element : shape?.[step];
  }
  return [];
}

function unwrapped(schema: unknown): unknown {
  const { def } = Object(schema) as { def?: { innerType?: unknown } };
  return def?.innerType ? unwrapped(def.innerType) : schema;
}
