import { standardKey } from '../../definition/standard-responses.js';
import { isInfrastructure } from '../../store/database/failures.js';
import { runEventAction } from './events.js';
import { dialogOf, NodeFailure, nodeAt, placeOf, type Run, type Steps, say, topFrame } from './run.js';
import { ScriptError } from './sandbox/script-error.js';
import { endOf } from './tasks.js';

/**
 * The task cannot go on: it is dropped with what is on hold, the failure event answers, and the conversation goes on.
 * The developer sees why in the trace. An abort, or trouble of this server, is no failure of the bot: the turn deals with it.
 */
export async function* failTask(run: Run, error: unknown): Steps<void> {
  if (run.signal.aborted || isInfrastructure(error)) throw error;
  const frame = topFrame(run);
  const bottom = run.state.frames[0];
  const why = error instanceof Error ? error.message : String(error);
  run.failure ??= why;
  run.turn.trace({
    kind: 'failure',
    ...(frame ? placeOf(run, frame) : { dialog: '' }),
    node: frame ? (nodeAt(run, frame)?.node.name ?? '') : '',
    error: why,
    internal: !(error instanceof NodeFailure || error instanceof ScriptError),
  });
  run.state.frames = [];
  run.state.held = [];
  const dialog = bottom ? dialogOf(run, bottom.dialogId) : null;
  if (dialog) run.endOfTask = endOf(dialog, bottom?.event ? 'Failed_Event' : 'Failed');
  const ended = run.endOfTask;
  if (run.failing) return yield* say(run, standardKey('failure'));
  run.failing = true;
  try {
    const handled = yield* runEventAction(run, 'TASK_FAILURE_EVENT');
    if (!handled) yield* say(run, standardKey('failure'));
  } catch (again) {
    yield* failTask(run, again);
  }
  run.endOfTask = ended;
}
