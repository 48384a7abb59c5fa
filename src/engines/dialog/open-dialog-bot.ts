import type { BotProgram } from '../../conversation/engine.js';
import type { Program } from '../../definition/program.js';
import type { DialogDeps } from './deps.js';
import { createDialogEngine } from './engine.js';

/** Opens one compiled version of a bot; shared by all its conversations. */
export function openDialogBot(program: Program, deps: DialogDeps): BotProgram {
  return {
    engine: createDialogEngine(program, deps),
    message: (key, language) =>
      (Object.hasOwn(program.messages, key) ? program.messages[key]?.contents[language] : null) ?? null,
  };
}
