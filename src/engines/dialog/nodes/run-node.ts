import type { Node } from '../../../definition/program.js';
import { NodeFailure, type Run, type Steps } from '../run.js';
import type { Frame } from '../state.js';
import { endUnavailable } from '../tasks.js';
import { runAgent } from './agent.js';
import { runCall } from './call.js';
import { runConfirmation } from './confirmation.js';
import { runDynamicCall } from './dynamic-call.js';
import { runEntity } from './entity.js';
import { runForm } from './form.js';
import { runGenerative } from './generative.js';
import { runMessage } from './message.js';
import type { Outcome } from './outcome.js';
import { runScript } from './script.js';
import { runSearch } from './search.js';
import { runService } from './service.js';
import { runTransfer } from './transfer.js';

/** Runs the node a frame stands at, in the frame's phase. */
export async function* runNode(run: Run, frame: Frame, node: Node): Steps<Outcome> {
  switch (node.type) {
    case 'start':
    case 'logic':
    case 'local_intent':
      return 'next';
    case 'message':
      return yield* runMessage(run, frame, node);
    case 'entity':
      return yield* runEntity(run, frame, node);
    case 'confirmation':
      return yield* runConfirmation(run, frame, node);
    case 'script':
      return runScript(run, node);
    case 'service':
      return yield* runService(run, frame, node);
    case 'call':
      return runCall(run, frame, node);
    case 'action':
      if (node.graph.start === null) return 'next';
      frame.path.push(node.graph.start);
      frame.phase = 'enter';
      return 'stay';
    case 'form':
      return yield* runForm(run, frame, node);
    case 'transfer':
      return yield* runTransfer(run, node);
    case 'dynamic_call':
      return yield* runDynamicCall(run, frame, node);
    case 'generative':
      return yield* runGenerative(run, frame, node);
    case 'search':
      return yield* runSearch(run, frame, node);
    case 'agent':
      return yield* runAgent(run, frame, node);
    case 'unavailable':
      return yield* endUnavailable(run);
    case 'unsupported':
      throw new NodeFailure(`The node "${node.name}" (${node.kind}) cannot run on this server.`);
  }
}
