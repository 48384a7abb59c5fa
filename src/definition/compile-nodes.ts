import { keysOf } from './catalogue.js';
import { compileCondition, faultsOf } from './compile-conditions.js';
import { compileEntityField, faultOfEntity } from './compile-entity.js';
import { compileModelNode, nodeNamedIn, retryLimitOf, warningsOfModelNode } from './compile-model-nodes.js';
import type {
  ComponentDefinition,
  Definition,
  FormDefinition,
  NodeDefinition,
  ReadWarning,
  ServiceDefinition,
} from './definition.js';
import { object, own, string } from './json.js';
import type { DynamicCallNode, Edge, Graph, Node, Way } from './program.js';

const RETRY_LIMIT = 5; // attempts at a prompt; the platform's default, absent from older exports

export interface NodeScope {
  definition: Definition;
  /** Dialog `_id` by refId. */
  dialogIds: Readonly<Record<string, string>>;
  knownDialogs: ReadonlySet<string>;
  /** Names of all entities. */
  entityNames: ReadonlySet<string>;
  warn: (warning: ReadWarning) => void;
  /** Component `_id` by node id, of all dialogs: a field may name a node of another one. */
  componentIds: ReadonlyMap<string, string>;
  path: string;
  /** refId of the dialog or bot action that has the nodes. */
  owner: string;
}

/** Compiles a list of nodes into a graph. `start` is its first node. */
export function compileGraph(
  nodes: readonly NodeDefinition[],
  start: NodeDefinition | undefined,
  scope: NodeScope,
): Graph {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const compiled = nodes.map(
    (node, at) =>
      [node.id, compileNode(node, byId, { ...scope, path: `${scope.path}[${at}]` }, node === start)] as const,
  );
  return { start: start?.id ?? null, nodes: Object.fromEntries(compiled) };
}

function compileNode(
  node: NodeDefinition,
  siblings: ReadonlyMap<string, NodeDefinition>,
  scope: NodeScope,
  isStart: boolean,
): Node {
  const component = own(scope.definition.components, node.componentId);
  const base = { id: node.id, name: component?.name || node.id, edges: compileEdges(node, siblings, scope) };
  const unsupported = (kind: string, why: string): Node => {
    scope.warn({
      path: scope.path,
      message: `The node "${base.name}" (${kind}) cannot run: ${why}. Reaching it runs the failure event.`,
    });
    return { type: 'unsupported', kind, ...base };
  };
  if (isStart) return { type: 'start', ...base };
  if (!component && node.type === 'end') return { type: 'logic', ...base };
  if (!component) return unsupported(node.type || 'unknown', 'its component is not in the file');
  const keys = keysOf(node, component, scope.owner);
  // The component's type decides: exports hold agent transfers as nodes of type "intent" (kore-exports.md §4).
  switch (component.type || node.type) {
    case 'intent':
    case 'dialog':
      return compileIntentNode(node, component, base, scope);
    case 'message':
      return {
        type: 'message',
        messageKey: keys.prompt,
        waits: string(node.options.transitionType) === 'onInput',
        ...base,
      };
    case 'entity': {
      const field = compileEntityField(component, node);
      const fault = faultOfEntity(component, field);
      if (fault !== null) warn(scope, base.name, fault);
      return {
        type: 'entity',
        ...field,
        messageKey: keys.prompt,
        errorKey: keys.error,
        listChoices: component.applyDefaultTemplate,
        retryLimit: retryLimitOf(node, RETRY_LIMIT),
        onExceeded: wayOnExceeded(node, siblings),
        intentFirst: string(node.options.precedence) === 'intentOverEntity',
        ...base,
      };
    }
    case 'dialogAct':
    case 'confirmation':
      return {
        type: 'confirmation',
        messageKey: keys.prompt,
        errorKey: keys.error,
        listChoices: component.applyDefaultTemplate,
        synonyms: component.yesNo,
        retryLimit: retryLimitOf(node, RETRY_LIMIT),
        onExceeded: wayOnExceeded(node, siblings),
        ...base,
      };
    case 'script':
      return { type: 'script', script: component.script, ...base };
    case 'logic':
      return { type: 'logic', ...base };
    case 'service':
    case 'webhook':
      if (!component.service) return unsupported('service', 'it has no endpoint');
      warnOfService(component.service, base.name, scope);
      return { type: 'service', service: component.service, ...base };
    case 'botAction':
      return compileAction(component, base, scope);
    case 'form':
    case 'digitalForm':
    case 'digitalFormNode': {
      const form = formOf(component.formRefId, scope.definition);
      if (!form) return unsupported('form', 'its form is not in the file');
      return { type: 'form', formRefId: form.refId, messageKey: keys.prompt, ...base };
    }
    case 'sdkWebhook':
      return unsupported('sdkWebhook', 'it calls an application made with the BotKit SDK');
    case 'agentTransfer':
      return { type: 'transfer', messageKey: keys.prompt, ...base };
    case 'dynamicIntent':
      return compileDynamicCall(node, component, base, scope);
    case 'generativeai':
    case 'searchai':
    case 'aiassist': {
      const compiled = compileModelNode(node, component, base, new Set(siblings.keys()), scope.definition.components);
      for (const what of warningsOfModelNode(component, compiled)) warn(scope, base.name, what);
      return compiled;
    }
    default:
      return unsupported(component.type || node.type || 'unknown', 'this server does not know its type');
  }
}

