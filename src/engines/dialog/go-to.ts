import type { Frame } from './state.js';

/** Goes on at a node of the same graph; null ends the graph. */
export function goTo(frame: Frame, nodeId: string | null): 'stay' {
  frame.retries = 0;
  frame.intent = null;
  delete frame.talk;
  if (nodeId !== null) {
    frame.path[frame.path.length - 1] = nodeId;
    frame.phase = 'enter';
    return 'stay';
  }
  frame.path.pop();
  // Inside a bot action the outer node goes on along its own edges.
  frame.phase = 'leave';
  return 'stay';
}
