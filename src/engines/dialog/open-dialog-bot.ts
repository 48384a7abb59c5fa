import type { BotProgram } from '../../bots/engine.js';
import { own } from '../../definition/json.js';
import type { Program } from '../../definition/program.js';
import type { DialogDeps } from './deps.js';
import { createDialogEngine } from './engine.js';
import { isCalled } from './nodes/form.js';

/** Opens one compiled version of a bot; shared by all its conversations. */
export function openDialogBot(program: Program, deps: DialogDeps): BotProgram {
  return {
    engine: createDialogEngine(program, deps),
    message: (key) => own(program.messages, key) ?? null,
    form: (formId) => Object.values(program.forms).find((form) => isCalled(form, formId)) ?? null,
  };
}
