import type { OpenProgram } from '../conversation/open-bots.js';
import type { ScriptRunner } from '../conversation/reply.js';
import { compile } from '../definition/compile.js';
import { emptyDefinition, readDefinition } from '../definition/read.js';
import type { Outbound } from '../outbound/request.js';
import type { DataTables } from './dialog/deps.js';
import { openDialogBot } from './dialog/open-dialog-bot.js';
import { createSandbox } from './dialog/sandbox/sandbox.js';

export interface EngineDeps {
  outbound: Outbound;
  tables: DataTables;
  publicUrl: string;
}

/** All kinds of engines, with the threads they share. */
export interface Engines extends AsyncDisposable {
  open: OpenProgram;
  /** Runs the scripts of messages. */
  scripts: ScriptRunner;
}

export function createEngines(deps: EngineDeps): Engines {
  const sandbox = createSandbox();
  const open: OpenProgram = async (spec) => {
    const definition =
      spec.definition === null
        ? emptyDefinition(spec.botName, spec.defaultLanguage)
        : readDefinition(JSON.parse(spec.definition)).definition;
    const program = compile(definition);
    switch (spec.engine) {
      case 'DIALOG':
        return openDialogBot(program, {
          scripts: sandbox,
          outbound: deps.outbound,
          tables: deps.tables,
          languageModel: null,
          formUrl: ({ botId, conversationId, formRefId }) =>
            `${deps.publicUrl}/chatbot/forms/${botId}/${formRefId}?conversation=${conversationId}`,
          settings: { services: 'LIVE' },
        });
      default:
        throw new Error(`the engine ${spec.engine} is not available`);
    }
  };
  return { open, scripts: sandbox, [Symbol.asyncDispose]: async () => sandbox.close() };
}
