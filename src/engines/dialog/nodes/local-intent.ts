import type { Condition, Node } from '../../../definition/program.js';
import { nodeAt, type Run, topFrame } from '../run.js';

/** The intent, among those the edges of a node ask for, that an utterance matches: its component or dialog id. */
export function matchLocalIntent(run: Run, node: Node, utterance: string): string | null {
  const targets = node.edges
    .flatMap(({ when }) => (when ? intentNodes(when) : []))
    .map((nodeId) => targetOf(run, nodeId));
  if (targets.length === 0) return null;
  const local = run.understanding.localIntent(utterance, targets);
  if (local) return local.intent.target;
  const task = run.understanding.intents(utterance).find((hit) => targets.includes(hit.intent.target));
  return task?.intent.target ?? null;
}

/** Whether the edges of a node wait for an intent at all. */
export const asksForIntent = (node: Node): boolean =>
  node.edges.some(({ when }) => when !== null && intentNodes(when).length > 0);

function intentNodes(condition: Condition): string[] {
  if (condition.type === 'intent') return [condition.nodeId];
  return condition.type === 'all' || condition.type === 'any' ? condition.of.flatMap(intentNodes) : [];
}

function targetOf(run: Run, nodeId: string): string {
  const frame = topFrame(run);
  const node = frame ? nodeAt(run, { ...frame, path: [nodeId] })?.node : null;
  if (node?.type === 'local_intent') return node.componentId;
  return node?.type === 'call' ? node.dialogId : nodeId;
}
