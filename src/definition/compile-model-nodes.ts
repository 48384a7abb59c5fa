import { compileAgentTools } from './compile-agent-tools.js';
import { entityTypeOf, toChoice } from './compile-entity.js';
import type { ComponentDefinition, NodeDefinition } from './definition.js';
import { flag, isObject, list, number, object, objects, type Raw, string } from './json.js';
import type { AgentEntity, AgentNode, GenerativeNode, ModelCall, Node, SearchNode, Way } from './program.js';
import { decodeText } from './text.js';

/** The user's messages to an agent node, and the messages it is shown; the platform's defaults. */
const AGENT_INPUTS = 10;
const AGENT_HISTORY = 10;
/** Messages of the conversation that a model is shown at most, whatever the file says. */
const MAX_HISTORY = 50;

type Base = Pick<Node, 'id' | 'name' | 'edges'>;

/** Compiles a node that asks a language model: a prompt, a search, or an agent. */
export function compileModelNode(
  node: NodeDefinition,
  component: ComponentDefinition,
  base: Base,
  siblings: ReadonlySet<string>,
  components: Readonly<Record<string, ComponentDefinition>>,
): GenerativeNode | SearchNode | AgentNode {
  const { generative } = component;
  switch (component.type || node.type) {
    case 'aiassist':
      return compileAgent(node, component, base, siblings, components);
    case 'searchai': {
      const search = object(generative.searchConfig);
      const asksLast = /last/i.test(string(search.type));
      return {
        type: 'search',
        query: asksLast ? '' : decodeText(string(search.query)),
        result: isKept(object(generative.resultConfig)) ? 'KEEP' : 'SAY',
        ...base,
        ...modelCall(object(generative.settings), node, component, siblings),
      };
    }
    default: {
      const settings = object(generative.settings);
      return {
        type: 'generative',
        prompt: decodeText(string(generative.prompt)),
        ...(isScripted(generative, settings) && { scripted: true }),
        system: decodeText(string(settings.system_context) || string(settings.systemContext)),
        ...scriptsOf(generative),
        ...base,
        ...modelCall(settings, node, component, siblings),
      };
    }
  }
}

/** Whether a prompt is JavaScript: where the file says so, or by the variable that all of these set. */
const isScripted = (generative: Raw, settings: Raw): boolean =>
  [generative, settings].some((place) =>
    ['promptType', 'promptMode', 'requestType', 'mode'].some((key) =>
      /^(?:js|javascript|uxmap)$/i.test(string(place[key])),
    ),
  ) || /\bcontext\.payloadFields\s*=/.test(decodeText(string(generative.prompt)));

/** What of such a node does not run as on the platform. */
export function warningsOfModelNode(
  { generative }: ComponentDefinition,
  node: GenerativeNode | SearchNode | AgentNode,
): string[] {
  const kind = { generative: 'prompt node', search: 'search node', agent: 'agent node' }[node.type];
  const declared = objects(object(generative.dynamicEntityConfig).tools).length;
  const tools = node.type === 'agent' ? (node.tools ?? []) : [];
  const idle = tools.filter(({ actions }) => actions.length === 0).map(({ name }) => `"${name}"`);
  const unnamed = declared - tools.length;
  const instead =
    node.fallback === 'USUAL' ? 'reaching it runs the failure event' : 'the dialog goes on where the node says';
  return [
    `needs a language model (${kind}): set languageModelUrl in the engine settings of the bot; without it ${instead}`,
    ...(idle.length > 0
      ? [
          `has tools without a script or service that is in the file (${idle.join(', ')}): the language model does not see them`,
        ]
      : []),
    ...(unnamed > 0 ? [`has tools without a name (${unnamed}), which the language model cannot call`] : []),
  ];
}

function compileAgent(
  node: NodeDefinition,
  component: ComponentDefinition,
  base: Base,
  siblings: ReadonlySet<string>,
  components: Readonly<Record<string, ComponentDefinition>>,
): AgentNode {
  const config = object(component.generative.dynamicEntityConfig);
  const mandatory = string(node.options.promptOptions) !== 'optional';
  const retry = object(object(node.options.eventOptions).defaultMaxRetry);
  return {
    type: 'agent',
    entities: distinct(objects(config.dynamicEntities).flatMap((entity) => agentEntity(entity, mandatory))),
    rules: textsOf(config.rules),
    exits: textsOf(config.exitScenarios),
    system: decodeText(string(config.systemContext) || string(config.system_context)),
    tools: compileAgentTools(config, components),
    ...scriptsOf({ ...config, ...component.generative }),
    historyLength: historyLength(config),
    maxInputs: retryLimitOf(node, AGENT_INPUTS),
    onExceeded: nodeNamedIn(retry, siblings),
    intentFirst: string(node.options.precedence) === 'intentOverEntity',
    ...base,
    ...modelCall(config, node, component, siblings),
  };
}

