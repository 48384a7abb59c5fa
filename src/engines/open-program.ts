import type { BotProgram, Engine } from '../bots/engine.js';
import type { OpenProgram } from '../bots/open-bots.js';
import type { VersionSpec } from '../bots/version-spec.js';
import { botFunctions } from '../definition/bot-functions.js';
import { catalogue } from '../definition/catalogue.js';
import { compile } from '../definition/compile.js';
import type { Definition } from '../definition/definition.js';
import { emptyDefinition, readDefinition } from '../definition/read.js';
import { ENGINE_SETTINGS, type SettingsOf } from '../domain/bots/engine-kinds.js';
import type { Outbound } from '../outbound/request.js';
import type { Clock } from '../time.js';
import type { Scripts } from '../wire/reply.js';
import { createBotFrameworkEngine } from './bot-framework/bot-framework-engine.js';
import { createCompiler } from './dialog/compiler/compiler.js';
import type { DataTables, DialogDeps, LanguageModel } from './dialog/deps.js';
import { createLanguageModel } from './dialog/language-model.js';
import { openDialogBot } from './dialog/open-dialog-bot.js';
import { createSandbox } from './dialog/sandbox/sandbox.js';
import { type Callbacks, createCallbacks } from './http/callbacks.js';
import { createHttpEngine, type HttpDeps } from './http/http-engine.js';
import type { WaitingTurns } from './http/waiting-turns.js';
import { createOpenAiEngine } from './openai/openai-engine.js';
import { createRasaEngine } from './rasa/rasa-engine.js';
import { createConcurrencyLimiter } from './remote/concurrency-limiter.js';

export interface EngineDeps {
  outbound: Outbound;
  tables: DataTables;
  publicUrl: string;
  /** The address of a form a user is to fill in. */
  formUrl: DialogDeps['formUrl'];
  clock: Clock;
  /** The store of turns that wait for their bot. */
  waitingTurns: WaitingTurns;
  /** The threads of scripts start with the first bot that may have some, not with its first script. */
  warmUp: boolean;
  onError(error: unknown): void;
}

/** All kinds of engines, with the threads they share. */
export interface Engines extends AsyncDisposable {
  open: OpenProgram;
  /** Runs the scripts of messages. */
  scripts: Scripts;
  /** Takes the answers of bots that answer later. */
  callbacks: Callbacks;
}

export function createEngines(deps: EngineDeps): Engines {
  const sandbox = createSandbox();
  const compiler = createCompiler();
  const callbacks = createCallbacks({ clock: deps.clock, turns: deps.waitingTurns, onError: deps.onError });
  const publicUrl = deps.publicUrl.replace(/\/+$/, '');
  const remote: HttpDeps = {
    outbound: deps.outbound,
    limiter: createConcurrencyLimiter(deps.clock),
    clock: deps.clock,
    publicUrl,
    callbacks,
  };
  const open: OpenProgram = async (spec) => {
    if (spec.engine !== 'DIALOG') return withMessages(definitionOf(spec), remoteEngine(spec.engine, spec, remote));
    if (deps.warmUp) sandbox.warmUp(); // not at the start: a server whose bots have no scripts, or no users, has no use for the threads
    const settings = ENGINE_SETTINGS.DIALOG.parse(spec.settings);
    const program = spec.definition === null ? compile(definitionOf(spec)) : await compiler.compile(spec.definition);
    return openDialogBot(program, {
      scripts: sandbox,
      outbound: deps.outbound,
      tables: deps.tables,
      languageModel: languageModelOf(settings, spec.secrets, deps.outbound),
      formUrl: deps.formUrl,
      settings,
      functions: botFunctions(spec.files),
    });
  };
  return {
    open,
    scripts: sandbox,
    callbacks,
    async [Symbol.asyncDispose]() {
      callbacks[Symbol.dispose]();
      await sandbox.close();
      await compiler.close();
    },
  };
}

function definitionOf({ definition, botName, defaultLanguage }: VersionSpec): Definition {
  return definition === null
    ? emptyDefinition(botName, defaultLanguage)
    : readDefinition(JSON.parse(definition)).definition;
}

function languageModelOf(
  settings: SettingsOf<'DIALOG'>,
  secrets: VersionSpec['secrets'],
  outbound: Outbound,
): LanguageModel | null {
  const { languageModelUrl: baseUrl, languageModel: model, languageModelAlways: force } = settings;
  return baseUrl === undefined
    ? null
    : createLanguageModel(outbound, { baseUrl, apiKey: secrets.apiKey ?? '', model, force });
}

type RemoteKind = Exclude<VersionSpec['engine'], 'DIALOG'>;

function remoteEngine(kind: RemoteKind, { settings, secrets }: VersionSpec, deps: HttpDeps): Engine {
  switch (kind) {
    case 'HTTP':
      return createHttpEngine(ENGINE_SETTINGS.HTTP.parse(settings), secrets, deps);
    case 'RASA':
      return createRasaEngine(ENGINE_SETTINGS.RASA.parse(settings), secrets, deps);
    case 'OPENAI':
      return createOpenAiEngine(ENGINE_SETTINGS.OPENAI.parse(settings), secrets, deps);
    case 'BOT_FRAMEWORK':
      return createBotFrameworkEngine(ENGINE_SETTINGS.BOT_FRAMEWORK.parse(settings), secrets, deps);
  }
}

/** A bot that lives elsewhere still has messages here: standard responses, and what a definition of it names. */
function withMessages(definition: Definition, engine: Engine): BotProgram {
  const messages = new Map(catalogue(definition).map((message) => [message.key, message]));
  return { engine, message: (key) => messages.get(key) ?? null };
}
