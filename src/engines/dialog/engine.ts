import type { End, Engine, Pause, Said, TurnRequest, UserMessage } from '../../bots/engine.js';
import { number, object, own, string } from '../../definition/json.js';
import type { Knowledge, Program } from '../../definition/program.js';
import { standardKey } from '../../definition/standard-responses.js';
import type { JsonObject } from '../../json.js';
import { answer, runEvent } from './answer.js';
import { child, describeTurn, ensureContext } from './context.js';
import type { DialogDeps } from './deps.js';
import { failTask } from './failure.js';
import { type Run, say } from './run.js';
import { copy, readState, writeState } from './state.js';
import { createUnderstanding, type Understanding } from './understanding/understanding.js';
import { walk } from './walk.js';

/** Runs a compiled bot. Deterministic given the clock, chance, network and stores it is handed. */
export function createDialogEngine(program: Program, deps: DialogDeps): Engine {
  const understandings = new Map<string, Understanding>();
  /** Callers may ask for any language: one the bot does not know is its own. */
  const understandingOf = (asked: string): Understanding => {
    const language = Object.hasOwn(program.knowledge, asked) ? asked : program.defaultLanguage;
    const known = understandings.get(language);
    if (known) return known;
    const made = createUnderstanding(own(program.knowledge, language) ?? NOTHING, language);
    understandings.set(language, made);
    return made;
  };
  return { reply: (turn, signal) => reply(newRun(program, deps, turn, signal, understandingOf(turn.language))) };
}

const NOTHING: Knowledge = { classifier: null, intents: [], smallTalk: [], faqs: [], synonyms: {}, traits: [] };

async function* reply(run: Run): AsyncGenerator<Said | Pause | End, void, void> {
  try {
    yield* respond(run);
    if (wantsToClose(run)) yield* say(run, standardKey('conversation_closed'));
  } catch (error) {
    yield* failTask(run, error);
  }
  run.state.greeted = true;
  ensureContext(run.context);
  closeOnRequest(run);
  yield {
    type: 'end',
    session: { context: run.context, engine: writeState(run.state) },
    ...(run.endOfTask ? { endOfTask: run.endOfTask } : {}),
    ...(run.agentTransfer ? { agentTransfer: true } : {}),
    ...(run.closeSession ? { closeSession: true } : {}),
    ...(run.failure === null ? {} : { failure: run.failure }),
    ...(run.unidentified ? { unidentified: true } : {}),
  };
}

const optionsOf = ({ context }: Run): JsonObject => child(child(context, 'session'), 'opts');

/** Whether a script asked for it (`koreUtil.closeConversationSession`). */
const wantsToClose = (run: Run): boolean => optionsOf(run).closeConversationSession === true;

/** What runs is dropped. */
function closeOnRequest(run: Run): void {
  if (!wantsToClose(run)) return;
  const options = optionsOf(run);
  delete options.closeConversationSession;
  run.closeSession = true;
  run.state = { ...run.state, frames: [], held: [] };
}

async function* respond(run: Run): AsyncGenerator<Said | Pause, void, void> {
  const { message } = run.turn;
  // Versions that went live before universal bots were refused.
  if (run.program.universal && !(message.type === 'event' && message.event === 'SESSION_CLOSURE')) {
    run.turn.trace({ kind: 'universal_bot' });
    return yield* say(run, standardKey('task_unavailable'));
  }
  if (run.turn.resume !== null) return yield* walk(run);
  if (message.type === 'event') return yield* runEvent(run, message.event);
  yield* answer(run);
}

function newRun(
  program: Program,
  deps: DialogDeps,
  turn: TurnRequest,
  signal: AbortSignal,
  understanding: Understanding,
): Run {
  const context = copy(turn.session.context);
  ensureContext(context);
  const input = inputOf(turn.message);
  describeTurn(context, turn, input?.text ?? '');
  if (input?.text) context.traits = understanding.traits(input.text);
  const resumed = object(turn.resume);
  const endOfTask = object(resumed.endOfTask);
  return {
    program,
    deps,
    turn,
    signal,
    state: readState(turn.session.engine),
    context,
    input: turn.resume === null ? input : null,
    understanding,
    nodes: number(resumed.nodes) ?? 0,
    said: number(resumed.said) ?? 0,
    endOfTask:
      typeof endOfTask.taskId === 'string'
        ? { taskId: endOfTask.taskId, taskName: string(endOfTask.taskName), reason: string(endOfTask.reason) }
        : null,
    agentTransfer: resumed.agentTransfer === true,
    closeSession: false,
    failing: false,
    failure: typeof resumed.failure === 'string' ? resumed.failure : null,
    unidentified: false,
  };
}

function inputOf(message: UserMessage): Run['input'] {
  switch (message.type) {
    case 'text':
      return { text: message.text, form: null, attachments: message.attachments };
    case 'template':
      return { text: JSON.stringify(message.template), form: null, attachments: [] };
    case 'formData':
      return { text: '', form: { formId: message.formId, data: message.data, meta: message.meta }, attachments: [] };
    case 'event':
      return null;
  }
}
