import type { TurnRequest } from '../../bots/engine.js';
import type { BotFunctions } from '../../definition/bot-functions.js';
import type { Json, JsonObject } from '../../json.js';
import type { Outbound } from '../../outbound/request.js';
import type { ScriptCaller, ScriptRunner } from '../../wire/reply.js';

/** The outside world of the dialog engine, all of it replaceable in tests. */
export interface DialogDeps {
  scripts: ScriptSandbox;
  /** The door to services. */
  outbound: Pick<Outbound, 'request'>;
  tables: DataTables;
  /** Null when none is configured: nodes that need one end in the failure event. */
  languageModel: LanguageModel | null;
  /** The address of a form a user is to fill in. */
  formUrl: (form: { botId: string; formRefId: string; turnId: string; now: number }) => string;
  settings: DialogSettings;
  /** What the bot's scripts may call besides; null for nothing. */
  functions: BotFunctions | null;
}

export interface DialogSettings {
  /** `LIVE`: call services. `SAMPLE`: answer with the recorded sample where a service has one. */
  services: 'LIVE' | 'SAMPLE';
  /** IANA name of the zone that users' dates are in, unless the session says another; else UTC. */
  timeZone?: string | undefined;
  /** BCP 47 tag that tells users' order of day and month, unless the session does; else the turn's language tells. */
  locale?: string | undefined;
}

/** Runs JavaScript of a bot, away from the main thread, without network or host objects. */
export interface ScriptSandbox {
  /** Runs a script; `scope.context` is changed in place. Rejects when the script throws, hangs or does not parse. */
  run(script: string, scope: JsonObject, caller: ScriptCaller): Promise<string>;
  /** The same for the renderer of messages. */
  runner(caller: ScriptCaller): ScriptRunner;
}

export interface TableFilter {
  operator: 'and' | 'or';
  expressions: { field: string; operand: string; value: Json }[];
}

/** The data tables of a bot. Rows are plain objects; `total` counts all rows that match. */
export interface DataTables {
  query(
    botId: string,
    table: string,
    filter: TableFilter | null,
    page: { skip: number; limit: number },
  ): Promise<{ rows: JsonObject[]; total: number }>;
  insert(botId: string, table: string, row: JsonObject): Promise<JsonObject>;
  /** Resolves to the rows as they are now. */
  update(botId: string, table: string, filter: TableFilter | null, changes: JsonObject): Promise<JsonObject[]>;
  /** Resolves to the number of rows deleted. */
  remove(botId: string, table: string, filter: TableFilter | null): Promise<number>;
}

/** Any provider of completions. */
export interface LanguageModel {
  complete(
    prompt: ModelPrompt,
    /** The turn whose trace the call joins. */
    turn: Pick<TurnRequest, 'turnId' | 'traceId' | 'botId'>,
    signal: AbortSignal,
  ): Promise<string>;
}

export interface ModelPrompt {
  system: string;
  messages: ModelMessage[];
  /** Empty: the one of the settings. */
  model: string;
  temperature: number | null;
  maxTokens: number | null;
  /** Time for an answer; the provider's own limit when left out. */
  timeoutMs?: number;
  /** JSON Schema that the answer follows, where the provider can see to it. */
  schema?: JsonObject;
}

export interface ModelMessage {
  role: 'user' | 'assistant';
  content: string;
}
