import type { Json, JsonObject } from '../json.js';
import type { Content } from '../vocabulary.js';

/** One content of a message in the file, for a channel type (`default`: all channels) and a language. */
export interface MessageEntry {
  channel: string;
  language: string;
  content: Content;
}

/** A value per language. */
export type Localized<T> = Record<string, T>;

/**
 * A typed view of the parts of a bot export that this server uses; the raw file is kept unchanged beside it.
 * Every reference (`componentId`, `dialogId` …) may dangle; texts are decoded; only supported languages are read.
 */
export interface Definition {
  id: string;
  name: string;
  description: string;
  defaultLanguage: string;
  languages: string[];
  sessionTimeoutMinutes: number | null;
  /** Words and `~concepts` with their synonyms. */
  synonyms: Localized<Record<string, string[]>>;
  dialogs: DialogDefinition[];
  /** By `_id`. */
  components: Record<string, ComponentDefinition>;
  sentences: SentenceDefinition[];
  /** Patterns of a component by its refId. */
  patterns: PatternDefinition[];
  traits: TraitDefinition[];
  smallTalk: SmallTalkDefinition[];
  faqs: FaqDefinition[];
  /** By name: WELCOME_MESSAGE_EVENT, ON_CONNECT_EVENT, INTENT_UNIDENTIFIED, TASK_FAILURE_EVENT … */
  events: Record<string, EventDefinition>;
  standardResponses: StandardResponseDefinition[];
  contentVariables: Localized<JsonObject>;
  /** By refId. */
  forms: Record<string, FormDefinition>;
  channels: ChannelDefinition[];
  variables: VariableDefinition[];
  authProfiles: AuthProfileDefinition[];
  /** refId of the fallback dialog, run when nothing else matches. */
  defaultDialogRefId: string;
  interruption: InterruptionDefinition;
  /** Whether one text may ask for several tasks. */
  multiIntent: boolean;
  /** Whether a language model finds the task where nothing else does. */
  zeroShot: boolean;
  /** Whether it is a universal bot, which only hands messages to bots that are not in its file. */
  universal: boolean;
}

export interface DialogDefinition {
  id: string;
  refId: string;
  name: string;
  names: Localized<string>;
  /** The name in lower case, by which the end of the task is reported. */
  lname: string;
  hidden: boolean;
  /** Started by other dialogs or events only, never by an utterance. */
  followUp: boolean;
  nodes: NodeDefinition[];
}

export interface NodeDefinition {
  id: string;
  type: string;
  componentId: string;
  transitions: TransitionDefinition[];
  options: JsonObject;
  /** What this node says in place of its component's prompt and error prompt; empty: those. */
  message: MessageEntry[];
  errorMessage: MessageEntry[];
  /** refId of the dialog a call node runs when its component names none. */
  flowTaskId: string;
  contextMap: string;
  postContextMap: string;
  level: string;
}

export interface TransitionDefinition {
  /** Undefined: the default edge. */
  if?: Json;
  /** A node id, `end`, or empty: not connected. */
  to: string;
}

export interface ComponentDefinition {
  id: string;
  refId: string;
  name: string;
  type: string;
  label: Localized<string>;
  dialogId: string;
  message: MessageEntry[];
  errorMessage: MessageEntry[];
  applyDefaultTemplate: boolean;
  script: string;
  entityType: string;
  isArray: boolean;
  regexPattern: string;
  /** The unit of a quantity that users name without one. */
  unit: string;
  allowedValues: Localized<JsonObject>;
  lookupValues: Json[];
  yesNo: Localized<{ yes: string[]; no: string[] }>;
  nodes: NodeDefinition[];
  service: ServiceDefinition | null;
  formRefId: string;
  generative: JsonObject;
  model: { timeoutSeconds: number | null; onTimeout: JsonObject };
  /** What a dynamic intent calls, by name; it may hold `{{…}}`. */
  intentName: string;
  /** What becomes of a name that nothing has: it is passed over, or the failure event. */
  intentUnknown: 'PASS' | 'FAIL';
}

export interface ServiceDefinition {
  endPoint: { protocol: string; host: string; port: string; path: string; method: string };
  headers: string;
  body: string;
  bodyType: string;
  /** Set when the service reads or writes a data table of the bot. */
  table: JsonObject | null;
  preProcessor: string;
  postProcessor: string;
  timeoutSeconds: number;
  authProfile: string;
  sample: Json | undefined;
}

export interface SentenceDefinition {
  componentId: string;
  language: string;
  text: string;
  entities: { componentId: string; start: number; end: number }[];
}

export interface PatternDefinition {
  refId: string;
  language: string;
  pattern: string;
  negative: boolean;
}

export interface TraitDefinition {
  name: string;
  language: string;
  sentences: string[];
}

export interface SmallTalkDefinition {
  id: string;
  refId: string;
  language: string;
  group: string;
  sequence: number;
  /** Set on a follow-up: the parent node. */
  parentId: string;
  patterns: string[];
  answers: MessageEntry[];
}

export interface FaqDefinition {
  refId: string;
  language: string;
  question: string;
  alternates: string[];
  tags: string[];
  terms: string[];
  answers: MessageEntry[];
  /** It runs a dialog instead of answering. */
  runsDialog: boolean;
  /** That dialog: its refId, or its id. */
  dialogRefId: string;
}

export interface EventDefinition {
  enabled: boolean;
  action: string;
  dialogRefId: string;
  script: string;
  message: MessageEntry[];
  /** greetings, faq, task: respondToUserInput, triggerWelcomeDialog or displayWelcomeMsg. */
  firstMessage: Record<string, string>;
}

export interface StandardResponseDefinition {
  key: string;
  originals: string[];
  message: MessageEntry[];
}

export interface FormDefinition {
  refId: string;
  id: string;
  name: string;
  label: string;
  fields: FormFieldDefinition[];
}

export interface FormFieldDefinition {
  /** Distinct within the form: the file's `_id` or `refId`, else the name. */
  id: string;
  refId: string;
  /** `context.forms.<form>.<key>`: the author's name of the field, distinct within the form; empty for mere text. */
  key: string;
  /** The file's own `key`, which in real files is the type. */
  fileKey: string;
  label: string;
  type: string;
  required: boolean;
  /** Several of the options may be chosen. */
  multiple: boolean;
  placeholder: string;
  /** False for a hidden field. */
  visible: boolean;
  options: { title: string; value: string }[];
}

export interface ChannelDefinition {
  name: string;
  async: boolean;
  enabled: boolean;
  polling: boolean;
}

export interface VariableDefinition {
  key: string;
  value: string;
  secured: boolean;
}

export interface AuthProfileDefinition {
  name: string;
  username: string;
  password: string;
}

export interface InterruptionDefinition {
  allowed: boolean;
  /** discardCurrTaskNoNotify, discardCurrTask, holdCurrTask, … (an open list). */
  hold: string;
  faq: string;
  smallTalk: string;
  holdMessage: string;
}

export interface ReadWarning {
  path: string;
  message: string;
}
