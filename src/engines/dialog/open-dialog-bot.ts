import type { BotProgram } from '../../bots/engine.js';
import { own } from '../../definition/json.js';
import type { Graph, Program } from '../../definition/program.js';
import type { DialogDeps } from './deps.js';
import { createDialogEngine } from './engine.js';
import { isCalled } from './nodes/form.js';

/** Whether a dialog calls a data table, which it does at once, without a pause before. */
const callsTables = ({ nodes }: Graph): boolean =>
  Object.values(nodes).some((node) => {
    if (node.type === 'service') return node.service.table !== null;
    return node.type === 'action' && callsTables(node.graph);
  });

/** Opens one compiled version of a bot; shared by all its conversations. */
export function openDialogBot(program: Program, deps: DialogDeps): BotProgram {
  return {
    engine: createDialogEngine(program, deps),
    runsOnce: Object.values(program.dialogs).some(({ graph }) => callsTables(graph)),
    message: (key) => own(program.messages, key) ?? null,
    form: (formId) => Object.values(program.forms).find((form) => isCalled(form, formId)) ?? null,
  };
}
