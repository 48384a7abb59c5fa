import { standardKey } from '../../definition/standard-responses.js';
import { lettered } from './choices-text.js';
import { eventOf, runEventAction } from './events.js';
import { namesOf, sayChoices, sayHelp, tasksOf } from './help.js';
import { discard } from './interrupt.js';
import { dialogOf, type Run, type Steps, say } from './run.js';
import { beginTasks, severalTasks, wishOf } from './several-tasks.js';
import { taskByModel } from './task-by-model.js';
import { startTask } from './tasks.js';
import { type Candidate, type Meaning, understand } from './understand.js';
import { walk } from './walk.js';

/** Runs an event the caller sent (kore-webhook.md §1.4). */
export async function* runEvent(run: Run, event: string): Steps<void> {
  if (event === 'SESSION_CLOSURE') {
    run.closeSession = true;
    run.state.frames = [];
    yield* runEventAction(run, 'CONVERSATION_END');
    return;
  }
  const name = event === 'ON_CONNECT' ? 'ON_CONNECT_EVENT' : event;
  const handled = yield* runEventAction(run, name);
  if (handled || event !== 'ON_CONNECT') return;
  yield* runEventAction(run, 'WELCOME_MESSAGE_EVENT');
}

/** Answers an input: the running task takes it first, then whatever understands it. */
export async function* answer(run: Run): Steps<void> {
  if (run.state.frames.length > 0) {
    yield* walk(run);
    return;
  }
  yield* answerAfresh(run);
}

/** A word of more than 1200 letters, the platform's limit: it is not looked at. */
const LONG_WORD = /\S{1201}/u;

/** Answers an input that no task is waiting for. */
export async function* answerAfresh(run: Run): Steps<void> {
  const text = run.input?.text ?? '';
  const first = !run.state.greeted;
  run.input = null;
  if (LONG_WORD.test(text)) return yield* say(run, standardKey('long_word'));
  const several = severalTasks(run, text);
  const considered: Candidate[] = [];
  const found = several?.[0]?.meaning ?? understand(run, text, considered);
  const meaning = found.type === 'nothing' ? ((await taskByModel(run, text)) ?? found) : found;
  run.turn.trace({
    kind: 'understood',
    as: meaning.type,
    ...(meaning.type === 'task' ? { task: meaning.name, score: meaning.score, by: meaning.by } : {}),
    ...(considered.length > 0 && { considered: considered.map((one) => ({ ...one })) }),
  });
  if (first) {
    const welcomed = yield* greetFirst(run, meaning.type);
    if (welcomed) return;
  }
  switch (meaning.type) {
    case 'task':
      beginTasks(run, text, several ?? [wishOf(meaning, text)]);
      return yield* walk(run);
    case 'small_talk':
      run.state.smallTalk = meaning.id;
      return yield* say(run, meaning.messageKey);
    case 'faq':
      run.state.smallTalk = null;
      if (meaning.dialogId === null) return yield* say(run, meaning.messageKey);
      startTask(run, meaning.dialogId);
      return yield* walk(run);
    case 'help':
      return yield* sayHelp(run);
    case 'cancel':
      yield* discard(run, meaning.extent);
      return;
    case 'ambiguous':
      return yield* offer(run, meaning.dialogIds);
    case 'nothing':
      return yield* sayNotUnderstood(run, first);
  }
}

/** The first message of a conversation may get the welcome instead of an answer, or before it, as the bot has set. */
async function* greetFirst(run: Run, meaning: Meaning['type']): Steps<boolean> {
  const wish = eventOf(run, 'WELCOME_MESSAGE')?.firstMessage[meaning === 'small_talk' ? 'greetings' : meaning];
  if (wish !== 'triggerWelcomeDialog' && wish !== 'displayWelcomeMsg') return false;
  const handled = yield* runEventAction(run, 'WELCOME_MESSAGE_EVENT');
  return handled && wish === 'triggerWelcomeDialog';
}

async function* offer(run: Run, dialogIds: readonly string[]): Steps<void> {
  const dialogs = dialogIds.flatMap((id) => dialogOf(run, id) ?? []);
  const names = namesOf(run, dialogs);
  run.state.offered = [...dialogIds];
  yield* sayChoices(run, 'did_you_mean', names, `${lettered(names)}\n`);
}

async function* sayNotUnderstood(run: Run, first: boolean): Steps<void> {
  run.state.smallTalk = null;
  run.unidentified = true;
  const handled = yield* runEventAction(run, 'INTENT_UNIDENTIFIED');
  if (handled) return;
  if (run.program.fallbackDialogId && !eventOf(run, 'INTENT_UNIDENTIFIED')) {
    startTask(run, run.program.fallbackDialogId, 'INTENT_UNIDENTIFIED');
    return yield* walk(run);
  }
  // A bot that has nothing for what it does not understand greets at least.
  const greeted = first && (yield* runEventAction(run, 'WELCOME_MESSAGE_EVENT'));
  if (!greeted) yield* sayChoices(run, 'not_understood', namesOf(run, tasksOf(run)), '');
}
