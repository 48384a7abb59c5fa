import { compileTasks } from './compile.js';
import { conditionTextWith } from './condition-text.js';
import type { Definition } from './definition.js';
import type { Condition, Dialog, Edge, Graph, Node, Way } from './program.js';

/** A dialog as people look at it: what it may do, one node after the other. */
export interface DialogFlow {
  id: string;
  name: string;
  hidden: boolean;
  /** The node it begins with. */
  first: string | null;
  nodes: FlowNode[];
}

export interface FlowNode {
  /** Unique in the dialog: the ids of the bot actions that it stands in, then its own, by `/`. Traces name it so. */
  id: string;
  name: string;
  kind: Node['type'];
  /** The bot action that it stands in. */
  within: string | null;
  /** The node that a bot action begins with. */
  begins: string | null;
  /** The dialog that it calls. */
  calls: string | null;
  /** The message that it says or asks with. */
  messageKey: string | null;
  /** What else tells it apart from others of its kind. */
  detail: string;
  transitions: FlowTransition[];
}

export interface FlowTransition {
  /** Null: the dialog ends, or the bot action does. */
  to: string | null;
  /** In words; null: otherwise, or always. */
  condition: string | null;
}

const known = new WeakMap<Definition, DialogFlow[]>();

/** The dialogs of a definition in its order, as the dialog engine runs them. Cached: a definition never changes. */
export function dialogFlows(definition: Definition): DialogFlow[] {
  const found = known.get(definition) ?? Object.values(compileTasks(definition).dialogs).map(flowOf);
  known.set(definition, found);
  return found;
}

function flowOf({ id, name, hidden, graph }: Dialog): DialogFlow {
  return { id, name, hidden, first: graph.start, nodes: nodesOf(graph, null) };
}

function nodesOf({ nodes }: Graph, within: string | null): FlowNode[] {
  const pathOf = (id: string): string => (within === null ? id : `${within}/${id}`);
  const nameOf = (id: string): string => `“${nodes[id]?.name ?? id}”`;
  const transition = (to: string | null, condition: string | null): FlowTransition => ({
    to: to === null ? null : pathOf(to),
    condition,
  });
  return Object.values(nodes).flatMap((node) => {
    const id = pathOf(node.id);
    const inner = node.type === 'action' ? node.graph : null;
    const flow: FlowNode = {
      id,
      name: node.name,
      kind: node.type,
      within,
      begins: inner?.start ? `${id}/${inner.start}` : null,
      calls: node.type === 'call' ? node.dialogId : null,
      messageKey: 'messageKey' in node ? node.messageKey : null,
      detail: detailOf(node),
      transitions: [
        ...node.edges.map(({ to, when }: Edge) => transition(to, when && wordsOf(when, nameOf))),
        ...waysOf(node).map(({ way, condition }) => transition(way.to, condition)),
      ],
    };
    return [flow, ...(inner ? nodesOf(inner, id) : [])];
  });
}

const wordsOf = (condition: Condition, nameOf: (id: string) => string): string => conditionTextWith(condition, nameOf);

/** Where a node goes on besides its edges. */
function waysOf(node: Node): { way: Exclude<Way, 'USUAL'>; condition: string }[] {
  const ways: { way: Way; condition: string }[] = [];
  if ('fallback' in node) ways.push({ way: node.fallback, condition: 'the language model does not answer' });
  if (node.type === 'entity' || node.type === 'confirmation')
    ways.push({ way: node.onExceeded, condition: `asked ${node.retryLimit} times in vain` });
  if (node.type === 'agent')
    ways.push({ way: node.onExceeded, condition: `more than ${node.maxInputs} messages of the user` });
  return ways.flatMap(({ way, condition }) => (way === 'USUAL' ? [] : [{ way, condition }]));
}

function detailOf(node: Node): string {
  if (node.type === 'entity') return node.array ? `${node.entityType}, several` : node.entityType;
  if (node.type === 'dynamic_call') return node.target;
  if (node.type === 'unsupported') return node.kind;
  if (node.type !== 'service') return '';
  const { endPoint, table } = node.service;
  return table ? 'data table' : `${endPoint.method.toUpperCase()} ${endPoint.host}`.trim();
}
