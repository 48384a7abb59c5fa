import type { Json, JsonObject } from '../json.js';
import { deeperThan, MAX_JSON_DEPTH } from '../json-limits.js';
import type {
  ComponentDefinition,
  DialogDefinition,
  NodeDefinition,
  ServiceDefinition,
  TransitionDefinition,
} from './definition.js';
import { flag, isObject, json, list, number, object, objects, type Raw, string, strings } from './json.js';
import { localized, readMessage } from './read-message.js';
import { decodeText } from './text.js';

const SERVICE_TIMEOUT_SECONDS = 20; // the platform's default

export function readDialog(raw: Raw, languages: readonly string[]): DialogDefinition {
  const names = localized(raw.localeData, languages, (entry) => string(entry.name) || undefined);
  const name = Object.values(names)[0] ?? string(raw.lname);
  return {
    id: string(raw._id),
    refId: string(raw.refId) || string(raw._id),
    name,
    names,
    lname: string(raw.lname) || name.toLowerCase(),
    hidden: flag(raw.isHidden),
    followUp: flag(raw.isFollowUp),
    nodes: objects(raw.nodes).map((node) => readNode(node, languages)),
  };
}

export function readComponent(raw: Raw, languages: readonly string[]): ComponentDefinition {
  const locales = raw.localeData;
  return {
    id: string(raw._id),
    refId: string(raw.refId) || string(raw._id),
    name: string(raw.name),
    type: typeOf(raw.type),
    label: localized(locales, languages, (entry) => string(entry.intent) || string(entry.label) || undefined),
    dialogId: string(raw.dialogId),
    message: readMessage(raw.message, languages),
    errorMessage: readMessage(raw.errorMessage, languages),
    applyDefaultTemplate: flag(raw.applyDefaultTemplate),
    script: decodeText(string(raw.script)),
    entityType: string(raw.entityType),
    isArray: flag(raw.isArray),
    regexPattern: decodeText(string(raw.regexPattern)),
    unit: unitOf(raw),
    allowedValues: localized(locales, languages, (entry) => toJsonObject(entry.allowedValues)),
    lookupValues: list(raw.lookupValues).map(json),
    yesNo: localized(locales, languages, readYesNo),
    nodes: objects(raw.nodes).map((node) => readNode(node, languages)),
    service: typeOf(raw.type) === 'service' || isObject(raw.endPoint) ? readService(raw) : null,
    formRefId: string(raw.resourceId) || string(object(raw.form).refId) || string(raw.formId),
    generative: toJsonObject(raw.generativeAI) ?? {},
    model: readModelSettings(raw),
    intentName: intentNameOf(raw),
    intentUnknown: failsUnknown(raw) ? 'FAIL' : 'PASS',
  };
}

/** Types whose capitals differ by the age of a file (`SDKWebHook`), as newer ones write them. */
const TYPES = [
  'intent',
  'dialog',
  'message',
  'entity',
  'dialogAct',
  'confirmation',
  'script',
  'logic',
  'service',
  'webhook',
  'sdkWebhook',
  'botAction',
  'form',
  'digitalForm',
  'digitalFormNode',
  'agentTransfer',
  'dynamicIntent',
  'generativeai',
  'searchai',
  'aiassist',
  'end',
];
const TYPE_OF = new Map(TYPES.map((type) => [type.toLowerCase(), type]));

function typeOf(value: unknown): string {
  const type = string(value);
  return TYPE_OF.get(type.toLowerCase()) ?? type;
}

/** The time a language model or a search has, and what follows when it passes. */
function readModelSettings(raw: Raw): ComponentDefinition['model'] {
  const timeoutSeconds = number(raw.serviceAPITimeout) ?? null;
  return { timeoutSeconds, onTimeout: toJsonObject(raw.timeOutError) ?? {} };
}

/** The name that a dynamic intent calls by: at `intentPath`, or in older files under another key, mostly as a variable. */
function intentNameOf(raw: Raw): string {
  if (typeOf(raw.type) !== 'dynamicIntent') return '';
  const places = [raw, object(raw.dynamicIntent), object(raw.targetIntent), object(raw.intentConfig)];
  const names = [
    'intentPath',
    'targetIntentName',
    'targetIntent',
    'intentName',
    'dynamicIntentName',
    'dynamicIntent',
    'intent',
    'target',
  ];
  const texts = places.flatMap((place) => names.map((name) => string(place[name])));
  const named =
    texts.find((text) => text !== '') ??
    Object.values(raw)
      .map(string)
      .find((text) => text.includes('{{'));
  return decodeText(named ?? '');
}

