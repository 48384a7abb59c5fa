import type { Node } from '../../../definition/program.js';
import { NodeFailure, type Run, type Steps } from '../run.js';
import type { Frame } from '../state.js';
import { runCall } from './call.js';
import { runMessage } from './message.js';

/** `next`: leave along the edges. `wait`: for input. `stay`: the frames have changed; go on with the top one. */
export type Outcome = 'next' | 'wait' | 'stay';

export async function* runNode(run: Run, frame: Frame, node: Node): Steps<Outcome> {
  switch (node.type) {
    case 'start':
    case 'logic':
      return 'next';
    case 'message':
      return yield* runMessage(run, frame, node);
    case 'call':
      return runCall(run, frame, node);
    case 'action':
      if (node.graph.start === null) return 'next';
      frame.path.push(node.graph.start);
      frame.phase = 'enter';
      return 'stay';
    default:
      throw new NodeFailure(`A node of type "${node.type}" cannot run.`);
  }
}
