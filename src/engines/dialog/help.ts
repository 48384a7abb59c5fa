import { own } from '../../definition/json.js';
import { standardKey } from '../../definition/standard-responses.js';
import { lettered } from './choices-text.js';
import { type Run, type Steps, say } from './run.js';

/** The tasks a user may ask for, as a list. */
export async function* sayHelp(run: Run): Steps<void> {
  const names = Object.values(run.program.dialogs)
    .filter((dialog) => !dialog.hidden)
    .map((dialog) => own(dialog.names, run.turn.language) ?? dialog.name);
  yield* say(run, standardKey('help'), names.length > 0 ? { suffix: lettered(names) } : {});
}
