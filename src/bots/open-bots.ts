import { LRUCache } from 'lru-cache';
import { openEngineSecrets } from '../domain/bots/engine-settings.js';
import { fillVariables } from '../domain/bots/fill-variables.js';
import { variableAssociatedData } from '../domain/bots/variables.js';
import { definitionText } from '../domain/definitions.js';
import { indexOverrides } from '../domain/messages/resolve.js';
import { unavailable } from '../errors.js';
import type { Database } from '../store/database/database.js';
import { botOfVersion } from '../store/tables/open-versions.js';
import type { Vault } from '../store/vault.js';
import { MINUTE } from '../time.js';
import type { EngineKind } from '../vocabulary.js';
import type { OpenBot, OpenBots } from './bots.js';
import type { BotProgram } from './engine.js';

/** A version as its engine needs it. Texts are JSON. */
export interface VersionSpec {
  versionId: string;
  botId: string;
  botName: string;
  accountId: string;
  engine: EngineKind;
  settings: Record<string, unknown>;
  /** The engine's keys and tokens, decrypted. */
  secrets: Record<string, string>;
  /** The bot file, or null for a bot made from nothing. */
  definition: string | null;
  /** What came along with the bot file. */
  files: readonly { name: string; content: string }[];
  defaultLanguage: string;
}

export type OpenProgram = (spec: VersionSpec) => Promise<BotProgram>;

/** Cache limit, in open versions (and in programs); beyond it the least recently used is evicted. */
const MAX_OPEN = 2_000;

/** Both are empty until the version is read. */
interface Entry {
  botId: string;
  programKey: string;
}

/**
 * Live versions in use, opened when a message first asks for them: start-up loads no definition. A change of a bot lets
 * go of what is open of it, since its variables and credentials act at once.
 */
export function createOpenBots(deps: {
  database: Pick<Database, 'read'>;
  vault: Vault;
  openProgram: OpenProgram;
  maxOpen?: number;
}): OpenBots & { forgetBots(botIds: readonly string[]): void } {
  const max = deps.maxOpen ?? MAX_OPEN;
  const open = new LRUCache<string, Entry & { bot: Promise<OpenBot> }>({ max });
  /** Compiled programs; a change of variables does not evict them. */
  const programs = new LRUCache<string, Promise<BotProgram>>({ max });

  /** The stored version, unsealed; null when it no longer exists. */
  async function read(versionId: string) {
    const found = await botOfVersion(deps.database.read, versionId);
    if (!found) return null;
    const { engineSecrets } = found;
    const spec: VersionSpec = {
      versionId,
      botId: found.botId,
      botName: found.botName,
      accountId: found.accountId,
      engine: found.engine,
      settings: found.engineSettings,
      secrets: openEngineSecrets(deps.vault, engineSecrets.botId, engineSecrets.cipher),
      definition: found.definition && definitionText(deps.vault, found.definition),
      files: found.definition?.companions?.files ?? [],
      defaultLanguage: found.defaultLanguage,
    };
    const variables = Object.fromEntries(
      found.variables.map(({ botId, key, value, valueCipher }) => [
        key,
        valueCipher === null ? (value ?? '') : deps.vault.open(valueCipher, variableAssociatedData(botId, key)),
      ]),
    );
    return { found, spec, env: fillVariables(variables) };
  }

  async function load(versionId: string, entry: Entry): Promise<OpenBot> {
    const stored = await read(versionId).catch((cause: unknown) => {
      throw unavailable('BOT_NOT_READ', 'The bot cannot be read just now; try again.', { cause });
    });
    if (!stored) throw new Error(`the bot version ${versionId} is gone`);
    const { found, spec, env } = stored;
    const { engineSecrets } = found;
    entry.botId = found.botId;
    const programKey = `${versionId} ${engineSecrets.cipher ?? ''}`;
    entry.programKey = programKey;
    let program = programs.get(programKey);
    if (!program) {
      program = deps.openProgram(spec);
      programs.set(programKey, program);
      program.catch(() => programs.delete(programKey));
    }
    return {
      program: await program,
      overrides: indexOverrides(found.overrides),
      defaultLanguage: found.defaultLanguage,
      sessionTimeoutMs: found.sessionTimeoutMinutes * MINUTE,
      records: found.engineSettings.record === true,
      env,
      plainEnv: fillVariables(
        Object.fromEntries(found.variables.flatMap(({ key, value, secured }) => (secured ? [] : [[key, value ?? '']]))),
      ),
    };
  }

  return {
    open(versionId) {
      const known = open.get(versionId);
      if (known) {
        void programs.get(known.programKey); // marks it as recently used
        return known.bot;
      }
      const entry: Entry = { botId: '', programKey: '' };
      const bot = load(versionId, entry);
      open.set(versionId, Object.assign(entry, { bot }));
      bot.catch(() => open.delete(versionId)); // the next message tries again
      return bot;
    },
    forgetBots(botIds) {
      const gone = new Set(botIds);
      for (const [versionId, { botId }] of [...open.entries()])
        if (gone.has(botId) || botId === '') open.delete(versionId);
    },
  };
}
