import { conditionText } from '../../definition/condition-text.js';
import type { Edge, Node } from '../../definition/program.js';
import type { JsonObject } from '../../json.js';
import { holds } from './conditions.js';
import { assign, readMap } from './context-map.js';
import { goTo } from './go-to.js';
import { runNode } from './nodes/run-node.js';
import { dialogOf, NodeFailure, nodeAt, placeOf, type Run, type Steps, topFrame } from './run.js';
import type { Frame } from './state.js';
import { finishTask } from './tasks.js';

/** Nodes entered in a turn, for dialogs that never wait for input; beyond it the task fails. */
const MAX_NODES_PER_TURN = 300;

/**
 * Runs the active task until it waits for input or ends. Throws NodeFailure where it cannot go on; the frames then still
 * stand at the node that failed.
 */
export async function* walk(run: Run): Steps<void> {
  for (let frame = topFrame(run); frame; frame = topFrame(run)) {
    run.signal.throwIfAborted();
    const place = nodeAt(run, frame);
    if (!place) {
      yield* endFrame(run, frame);
      continue;
    }
    if (frame.phase === 'leave') {
      leave(run, frame, place.node);
      continue;
    }
    if (frame.phase === 'enter') countNode(run, frame, place.node);
    const outcome = yield* runNode(run, frame, place.node);
    run.turn.watch?.(place.node.name, run.context);
    if (outcome === 'wait') {
      frame.phase = 'wait';
      return;
    }
    if (outcome === 'next') frame.phase = 'leave';
  }
}

/** Follows the first edge that holds; none, or one that leads nowhere, ends this graph. */
function leave(run: Run, frame: Frame, node: Node): void {
  const conditions: JsonObject[] = [];
  const edge = node.edges.find(({ when }: Edge) => {
    if (when === null) return true;
    const held = holds(when, run, frame);
    conditions.push({ if: conditionText(when), held });
    return held;
  });
  const to = edge?.to ?? 'end';
  run.turn.trace({
    kind: 'edge',
    node: node.name,
    ...placeOf(run, frame),
    to,
    ...(conditions.length > 0 && { conditions }),
  });
  goTo(frame, edge?.to ?? null);
}

function countNode(run: Run, frame: Frame, node: Node): void {
  run.nodes += 1;
  run.turn.trace({ kind: 'node', node: node.name, type: node.type, ...placeOf(run, frame) });
  if (run.nodes > MAX_NODES_PER_TURN)
    throw new NodeFailure(`More than ${MAX_NODES_PER_TURN} nodes ran without an input: the dialog loops.`);
}

/** The end of a dialog: the caller goes on, or the task is done. */
async function* endFrame(run: Run, frame: Frame): Steps<void> {
  run.state.frames.pop();
  const caller = topFrame(run);
  if (!caller) {
    yield* finishTask(run, frame, frame.event ? 'Fulfilled_Event' : 'Fulfilled');
    return;
  }
  const place = nodeAt(run, caller);
  run.turn.trace({
    kind: 'return',
    dialog: dialogOf(run, frame.dialogId)?.name ?? '',
    to: dialogOf(run, caller.dialogId)?.name ?? '',
  });
  const returned =
    place?.node.type === 'call' || place?.node.type === 'dynamic_call' ? readMap(run, place.node.returnMap) : [];
  run.context.entities = caller.entities ?? {};
  caller.entities = null;
  assign(run.context, returned);
  caller.phase = 'leave';
}