/** How often a node asks. */
export function retryLimitOf(node: NodeDefinition, usual: number): number {
  const retry = object(object(node.options.eventOptions).defaultMaxRetry);
  return Math.max(1, number(retry.retry_limit) ?? usual);
}

function historyLength(config: Raw): number {
  const names = ['conversationHistoryLength', 'Noofprevioususerinputs', 'noOfPreviousUserInputs'];
  const given = names.map((name) => number(config[name])).find((length) => length !== undefined);
  return Math.min(MAX_HISTORY, Math.max(1, given ?? AGENT_HISTORY));
}

function agentEntity(raw: Raw, mandatory: boolean): AgentEntity[] {
  const name = string(raw.name) || string(raw.entityName) || string(raw.key);
  // Scripts and `{{…}}` find it by this name.
  if (name === '' || name === '__proto__') return [];
  const named = string(raw.type) || string(raw.entityType);
  const choices = [object(raw.allowedValues).values, raw.values].flatMap((values) => objects(values).flatMap(toChoice));
  const wanted = [raw.required, raw.isRequired, raw.mandatory, raw.isMandatory].find((value) => value !== undefined);
  const optional = !mandatory || flag(raw.optional) || flag(raw.isOptional) || (wanted !== undefined && !flag(wanted));
  return [
    {
      name,
      named,
      description: decodeText(string(raw.description)),
      entityType: entityTypeOf(named),
      array: flag(raw.isArray) || flag(raw.isMultiItem),
      optional,
      pattern: '',
      choices: choices.length > 0 ? { en: choices } : {},
      dynamic: {},
    },
  ];
}

const distinct = (entities: readonly AgentEntity[]): AgentEntity[] => [
  ...new Map(entities.map((entity) => [entity.name, entity])).values(),
];

/** Texts, or objects whose members make one. */
const textsOf = (value: unknown): string[] =>
  list(value)
    .map((entry) => (isObject(entry) ? Object.values(entry).map(string).filter(Boolean).join(': ') : string(entry)))
    .map((text) => decodeText(text).trim())
    .filter((text) => text !== '');

const scriptsOf = (generative: Raw): Pick<AgentNode, 'preProcessor' | 'postProcessor'> => ({
  preProcessor: decodeText(string(generative.preProcessorScript)),
  postProcessor: decodeText(string(generative.postProcessorScript)),
});

function modelCall(
  settings: Raw,
  node: NodeDefinition,
  { generative, model }: ComponentDefinition,
  siblings: ReadonlySet<string>,
): ModelCall {
  const ways = [model.onTimeout, ...fallbacksIn(generative), ...fallbacksIn(settings), ...fallbacksIn(node.options)];
  return {
    model: string(settings.model),
    temperature: number(settings.temperature) ?? null,
    maxTokens: number(settings.max_tokens) ?? null,
    timeoutSeconds: model.timeoutSeconds,
    fallback: ways.map((way) => nodeNamedIn(way, siblings)).find((way) => way !== 'USUAL') ?? 'USUAL',
  };
}

const fallbacksIn = (place: Raw): unknown[] =>
  Object.entries(place).flatMap(([key, value]) => (/fall_?back|timeOutError/i.test(key) ? [value] : []));

/** The node of this dialog that a setting names, under whatever key; where several are named, the first. */
export function nodeNamedIn(setting: unknown, siblings: ReadonlySet<string>): Way {
  const named = typeof setting === 'string' ? [setting] : isObject(setting) ? Object.values(setting).map(string) : [];
  const to = named.find((text) => siblings.has(text));
  return to === undefined ? 'USUAL' : { to };
}

/** Whether the answer of a search is stored in the context instead of said; that it is said is the platform's default. */
const isKept = (result: Raw): boolean =>
  Object.entries(result).some(([key, value]) =>
    /context|store/i.test(key) ? flag(value) : typeof value === 'string' && /context|store/i.test(value),
  );