/** Where a question goes on that was asked too often. */
const wayOnExceeded = ({ options }: NodeDefinition, siblings: ReadonlyMap<string, NodeDefinition>): Way =>
  nodeNamedIn(object(options.eventOptions).defaultMaxRetry, new Set(siblings.keys()));

/** Whether the first node of a dialog is its intent, which says and does nothing. */
export function isIntentNode(node: NodeDefinition, { components }: Definition): boolean {
  const type = own(components, node.componentId)?.type || node.type;
  return type === '' || type === 'intent' || type === 'dialog';
}

/** By refId, or by id as some nodes name it. */
const formOf = (id: string, { forms }: Definition): FormDefinition | undefined =>
  own(forms, id) ?? Object.values(forms).find((form) => form.id !== '' && form.id === id);

function warn(scope: NodeScope, node: string, what: string): void {
  scope.warn({ path: scope.path, message: `The node "${node}" ${what}.` });
}

/** Whether a credential is written out instead of taken from a variable. */
const CREDENTIAL =
  /(?:authorization|api[-_]?key|access[-_]?token|secret|password|appid)["']?\s*[:=]\s*["']?(?!\{\{)(?:bearer |basic )?[\w.+/-]{16,}/i;

function warnOfService(service: ServiceDefinition, node: string, scope: NodeScope): void {
  const { host, path } = service.endPoint;
  if (host === '' && path === '' && service.table === null)
    warn(scope, node, 'has no address; reaching it runs the failure event');
  if (CREDENTIAL.test(`${path}\n${service.headers}`))
    warn(scope, node, 'holds a credential in clear; put it into a secured variable');
}

type Base = Pick<Node, 'id' | 'name' | 'edges'>;

/** Compiles an intent node: a call of another dialog, or an intent local to this one. */
function compileIntentNode(node: NodeDefinition, component: ComponentDefinition, base: Base, scope: NodeScope): Node {
  const target = scope.knownDialogs.has(component.dialogId)
    ? component.dialogId
    : own(scope.dialogIds, node.flowTaskId);
  if (!target) {
    if (component.dialogId === '' && node.flowTaskId === '')
      return { type: 'local_intent', componentId: component.id, ...base };
    scope.warn({
      path: scope.path,
      message: `The node "${base.name}" calls a dialog that is not in the file. Reaching it says the standard response for a task that is not available, and ends the dialog.`,
    });
    return { type: 'unavailable', ...base };
  }
  return {
    type: 'call',
    dialogId: target,
    contextMap: contextMap(node.contextMap, scope),
    returnMap: contextMap(node.postContextMap, scope),
    endsCaller: string(node.options.transitionMode) === 'endCurrentTask',
    ...base,
  };
}

/** The node's own inner list has no edges; the component's has (kore-exports.md §4). */
function compileAction(component: ComponentDefinition, base: Base, scope: NodeScope): Node {
  const start = component.nodes.find((node) => node.level === 'root') ?? component.nodes[0];
  const graph = compileGraph(component.nodes, undefined, {
    ...scope,
    path: `${scope.path}.nodes`,
    owner: component.refId,
  });
  return { type: 'action', graph: { ...graph, start: start?.id ?? null }, ...base };
}

/** The name says at run time which dialog or question is called. */
function compileDynamicCall(
  node: NodeDefinition,
  component: ComponentDefinition,
  base: Base,
  scope: NodeScope,
): DynamicCallNode {
  if (component.intentName === '') warn(scope, base.name, 'names no task to call; it is passed over');
  return {
    type: 'dynamic_call',
    target: component.intentName,
    contextMap: contextMap(node.contextMap, scope),
    returnMap: contextMap(node.postContextMap, scope),
    endsCaller: string(node.options.transitionMode) === 'endCurrentTask',
    unknown: component.intentUnknown,
    ...base,
  };
}

function compileEdges(node: NodeDefinition, siblings: ReadonlyMap<string, NodeDefinition>, scope: NodeScope): Edge[] {
  const pathOfNode = (nodeId: string): string | null => {
    const componentId = siblings.get(nodeId)?.componentId ?? scope.componentIds.get(nodeId);
    const component = componentId === undefined ? undefined : own(scope.definition.components, componentId);
    return component ? `context.entities.${component.name}` : null;
  };
  return node.transitions.map((transition) => {
    const when = transition.if === undefined ? null : compileCondition(transition.if, pathOfNode);
    for (const fault of transition.if === undefined ? [] : faultsOf(transition.if))
      scope.warn({ path: scope.path, message: `A condition never holds: ${fault}.` });
    return { when, to: targetOf(transition.to, siblings, scope) };
  });
}

function targetOf(to: string, siblings: ReadonlyMap<string, NodeDefinition>, scope: NodeScope): string | null {
  if (to === '' || /^(end|retToFlow)$/i.test(to)) return null;
  if (siblings.has(to)) return to;
  scope.warn({
    path: scope.path,
    message: `An edge leads to "${to}", which is not in this dialog: it ends the dialog.`,
  });
  return null;
}

/**
 * JSON text `{"<target path>": "<source path>"}`; an empty source leaves the target unset. A name without a path is that
 * of an entity, else of a context variable.
 */
function contextMap(text: string, { entityNames }: NodeScope): [string, string][] {
  const pathOf = (target: string) =>
    /^[\p{L}\p{N}_$]+$/u.test(target) && !entityNames.has(target) ? `context.${target}` : target;
  if (text.trim() === '') return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Object.entries(object(parsed))
      .map(([target, source]): [string, string] => [pathOf(target.trim()), string(source)])
      .filter(([, source]) => source !== '');
  } catch {
    return [];
  }
}