/** Whether a dynamic intent runs the failure event for a name that nothing has; its key is not documented either. */
const failsUnknown = (raw: Raw): boolean =>
  typeOf(raw.type) === 'dynamicIntent' &&
  Object.entries(raw).some(([key, value]) => /error|transition/i.test(key) && /fail/i.test(textOf(value)));

/** The default unit of a quantity; the name of its key is not documented. */
function unitOf(raw: Raw): string {
  const places = [raw, object(raw.quantity), object(raw.entityMeta), object(raw.metaInfo)];
  const names = ['defaultUnit', 'defaultUnitType', 'defaultMeasure', 'measurementUnit', 'unit'];
  return places.flatMap((place) => names.map((name) => string(place[name]))).find((unit) => unit !== '') ?? '';
}

function readYesNo(entry: Raw): { yes: string[]; no: string[] } | undefined {
  const synonyms = object(entry.synonyms);
  const found = { yes: strings(synonyms.yes), no: strings(synonyms.no) };
  return found.yes.length + found.no.length > 0 ? found : undefined;
}

function readNode(raw: Raw, languages: readonly string[]): NodeDefinition {
  const options = object(raw.nodeOptions);
  return {
    id: string(raw.nodeId),
    type: typeOf(raw.type),
    componentId: string(raw.componentId),
    transitions: objects(raw.transitions).map(readTransition),
    options: toJsonObject(options) ?? {},
    message: readMessage(options.message, languages),
    errorMessage: readMessage(options.errorMessage, languages),
    flowTaskId: string(raw.flowTaskId),
    contextMap: decodeText(mapText(raw.contextMap)),
    postContextMap: decodeText(mapText(raw.postContextMap)),
    level: string(raw.level),
  };
}

function readTransition(raw: Raw): TransitionDefinition {
  if (raw.if === undefined || raw.if === null) return { to: string(raw.default ?? raw.then) };
  return { if: json(raw.if), to: string(raw.then ?? raw.default) };
}

function readService(raw: Raw): ServiceDefinition {
  const endPoint = object(raw.endPoint);
  const payload = object(raw.payload);
  const headers = raw.headers;
  return {
    endPoint: {
      protocol: string(endPoint.protocol),
      host: decodeText(string(endPoint.host)),
      port: string(endPoint.port),
      path: decodeText(string(endPoint.path)),
      method: string(endPoint.method).toLowerCase() || 'get',
    },
    headers: textOf(isObject(headers) && 'value' in headers ? headers.value : headers),
    body: textOf(payload.value),
    bodyType: string(payload.type),
    table: tableOf(raw, payload),
    preProcessor: decodeText(string(raw.preProcessor)),
    postProcessor: decodeText(string(raw.postProcessor)),
    timeoutSeconds: number(raw.serviceAPITimeout) ?? SERVICE_TIMEOUT_SECONDS,
    authProfile: profileName(raw.idp),
    sample: readSample(raw.sampleResponse),
  };
}

/** Table calls are marked by `payload.resource`, here or inside the JSON text of the payload. */
function tableOf(raw: Raw, payload: Raw): JsonObject | null {
  const inside = isObject(payload.value) ? payload.value : parseObject(textOf(payload.value));
  const call = [payload, inside, object(raw.dataTable)].find((entry) =>
    string(object(entry).resource).startsWith('data'),
  );
  return call ? (toJsonObject(call) ?? null) : null;
}

function parseObject(text: string): Raw {
  if (!text.startsWith('{') || deeperThan(text, MAX_JSON_DEPTH) !== null) return {};
  try {
    return object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A text that may be encoded, or JSON already parsed; the word "undefined" stands for none (kore-exports.md §6). */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value === 'undefined' ? '' : decodeText(value);
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : string(value);
}

function mapText(value: unknown): string {
  if (typeof value === 'string') return value;
  return isObject(value) ? JSON.stringify(value) : '';
}

function profileName(value: unknown): string {
  const name = isObject(value) ? string(value.name) || string(value.refId) : string(value);
  return name === 'none' ? '' : name;
}

/** `sampleResponse` holds `{statusCode, body, headers}` or the bare body, as JSON or as its text. */
function readSample(value: unknown): Json | undefined {
  const entries = Array.isArray(value) ? objects(value) : [];
  const chosen = entries.find((entry) => flag(entry.isDefault)) ?? entries[0];
  const response = chosen ? (chosen.response ?? chosen.value) : isObject(value) ? value : undefined;
  if (response === undefined || response === null || response === '') return undefined;
  if (typeof response !== 'string') return json(response);
  const text = decodeText(response);
  try {
    return deeperThan(text, MAX_JSON_DEPTH) === null ? json(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

export function toJsonObject(value: unknown): JsonObject | undefined {
  // json() keeps the shape, so an object stays one.
  return isObject(value) ? (json(value) as JsonObject) : undefined;
}
