import type { Condition, Node } from '../../../definition/program.js';
import { toUtterance, type Utterance } from '../../../definition/words.js';
import type { Consent } from '../consent/consent.js';
import { nodeAt, type Run, topFrame } from '../run.js';
import { INTENT_THRESHOLD } from '../understanding/understanding.js';
import { yesOrNo } from '../yes-or-no.js';

/** The intent, among those the edges of a node ask for, that an utterance matches: its component or dialog id. */
export function matchLocalIntent(run: Run, node: Node, utterance: string): string | null {
  const targets = node.edges
    .flatMap(({ when }) => (when ? intentNodes(when) : []))
    .map((nodeId) => targetOf(run, nodeId));
  if (targets.length === 0) return null;
  const said = toUtterance(utterance);
  const local = localIntent(run, said, targets);
  if (local !== null) return local;
  const tasks = [run.understanding.definiteIntent(said), ...run.understanding.likelyIntents(said)];
  return (
    tasks.find((hit) => hit && hit.score >= INTENT_THRESHOLD && targets.includes(hit.intent.target))?.intent.target ??
    null
  );
}

/** The local intent that is meant; "of course not" is not the intent "Yes", however near to "of course" it is. */
function localIntent(run: Run, said: Utterance, targets: readonly string[]): string | null {
  const hit = run.understanding.localIntent(said, targets);
  if (!hit) return null;
  const { name, target } = hit.intent;
  if (hit.score === 1 || !contradicts(yesOrNo(run, name), yesOrNo(run, said.text))) return target;
  return localIntent(
    run,
    said,
    targets.filter((other) => other !== target),
  );
}

const contradicts = (meant: Consent, said: Consent): boolean =>
  meant === 'yes' ? said === 'no' || said === 'UNCLEAR' : meant === 'no' && said === 'yes';

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
