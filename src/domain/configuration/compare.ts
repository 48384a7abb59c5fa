import { isObject } from '../../definition/json.js';
import { stableJson } from '../../stable-json.js';
import { SECRET_KEYS } from '../bots/engine-kinds.js';
import type { BotFiles } from '../definitions.js';
import { digestOf, type Item } from './item.js';
import type { SpecOf } from './schema.js';
import type { Wanted } from './wanted.js';

/** What of a spec is compared: values by path, and secrets by path. */
interface Fields {
  values: Readonly<Record<string, unknown>>;
  secrets: Readonly<Record<string, string>>;
}

/** How two specs differ, as plans show it. */
export type FieldChanges = Record<string, { from: unknown; to: unknown } | 'changed'>;

/** What a document gives, or what there is. What is left out is not among the fields. */
export function fieldsOf({ kind, spec }: Pick<Wanted, 'kind' | 'spec'>): Fields {
  const { definition: _, ...given } = spec as Record<string, unknown>; // compared by what is in it
  if (kind === 'App') return without(given, ['clientSecret']);
  if (kind === 'Bot') return botFields(given);
  if (kind === 'Channel') return channelFields(given);
  if (kind === 'Alert') return without(given, given.format === 'EMAIL' ? [] : ['target']);
  if (kind === 'Variable' && given.secured === true) return without(given, ['value']);
  return without(given, []);
}

function without(given: Record<string, unknown>, secretKeys: readonly string[]): Fields {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    values: Object.fromEntries(entries.filter(([key]) => !secretKeys.includes(key))),
    secrets: Object.fromEntries(
      entries.flatMap(([key, value]) => (secretKeys.includes(key) && typeof value === 'string' ? [[key, value]] : [])),
    ),
  };
}

function botFields({ engineSettings, ...given }: Record<string, unknown>): Fields {
  const { values } = without(given, []);
  if (!isObject(engineSettings)) return { values, secrets: {} };
  const { open, secrets } = splitEngineSettings(engineSettings);
  return {
    values: { ...values, engineSettings: open },
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([key, value]) => [`engineSettings.${key}`, String(value ?? '')]),
    ),
  };
}

/** Engine settings without their credentials, and the credentials. */
function splitEngineSettings(settings: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(settings);
  return {
    open: Object.fromEntries(entries.filter(([key]) => !SECRET_KEYS.has(key))),
    secrets: Object.fromEntries(entries.filter(([key]) => SECRET_KEYS.has(key))),
  };
}

function channelFields({ delivery, ...given }: Record<string, unknown>): Fields {
  const { values, secrets } = without(given, ['accessToken']);
  if (!isObject(delivery)) return { values, secrets };
  const { auth, headers, clientCertificate, certificateAuthority, ...settings } = delivery as NonNullable<
    SpecOf<'Channel'>['delivery']
  >;
  const { secret, ...texts } = auth ?? (auth === null ? { kind: null } : {});
  const named = (object: object, prefix: string) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [`${prefix}.${key}`, value]));
  const sealed = (headers ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return {
    values: {
      ...values,
      ...named(settings, 'delivery'),
      ...named(texts, 'delivery.auth'),
      ...(headers && { 'delivery.headers': headers.map(({ name }) => name).sort() }),
      ...(clientCertificate === null && { 'delivery.clientCertificate': null }),
      ...(certificateAuthority === null && { 'delivery.certificateAuthority': null }),
    },
    secrets: {
      ...secrets,
      ...(secret !== undefined && { 'delivery.auth.secret': secret }),
      ...named(Object.fromEntries(sealed), 'delivery.headers'),
      ...named(clientCertificate ?? {}, 'delivery.clientCertificate'),
      ...(certificateAuthority && { 'delivery.certificateAuthority': certificateAuthority }),
    },
  };
}

/** The fields of a document that are not as it wants them. */
export function changesOf(wanted: Wanted, item: Item): FieldChanges {
  const [to, from] = [fieldsOf(asItBecomes(wanted, item)), fieldsOf(item)];
  const changes: FieldChanges = {};
  for (const [field, value] of Object.entries(to.values)) {
    const before = fieldBefore(field, value, from, item);
    if (stableJson(before ?? null) !== stableJson(value ?? null)) changes[field] = { from: before ?? null, to: value };
  }
  const given = Object.entries(to.secrets);
  if (given.length === 0) return changes;
  const open = item.openSecrets();
  for (const [field, value] of given) if ((open[field] ?? '') !== value) changes[field] = 'changed';
  return changes;
}

/** What decides which fields are secret, and a document leaves out, stays: whether a variable is one, the format of an alert. */
function asItBecomes({ kind, spec }: Wanted, item: Item): Pick<Wanted, 'kind' | 'spec'> {
  if (kind === 'Variable') {
    const [given, current] = [spec as SpecOf<'Variable'>, item.spec as SpecOf<'Variable'>];
    return { kind, spec: { ...given, secured: given.secured ?? current.secured } };
  }
  if (kind === 'Alert') {
    const [given, current] = [spec as SpecOf<'Alert'>, item.spec as SpecOf<'Alert'>];
    return { kind, spec: { ...given, format: given.format ?? current.format } };
  }
  return { kind, spec } as Pick<Wanted, 'kind' | 'spec'>; // the pair is of one kind, as it came
}

const CERTIFICATES: Record<string, string> = {
  'delivery.clientCertificate': 'delivery.clientCertificate.certificate',
  'delivery.certificateAuthority': 'delivery.certificateAuthority',
};

/** What is not there is compared as what stands for nothing. */
function fieldBefore(field: string, to: unknown, { values, secrets }: Fields, item: Item): unknown {
  const before = values[field] ?? null;
  if (before !== null) return before;
  if (to === null) return (CERTIFICATES[field] ?? '') in secrets ? 'set' : null;
  if (field === 'delivery.auth.kind') return item.openSecrets().accessToken ? 'BEARER' : 'NONE';
  return field.startsWith('delivery.auth.') ? '' : null;
}

/** The fields of something that is to be made. */
export function newFields(wanted: Wanted): FieldChanges {
  const { values, secrets } = fieldsOf(wanted);
  return {
    ...Object.fromEntries(Object.entries(values).map(([field, to]) => [field, { from: null, to }])),
    ...Object.fromEntries(Object.keys(secrets).map((field) => [field, 'changed' as const])),
    ...(wanted.prepared && { definition: { from: null, to: digestOf(wanted.prepared.files) } }),
  };
}

/**
 * How the files of a bot differ: by their digests, and whether a credential in them is another. What a file leaves empty where
 * a credential was taken out stays as it is.
 */
export function definitionChanges(
  { files, secrets }: NonNullable<Wanted['prepared']>,
  before: { files: BotFiles; secrets: Readonly<Record<string, string>> } | null,
): FieldChanges {
  const [from, to] = [before && digestOf(before.files), digestOf(files)];
  const known = before?.secrets ?? {};
  const credential = Object.entries(secrets).some(([pointer, value]) => known[pointer] !== value);
  return {
    ...(from !== to && { definition: { from, to } }),
    ...(credential && { 'definition.credentials': 'changed' as const }),
  };
}
