import type { Json, JsonObject } from '../json.js';
import type { CatalogueMessage } from './catalogue.js';
import type { Classifier } from './classifier.js';
import type {
  AuthProfileDefinition,
  FormDefinition,
  InterruptionDefinition,
  Localized,
  ReadWarning,
  ServiceDefinition,
} from './definition.js';

/**
 * A compiled bot, as the dialog engine runs it. Plain JSON, so that a worker can compile it.
 * Every reference inside it resolves; dangling references of the file become `unsupported` nodes or edges to the end.
 */
export interface Program {
  botId: string;
  botName: string;
  defaultLanguage: string;
  languages: string[];
  /** By `_id`. */
  dialogs: Record<string, Dialog>;
  /** Dialog `_id` by refId. */
  dialogIds: Record<string, string>;
  /** By message key. */
  messages: Record<string, CatalogueMessage>;
  knowledge: Localized<Knowledge>;
  events: Record<string, BotEvent>;
  content: Localized<JsonObject>;
  forms: Record<string, FormDefinition>;
  authProfiles: AuthProfileDefinition[];
  interruption: InterruptionDefinition;
  multiIntent: boolean;
  /** Whether a language model finds the task where nothing else does. Versions before it have none. */
  zeroShot?: boolean;
  universal: boolean;
  fallbackDialogId: string | null;
  /** Parts that will not run, by path in the file. */
  warnings: ReadWarning[];
}

export interface Dialog {
  id: string;
  name: string;
  names: Localized<string>;
  lname: string;
  hidden: boolean;
  graph: Graph;
}

/** Nodes and the first of them; a graph with a null start ends at once. */
export interface Graph {
  start: string | null;
  nodes: Record<string, Node>;
}

/** Edges in order: the first whose condition holds is taken; if none holds, the graph ends. */
export interface Edge {
  when: Condition | null;
  /** Next node; null ends the graph. */
  to: string | null;
}

export type Comparison = 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte' | 'contains' | 'exists' | 'absent';

export type Condition =
  /** `value` is a text, or a path into the context, the variables or the contents. */
  | { type: 'compare'; path: string; op: Comparison; value: { text: string } | { path: string } }
  | { type: 'answered'; answer: 'yes' | 'no' }
  | { type: 'intent'; nodeId: string }
  | { type: 'all' | 'any'; of: Condition[] }
  | { type: 'never' };

interface NodeBase {
  id: string;
  name: string;
  edges: Edge[];
}

export interface EntityField {
  /** `context.entities.<name>`. */
  name: string;
  entityType: EntityType;
  array: boolean;
  optional: boolean;
  pattern: string;
  /** The unit of a quantity that is named without one. */
  unit?: string;
  choices: Localized<Choice[]>;
  /** The choices come from a variable of the context at run time. */
  dynamic: Localized<DynamicChoices>;
}

export interface Choice {
  title: string;
  value: Json;
  synonyms: string[];
}

export interface DynamicChoices {
  variable: string;
  titleKey: string;
  valueKey: string;
  synonymsKey: string;
}

export type EntityType =
  | 'string'
  | 'list'
  | 'number'
  | 'phone'
  | 'date'
  | 'time'
  | 'datetime'
  | 'email'
  | 'person'
  | 'zip'
  | 'regex'
  | 'location'
  | 'city'
  | 'url'
  | 'currency'
  | 'currency_v2'
  | 'quantity'
  | 'country'
  | 'address'
  | 'date_period'
  | 'time_zone'
  | 'percentage'
  | 'color'
  | 'attachment'
  /** No text holds one. */
  | 'unknown';

export interface EntityNode extends NodeBase, EntityField {
  type: 'entity';
  messageKey: string;
  errorKey: string;
  listChoices: boolean;
  retryLimit: number;
  /** Where the dialog goes on when it was asked that often in vain. */
  onExceeded: Way;
  intentFirst: boolean;
}

export interface ConfirmationNode extends NodeBase {
  type: 'confirmation';
  messageKey: string;
  errorKey: string;
  listChoices: boolean;
  synonyms: Localized<{ yes: string[]; no: string[] }>;
  retryLimit: number;
  /** Where the dialog goes on when it was asked that often in vain. */
  onExceeded: Way;
}

export interface ServiceNode extends NodeBase {
  type: 'service';
  service: ServiceDefinition;
}

export interface CallNode extends NodeBase {
  type: 'call';
  dialogId: string;
  contextMap: [string, string][];
  returnMap: [string, string][];
  endsCaller: boolean;
}

