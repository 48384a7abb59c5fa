import type { z } from 'zod';
import { isObject } from '../../definition/json.js';
import { AppError, badInput } from '../../errors.js';
import { SIGNATURE_SCHEMES } from '../../vocabulary.js';
import { publicKeyInput } from '../apps/public-key.js';
import { SECRET_KEYS } from '../bots/engine-kinds.js';
import { type Prepared, prepareDefinition } from '../bots/transfer/import.js';
import { nearest } from '../nearest.js';
import { type Fault, refuseFaults } from './faults.js';
import { API_VERSION, DOCUMENTS, KINDS, type Kind, type SpecOf } from './schema.js';

/** A document as it was read: valid by itself. */
export interface Wanted<K extends Kind = Kind> {
  /** Its place in the request. */
  document: number;
  kind: K;
  name: string;
  previousName: string | null;
  spec: SpecOf<K>;
  /** The files of a bot with a definition; null for anything else. */
  prepared: Prepared | null;
}

/** Documents of one request; beyond: BAD_USER_INPUT. */
const MAX_DOCUMENTS = 20_000;

/** Reads documents. BAD_USER_INPUT (`documents`) lists all faults. */
export function readDocuments(documents: readonly unknown[]): Wanted[] {
  if (documents.length > MAX_DOCUMENTS) {
    throw badInput('documents', `A request takes at most ${MAX_DOCUMENTS} documents. Apply the bots in several.`);
  }
  const faults: Fault[] = [];
  const wanted = documents.flatMap((document, index) => readDocument(document, index, faults));
  refuseFaults(faults);
  return wanted;
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

type TellFault = (path: Fault['path'], message: string) => void;

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

/** In the form in which it is compared with what there is. */
function complete(wanted: Wanted, fault: TellFault): Wanted {
  for (const path of referencesIn(wanted)) {
    fault(path, `References such as ${'$'}{env:NAME} are filled in by hookswitch apply: send the value itself.`);
  }
  if (wanted.kind === 'Bot') return completeBot(wanted as Wanted<'Bot'>, fault);
  if (wanted.kind === 'App') return completeApp(wanted as Wanted<'App'>, fault);
  if (wanted.kind === 'Channel') {
    const { delivery } = wanted.spec as SpecOf<'Channel'>;
    const signatures = delivery?.signatures && SIGNATURE_SCHEMES.filter((one) => delivery.signatures?.includes(one));
    const headers = delivery?.headers?.map((header) => ({ ...header, name: header.name.toLowerCase() }));
    if (!delivery) return wanted;
    const { auth } = delivery;
    const named = auth?.header === undefined ? auth : { ...auth, header: auth.header.toLowerCase() };
    const ordered = {
      ...delivery,
      ...(signatures && { signatures }),
      ...(headers && { headers }),
      ...(named && { auth: named }),
    };
    return { ...wanted, spec: { ...wanted.spec, delivery: ordered } };
  }
  if (wanted.kind === 'Account') {
    const { autoApprove, ...rest } = wanted.spec as SpecOf<'Account'>;
    return { ...wanted, spec: { ...rest, ...(autoApprove && { autoApprove: [...new Set(autoApprove)].sort() }) } };
  }
  return wanted;
}

function completeBot(wanted: Wanted<'Bot'>, fault: TellFault): Wanted {
  const { definition, description, ...rest } = wanted.spec;
  const spec = {
    ...rest,
    ...(description !== undefined && { description: description?.trim() || null }),
  };
  if (definition === undefined) return { ...wanted, spec };
  if (typeof definition === 'string') {
    fault(['spec', 'definition'], 'Paths are read by hookswitch apply: send the content of the files itself.');
    return { ...wanted, spec };
  }
  try {
    return { ...wanted, spec: { ...spec, definition }, prepared: prepareDefinition(definition) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    fault(['spec', 'definition'], error.message);
    return { ...wanted, spec };
  }
}

function completeApp(wanted: Wanted<'App'>, fault: TellFault): Wanted {
  const { publicKeys, jwksUrl, algorithm = 'HS256' } = wanted.spec;
  const keys = publicKeys?.map((key, index) => {
    try {
      return publicKeyInput(key, algorithm, 'publicKeys');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      fault(['spec', 'publicKeys', index], error.message);
      return key;
    }
  });
  const url = jwksUrl === undefined ? {} : { jwksUrl: jwksUrl?.trim() || null };
  return { ...wanted, spec: { ...wanted.spec, ...(keys && { publicKeys: keys }), ...url } };
}

const REFERENCE = /\$\{(env|file):/;

function referencesIn({ kind, spec }: Wanted): (string | number)[][] {
  if (kind !== 'App' && kind !== 'Channel' && kind !== 'Bot') return [];
  const { definition: _, ...rest } = spec as Record<string, unknown>;
  const found: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (typeof value === 'string' && REFERENCE.test(value)) found.push(path);
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, index]);
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
  };
  walk(rest, ['spec']);
  return found;
}

/** Engine settings without their credentials, and the credentials. */
export function splitEngineSettings(settings: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(settings);
  return {
    open: Object.fromEntries(entries.filter(([key]) => !SECRET_KEYS.has(key))),
    secrets: Object.fromEntries(entries.filter(([key]) => SECRET_KEYS.has(key))),
  };
}
