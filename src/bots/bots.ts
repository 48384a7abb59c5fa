import type { Overrides } from '../domain/messages/resolve.js';
import type { BotProgram } from './engine.js';

/** A live bot version, ready to answer. */
export interface OpenBot {
  program: BotProgram;
  overrides: Overrides;
  defaultLanguage: string;
  sessionTimeoutMs: number;
  /** `{{env.x}}`: the bot's variables at this moment. */
  env: Readonly<Record<string, string>>;
  /** The variables that are not secured: all that texts from outside the approved bot file can show. */
  plainEnv: Readonly<Record<string, string>>;
}

/** Opens versions when a message first asks for them and keeps the ones in use. */
export interface OpenBots {
  /** Rejects with UNAVAILABLE when this server fails (a read, a key, a thread); with anything else when the bot does. */
  open(versionId: string): Promise<OpenBot>;
}
