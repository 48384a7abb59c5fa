import type { JsonObject } from '../json.js';

/**
 * One rendered bot message. `printed` is set when a script printed the template as JSON text: some callers of the
 * second hook version parse that text themselves (kore-webhook.md §1.6).
 */
export type Reply = { type: 'text'; text: string } | { type: 'template'; template: JsonObject; printed?: string };

/** Not a message of the bot, but what became of an event its caller sent (kore-webhook.md §1.6). */
export interface EventReply {
  type: 'event';
  event: string;
  outcome: 'SESSION_CLOSURE_SUCCESS' | 'SESSION_CLOSURE_IGNORED';
  description: string;
}

/**
 * Runs the JavaScript of SCRIPT contents; gives what it printed. Throws when the script does, with `stopped: true` when
 * it ran over its limits.
 */
export interface ScriptRunner {
  print(script: string, scope: JsonObject): Promise<string>;
}

export const wasStopped = (error: unknown): boolean =>
  error instanceof Error && 'stopped' in error && error.stopped === true;

/** The bot a script belongs to, and the turn's time and chance, so that the turn can be repeated. */
export interface ScriptCaller {
  botId: string;
  now: number;
  random: () => number;
}

/** Makes runners of scripts. */
export interface Scripts {
  runner(caller: ScriptCaller): ScriptRunner;
}
