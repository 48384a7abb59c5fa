import { own } from '../../definition/json.js';
import { standardKey } from '../../definition/standard-responses.js';
import { lettered } from './choices-text.js';
import { type Run, type Steps, say } from './run.js';

/** The tasks a user may ask for, as a list. */
export async function* sayHelp(run: Run): Steps<void> {
  const listed = Object.values(run.program.dialogs).filter((dialog) => !dialog.hidden);
  const names = listed.map((dialog) => own(dialog.names, run.turn.language) ?? dialog.name);
  // While a question is open, a letter or number answers that.
  if (run.state.frames.length === 0) run.state.offered = listed.map(({ id }) => id);
  yield* say(run, standardKey('help'), names.length > 0 ? { suffix: lettered(names) } : {});
}
