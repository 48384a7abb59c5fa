import type { Condition, Node } from '../../../definition/program.js';
import { toUtterance } from '../../../definition/words.js';
import { nodeAt, type Run, topFrame } from '../run.js';
import { INTENT_THRESHOLD } from '../understanding/understanding.js';

/** The intent, among those the edges of a node ask for, that an utterance matches: its component or dialog id. */
export function matchLocalIntent(run: Run, node: Node, utterance: string): string | null {
  const targets = node.edges
    .flatMap(({ when }) => (when ? intentNodes(when) : []))
    .map((nodeId) => targetOf(run, nodeId));
  if (targets.length === 0) return null;
  const said = toUtterance(utterance);
  const local = run.understanding.localIntent(said, targets);
  if (local) return local.intent.target;
  const tasks = [run.understanding.definiteIntent(said), ...run.understanding.likelyIntents(said)];
  return (
    tasks.find((hit) => hit && hit.score >= INTENT_THRESHOLD && targets.includes(hit.intent.target))?.intent.target ??
    null
  );
}

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
