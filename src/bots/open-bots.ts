import { LRUCache } from 'lru-cache';
import { draftParts, isDraft } from '../domain/bots/draft.js';
import { indexOverrides } from '../domain/messages/resolve.js';
import { unavailable } from '../errors.js';
import type { Database } from '../store/database/database.js';
import { type BotWithParts, botOfVersion } from '../store/tables/open-versions.js';
import type { Vault } from '../store/vault.js';
import { MINUTE } from '../time.js';
import type { OpenBot, OpenBots } from './bots.js';
import type { BotProgram } from './engine.js';
import { specOf, type VersionSpec } from './version-spec.js';

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
    const db = deps.database.read;
    const found = isDraft(versionId) ? await draftParts(db, versionId) : await botOfVersion(db, versionId);
    return found && { found, ...specOf(deps.vault, versionId, found) };
  }

  async function load(versionId: string, entry: Entry): Promise<OpenBot> {
    const stored = await read(versionId).catch((cause: unknown) => {
      throw unavailable('BOT_NOT_READ', 'The bot cannot be read just now; try again.', { cause });
    });
    if (!stored) throw new Error(`the bot version ${versionId} is gone`);
    const { found, spec, env, plainEnv } = stored;
    entry.botId = found.botId;
    const programKey = programKeyOf(versionId, found);
    entry.programKey = programKey;
    let program = programs.get(programKey);
    if (!program) {
      program = deps.openProgram(spec);
      programs.set(programKey, program);
      program.catch(() => programs.delete(programKey));
    }
    return {
      versionId,
      program: await program,
      overrides: indexOverrides(found.overrides),
      defaultLanguage: found.defaultLanguage,
      sessionTimeoutMs: found.sessionTimeoutMinutes * MINUTE,
      records: found.engineSettings.record === true,
      env,
      plainEnv,
    };
  }

  return {
    open(versionId) {
      if (isDraft(versionId)) return load(versionId, { botId: '', programKey: '' }); // as it is saved now
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

/** What compiled programs of one version differ in. A draft keeps its id while it changes. */
function programKeyOf(versionId: string, found: BotWithParts): string {
  const { engineSecrets, definition, engine, engineSettings, defaultLanguage } = found;
  const cipher = engineSecrets.cipher ?? '';
  if (!isDraft(versionId)) return `${versionId} ${cipher}`;
  const file = definition && [definition.id, definition.secretsCipher !== null];
  return JSON.stringify([versionId, file, engine, engineSettings, cipher, defaultLanguage]);
}
