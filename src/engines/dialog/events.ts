import { own } from '../../definition/json.js';
import type { BotEvent } from '../../definition/program.js';
import { runBotScript } from './nodes/script.js';
import { messageContents, type Run, type Steps, say } from './run.js';
import { startTask } from './tasks.js';
import { walk } from './walk.js';

/** Runs what the bot has set for an event; false when it has set nothing that does anything. */
export async function* runEventAction(run: Run, name: string): Steps<boolean> {
  const event = eventOf(run, name);
  if (!event) return false;
  run.turn.trace({ kind: 'event', event: name, action: event.action });
  if (event.action === 'dialog' && event.dialogId) {
    startTask(run, event.dialogId, name);
    yield* walk(run);
    return true;
  }
  if (event.action === 'script') {
    await runBotScript(run, event.script, name);
    return true;
  }
  if (!messageContents(run, event.messageKey)?.length) return false;
  yield* say(run, event.messageKey);
  return true;
}

/** The platform writes most event names with a trailing `_EVENT`, and some without. */
export function eventOf(run: Run, name: string): BotEvent | undefined {
  const bare = name.replace(/_EVENT$/, '');
  return own(run.program.events, `${bare}_EVENT`) ?? own(run.program.events, bare);
}
