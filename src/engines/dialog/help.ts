import { own } from '../../definition/json.js';
import type { Dialog } from '../../definition/program.js';
import { STANDARD_RESPONSES, type StandardResponse, standardKey } from '../../definition/standard-responses.js';
import { lettered } from './choices-text.js';
import { type Run, type Steps, say } from './run.js';

/** The tasks a user may ask for, as a list. */
export async function* sayHelp(run: Run): Steps<void> {
  const tasks = tasksOf(run);
  // While a question is open, a letter or number answers that.
  if (run.state.frames.length === 0) run.state.offered = tasks.map(({ id }) => id);
  const names = namesOf(run, tasks);
  yield* sayChoices(run, 'help', names, lettered(names));
}

/** The tasks that users are told of. */
export const tasksOf = (run: Run): Dialog[] => Object.values(run.program.dialogs).filter((dialog) => !dialog.hidden);

/** The names of tasks in the language of the turn. */
export const namesOf = (run: Run, tasks: readonly Dialog[]): string[] =>
  tasks.map(({ names, name }) => own(names, run.turn.language) ?? name);

/**
 * Says a standard response with choices: a text has them appended, in the way of `suffix`; a script has them from
 * `getChoices()` and draws them itself.
 */
export async function* sayChoices(
  run: Run,
  name: StandardResponse,
  choices: readonly string[],
  suffix: string,
): Steps<void> {
  const response = { message: STANDARD_RESPONSES[name].text, choices: [...choices] };
  yield* say(run, standardKey(name), { scope: { response }, ...(suffix !== '' && { suffix }) });
}