/** A call of a dialog or question that a text names when the node runs. */
export interface DynamicCallNode extends NodeBase {
  type: 'dynamic_call';
  /** Its name, which may hold `{{…}}`. */
  target: string;
  contextMap: [string, string][];
  returnMap: [string, string][];
  endsCaller: boolean;
  /** `PASS`: a name that nothing has is passed over; `FAIL`: it is the failure event. */
  unknown: 'PASS' | 'FAIL';
}

/** What a node that asks a language model takes from the file. */
export interface ModelCall {
  model: string;
  temperature: number | null;
  maxTokens: number | null;
  timeoutSeconds: number | null;
  /** Where the dialog goes on when no answer comes. */
  fallback: Way;
}

/** Where a dialog goes on: the failure event or whatever else is usual; or a node, of which null ends the graph. */
export type Way = 'USUAL' | { to: string | null };

/** A prompt to the language model, whose answer is kept for what follows. */
export interface GenerativeNode extends NodeBase, ModelCall {
  type: 'generative';
  prompt: string;
  /** The prompt is JavaScript, which leaves the messages in `context.payloadFields`. Versions before it have none. */
  scripted?: boolean;
  system: string;
  preProcessor: string;
  postProcessor: string;
}

/** A question that the language model answers from what the bot knows. */
export interface SearchNode extends NodeBase, ModelCall {
  type: 'search';
  /** What is asked; empty: the user's last words. */
  query: string;
  /** `SAY`: the user reads the answer; `KEEP`: it is kept for what follows, as it is in any case. */
  result: 'SAY' | 'KEEP';
}

/** A talk that the language model leads, until it has collected values or one of the exits applies. */
export interface AgentNode extends NodeBase, ModelCall {
  type: 'agent';
  entities: AgentEntity[];
  rules: string[];
  exits: string[];
  system: string;
  preProcessor: string;
  postProcessor: string;
  /** What the model may use on its way. Versions before tools have none. */
  tools?: AgentTool[];
  /** Messages of the conversation that the model is shown. */
  historyLength: number;
  /** The user's messages in one talk; with one more it ends. */
  maxInputs: number;
  onExceeded: Way;
  intentFirst: boolean;
}

/** Something that an agent's model may have done: scripts and services, one after the other. */
export interface AgentTool {
  name: string;
  description: string;
  parameters: { name: string; named: string; description: string; required: boolean }[];
  actions: (ServiceNode | (NodeBase & { type: 'script'; script: string }))[];
  /** The path of what the model is told afterwards; empty: the answer of the last service. */
  result: string;
}

export interface AgentEntity extends EntityField {
  description: string;
  /** What the file calls its type. */
  named: string;
}

export type Node =
  | (NodeBase & { type: 'start' })
  | (NodeBase & { type: 'message'; messageKey: string; waits: boolean })
  | EntityNode
  | ConfirmationNode
  | (NodeBase & { type: 'script'; script: string })
  | (NodeBase & { type: 'logic' })
  | ServiceNode
  | CallNode
  | (NodeBase & { type: 'action'; graph: Graph })
  | (NodeBase & { type: 'form'; formRefId: string; messageKey: string })
  | (NodeBase & { type: 'transfer'; messageKey: string })
  | (NodeBase & { type: 'local_intent'; componentId: string })
  | DynamicCallNode
  | GenerativeNode
  | SearchNode
  | AgentNode
  /** It calls a dialog that is not there. */
  | (NodeBase & { type: 'unavailable' })
  | (NodeBase & { type: 'unsupported'; kind: string });

/** The understanding of one language. */
export interface Knowledge {
  /** Classifier of tasks, labelled by dialog id; null for fewer than two labels. */
  classifier: Classifier | null;
  intents: Intent[];
  smallTalk: SmallTalk[];
  faqs: Faq[];
  /** Words and `~concepts` with their synonyms, lower case. */
  synonyms: Record<string, string[]>;
  traits: { name: string; sentences: string[] }[];
}

export interface Intent {
  /** Id of the dialog it starts; of its component for a local intent. */
  target: string;
  local: boolean;
  name: string;
  sentences: TrainingSentence[];
  patterns: string[];
  negativePatterns: string[];
}

export interface TrainingSentence {
  text: string;
  /** Positions of entities, by entity name. */
  entities: { name: string; start: number; end: number }[];
}

export interface SmallTalk {
  id: string;
  messageKey: string;
  parentId: string;
  patterns: string[];
}

export interface Faq {
  messageKey: string;
  questions: string[];
  tags: string[];
  terms: string[];
  dialogId: string | null;
}

export interface BotEvent {
  action: 'dialog' | 'message' | 'script';
  dialogId: string | null;
  messageKey: string;
  script: string;
  firstMessage: Record<string, string>;
}
