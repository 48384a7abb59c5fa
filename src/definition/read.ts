import { badInput } from '../errors.js';
import type { JsonObject } from '../json.js';
import { WEBHOOK_TYPE } from '../vocabulary.js';
import type {
  AuthProfileDefinition,
  ChannelDefinition,
  ComponentDefinition,
  Definition,
  DialogDefinition,
  EventDefinition,
  InterruptionDefinition,
  ReadWarning,
  StandardResponseDefinition,
  VariableDefinition,
} from './definition.js';
import { flag, isObject, json, number, object, objects, type Raw, string, strings } from './json.js';
import { readComponent, readDialog } from './read-dialogs.js';
import { readForm } from './read-forms.js';
import { readFaqs, readPatterns, readSentences, readSmallTalk, readTraits } from './read-knowledge.js';
import { localized, readMessage } from './read-message.js';
import { modelFeaturesOf, modelWarnings } from './read-model-features.js';
import { emptyWarnings, shapeWarnings } from './read-warnings.js';
import { decodeText } from './text.js';
import { isDefinition } from './unwrap.js';

/**
 * Reads a bot export (`botDefinition.json`, or `appDefinition.json` of newer platforms) and its `config.json` into a
 * typed view. Tolerant: partial exports and all known ages read; anything unexpected becomes a warning with its path.
 * BAD_USER_INPUT (`definition`, `config`) when it is not such a file at all. Shape: kore-exports.md §2.
 */
export function readDefinition(raw: unknown, config?: unknown): { definition: Definition; warnings: ReadWarning[] } {
  if (!isObject(raw)) {
    throw badInput(
      'definition',
      'The definition is not a JSON object. Give the content of botDefinition.json (or appDefinition.json).',
    );
  }
  if (!isDefinition(raw)) {
    throw badInput(
      'definition',
      'This is not a bot definition: it has no list of "dialogs" or "dialogComponents" and no object "localeData". Give the content of botDefinition.json.',
    );
  }
  if (config !== undefined && config !== null && !isObject(config)) {
    throw badInput(
      'config',
      'The configuration is not a JSON object. Give the content of config.json, or leave it out.',
    );
  }
  const languages = languagesOf(raw);
  const definition = toDefinition(raw, object(config), languages);
  return { definition, warnings: [...shapeWarnings(raw), ...emptyWarnings(definition), ...modelWarnings(raw)] };
}

/**
 * Refuses the file of a universal bot, which only routes to the bots it links: those are not in the file, and run as a
 * bot of its own it would answer for none of them. BAD_USER_INPUT (`definition`).
 */
export function refuseUniversalBot(raw: unknown): void {
  if (!isObject(raw) || !isUniversal(raw)) return;
  throw badInput(
    'definition',
    `The "type" of the definition is "${string(raw.type)}": a universal bot, which hands each message to one of the bots it links. This server does not run those. Import the linked bots instead, each as a bot of its own.`,
  );
}

const isUniversal = (raw: Raw): boolean => /^universal/i.test(string(raw.type));

const LANGUAGE_CODE = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$/;

/** The definition of a bot made from nothing: it knows its standard responses only. */
export function emptyDefinition(name: string, language = 'en'): Definition {
  return { ...toDefinition({ dialogs: [] }, {}, [language]), name };
}

function toDefinition(raw: Raw, config: Raw, languages: string[]): Definition {
  const defaultLanguage = languages[0] ?? 'en';
  const names = localized(raw.localeData, languages, (entry) => string(entry.name) || undefined);
  const dialogs = objects(raw.dialogs).map((entry) => readDialog(entry, languages));
  const components = withTypes(
    objects(raw.dialogComponents).map((entry) => readComponent(entry, languages)),
    dialogs,
  );
  return {
    id: string(raw._id),
    name: names[defaultLanguage] || string(config.name) || string(raw.name) || 'Bot',
    description: string(object(object(raw.localeData)[defaultLanguage]).description),
    defaultLanguage,
    languages,
    sessionTimeoutMinutes: minutes(raw.sessionInactiveTime),
    synonyms: localized(raw.localeData, languages, (entry) => synonymsOf(entry.synonyms)),
    dialogs,
    components: Object.fromEntries(components.map((component) => [component.id, component])),
    sentences: readSentences(raw.sentences, languages),
    patterns: readPatterns(raw.patterns, languages),
    traits: readTraits(raw.traits, languages),
    smallTalk: readSmallTalk(raw.smallTalk, languages),
    faqs: readFaqs(raw.knowledgeTasks, languages),
    events: readEvents(raw.botEvents, languages),
    standardResponses: objects(raw.koraResponses).map((entry) => readStandardResponse(entry, defaultLanguage)),
    contentVariables: readContentVariables(raw.contentVariables, languages),
    forms: Object.fromEntries(
      objects(raw.forms)
        .map((entry) => readForm(entry, defaultLanguage))
        .map((form) => [form.refId, form]),
    ),
    channels: objects(raw.channels)
      .filter((entry) => string(entry.type) === WEBHOOK_TYPE)
      .map(readChannel),
    variables: objects(config.envVariables)
      .map(readVariable)
      .filter((variable) => variable.key !== ''),
    authProfiles: objects(raw.idpConfigurations).map(readAuthProfile),
    defaultDialogRefId: string(raw.defaultDialogId),
    interruption: readInterruption(object(raw.interruptOptions)),
    multiIntent: flag(raw.detectMultiIntent),
    zeroShot: modelFeaturesOf(raw).has('zeroshot'),
    universal: isUniversal(raw),
  };
}

