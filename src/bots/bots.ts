import type { Overrides } from '../domain/messages/resolve.js';
import type { BotProgram } from './engine.js';

/** A live bot version, ready to answer. */
export interface OpenBot {
  versionId: string;
  program: BotProgram;
  overrides: Overrides;
  defaultLanguage: string;
  sessionTimeoutMs: number;
  /** Whether its turns are kept in a form in which they can be run again. */
  records: boolean;
  /** The bot's current variables, `{{env.x}}`. */
  env: Readonly<Record<string, string>>;
  /** The unsecured variables, the only ones that texts from outside the approved bot file may show. */
  plainEnv: Readonly<Record<string, string>>;
}

/** Opens a version when a message first needs it, and caches it. */
export interface OpenBots {
  /** Rejects with UNAVAILABLE when this server fails (a read, a key, a thread); with anything else when the bot does. */
  open(versionId: string): Promise<OpenBot>;
}