/** Components that tell no type are of the type of the nodes that show them. */
function withTypes(components: ComponentDefinition[], dialogs: readonly DialogDefinition[]): ComponentDefinition[] {
  const nodes = [...dialogs.flatMap((dialog) => dialog.nodes), ...components.flatMap((component) => component.nodes)];
  const shown = new Map(nodes.map(({ componentId, type }) => [componentId, type]));
  return components.map((component) =>
    component.type === '' ? { ...component, type: shown.get(component.id) ?? '' } : component,
  );
}

/** The default language first; English when the file names none. */
function languagesOf(raw: Raw): string[] {
  const supported = strings(raw.supportedLanguages).filter((code) => LANGUAGE_CODE.test(code));
  const stated = string(raw.defaultLanguage);
  const first = LANGUAGE_CODE.test(stated) ? stated : (supported[0] ?? 'en');
  return [...new Set([first, ...supported])];
}

function minutes(value: unknown): number | null {
  const milliseconds = number(value);
  return milliseconds !== undefined && milliseconds >= 60_000 ? Math.round(milliseconds / 60_000) : null;
}

function synonymsOf(value: unknown): Record<string, string[]> {
  return Object.fromEntries(Object.entries(object(value)).map(([word, synonyms]) => [word, strings(synonyms)]));
}

function readEvents(value: unknown, languages: readonly string[]): Record<string, EventDefinition> {
  return Object.fromEntries(
    Object.entries(object(value))
      .filter(([, entry]) => isObject(entry))
      .map(([name, entry]) => [name, readEvent(object(entry), languages)]),
  );
}

function readEvent(raw: Raw, languages: readonly string[]): EventDefinition {
  const first = Object.entries(object(raw.manageFirstMessage)).map(([kind, action]) => [kind, string(action)]);
  return {
    enabled: flag(raw.enabled),
    action: string(raw.action),
    dialogRefId: string(raw.task),
    script: decodeText(string(raw.script)),
    message: readMessage(raw.msg, languages),
    firstMessage: Object.fromEntries(first),
  };
}

function readStandardResponse(raw: Raw, defaultLanguage: string): StandardResponseDefinition {
  const language = string(raw.language) || defaultLanguage;
  const message = objects(raw.channelUXMaps).flatMap((entry) => {
    const value = decodeText(string(object(entry.botUXMap).uXMap));
    if (value === '') return [];
    const script = /^\s*<%([\s\S]*?)%>\s*$/.exec(value);
    const content = script ? { type: 'SCRIPT' as const, value: script[1] ?? '' } : { type: 'TEXT' as const, value };
    return [{ channel: string(entry.channel) || 'default', language, content }];
  });
  const originals = raw['Original Message'];
  return {
    key: string(raw.Key),
    originals: Array.isArray(originals) ? strings(originals).map(decodeText) : [decodeText(string(originals))],
    message,
  };
}

/** Content variables by language. An entry has a key and either one value or one per language. */
function readContentVariables(value: unknown, languages: readonly string[]): Record<string, JsonObject> {
  const found: Record<string, JsonObject> = Object.fromEntries(languages.map((language) => [language, {}]));
  for (const entry of objects(value)) {
    const key = string(entry.key) || string(entry.name);
    if (key === '' || key === '__proto__') continue;
    for (const [language, values] of Object.entries(found)) {
      const chosen = contentIn(entry, language) ?? contentIn(entry, languages[0] ?? language);
      if (chosen !== undefined) values[key] = typeof chosen === 'string' ? decodeText(chosen) : json(chosen);
    }
  }
  return found;
}

function contentIn(entry: Raw, language: string): unknown {
  const local = object(entry.localeData)[language] ?? (isObject(entry.value) ? entry.value[language] : undefined);
  if (local !== undefined) return isObject(local) ? (local.value ?? local.text) : local;
  return isObject(entry.value) || string(entry.language ?? language) !== language ? undefined : entry.value;
}

function readChannel(raw: Raw): ChannelDefinition {
  return {
    name: string(raw.displayName) || 'webhook',
    async: flag(raw.isAsync),
    enabled: flag(raw.enable),
    polling: flag(raw.enablePolling),
  };
}

function readVariable(raw: Raw): VariableDefinition {
  return { key: string(raw.key), value: string(raw.value), secured: flag(raw.isSecured) };
}

function readAuthProfile(raw: Raw): AuthProfileDefinition {
  const config = { ...raw, ...object(raw.config), ...object(raw.credentials) };
  return {
    name: string(raw.name) || string(raw.idpName) || string(raw.refId),
    username: string(config.username) || string(config.userName),
    password: string(config.password),
  };
}

function readInterruption(raw: Raw): InterruptionDefinition {
  const hold = object(raw.holdUxOptions);
  return {
    allowed: raw.interruptsEnabled !== false,
    hold: string(hold.option) || 'discardCurrTaskNoNotify',
    faq: string(raw.faqBehaviour) || 'respondAndResume',
    smallTalk: string(raw.smallTalkBehaviour) || 'respondAndResume',
    holdMessage: decodeText(string(hold.message)),
  };
}
