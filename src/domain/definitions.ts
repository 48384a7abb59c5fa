import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { botFunctions } from '../definition/bot-functions.js';
import { type CatalogueMessage, catalogue } from '../definition/catalogue.js';
import type { Definition } from '../definition/definition.js';
import { emptyDefinition, readDefinition } from '../definition/read.js';
import { rowId } from '../ids.js';
import type { Db } from '../store/database/database.js';
import type { BotRecord } from '../store/tables/bots.js';
import {
  type Companions,
  type DefinitionRecord,
  findDefinitions,
  saveDefinition,
} from '../store/tables/definitions.js';
import type { AssociatedData, Vault } from '../store/vault.js';

/** A bot's files as imported, with every key. */
export interface BotFiles extends Companions {
  definition: Record<string, unknown>;
}

/** Credentials taken out of the files, by JSON pointer (RFC 6901) into `BotFiles`. */
export type FileSecrets = Record<string, string>;

export const definitionSecretsAssociatedData = (id: string): AssociatedData => `definitions.secrets_cipher:${id}`;

/** The stored files of bots: equal content once per account, unless it holds credentials. */
export function toDefinitionRecord(
  vault: Vault,
  accountId: string,
  files: BotFiles,
  secrets: FileSecrets,
  now: number,
): DefinitionRecord {
  const id = rowId('df');
  const { definition, ...companions } = files;
  const body = JSON.stringify(definition);
  const secret = Object.keys(secrets).length > 0;
  const contentHash = createHash('sha256')
    .update(secret ? id : '')
    .update(body)
    .update(JSON.stringify(companions))
    .digest('hex');
  return {
    id,
    accountId,
    contentHash,
    body,
    companions,
    secretsCipher: secret ? vault.seal(JSON.stringify(secrets), definitionSecretsAssociatedData(id)) : null,
    createdAt: now,
  };
}

/** Stores files unless they are stored already; returns their id. */
export const storeDefinition = (db: Db, record: DefinitionRecord): Promise<string> => saveDefinition(db, record);

/** A bot's files with their credentials back in place: for the engine that runs them, never to be shown. */
export async function openDefinition(db: Db, vault: Vault, id: string): Promise<BotFiles> {
  const [record] = await findDefinitions(db, [id]);
  if (!record) throw new Error(`the definition ${id} is gone`);
  return openFiles(vault, record);
}

export const openFileSecrets = (vault: Vault, { id, secretsCipher }: DefinitionRecord): FileSecrets =>
  secretsCipher === null ? {} : JSON.parse(vault.open(secretsCipher, definitionSecretsAssociatedData(id)));

export function openFiles(vault: Vault, record: DefinitionRecord): BotFiles {
  const files = filesOf(record);
  const secrets = openFileSecrets(vault, record);
  for (const [pointer, secret] of Object.entries(secrets)) setAt(files, pointer, secret);
  return files;
}

/** The bot file alone, as text, with its credentials back in place. */
export const definitionText = (vault: Vault, record: DefinitionRecord): string =>
  record.secretsCipher === null ? record.body : JSON.stringify(openFiles(vault, record).definition);

/** The files as stored, without credentials. */
export const filesOf = ({ body, companions }: DefinitionRecord): BotFiles => ({
  config: null,
  files: [],
  ...companions,
  definition: JSON.parse(body),
});

/** Sets the text at a JSON pointer; ignores a pointer to nothing. */
function setAt(root: unknown, pointer: string, value: string): void {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop();
  let target = root;
  for (const step of steps) target = isContainer(target) ? target[step] : undefined;
  if (last !== undefined && isContainer(target)) target[last] = value;
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A parsed definition with its message catalogue. */
export interface ReadBot {
  definition: Definition;
  messages: CatalogueMessage[];
  /** The `.js` files beside it. */
  functions: string;
  storedAt: number;
}

export type DefinitionReader = ReturnType<typeof createDefinitionReader>;

/** Cache limit in characters of definition text (about 100 bots); beyond it the least recently used is evicted. */
const CACHED_CHARACTERS = 32 * 1024 * 1024;

/** Reads definitions for lists and comparisons, with a cache: a definition never changes. */
export function createDefinitionReader() {
  const cache = new LRUCache<string, ReadBot>({ maxSize: CACHED_CHARACTERS });

  function keep(
    id: string,
    { body, createdAt }: DefinitionRecord,
    definition: Definition,
    files: BotFiles['files'],
  ): ReadBot {
    const functions = botFunctions(files)?.source ?? '';
    const read = { definition, messages: catalogue(definition), functions, storedAt: createdAt };
    cache.set(id, read, { size: Math.min(body.length + functions.length, CACHED_CHARACTERS) });
    return read;
  }

  return {
    /** By definition id. */
    async read(db: Db, ids: readonly string[]): Promise<Map<string, ReadBot>> {
      const wanted = [...new Set(ids)];
      const found = new Map<string, ReadBot>();
      for (const id of wanted) {
        const known = cache.get(id);
        if (known) found.set(id, known);
      }
      const records = await findDefinitions(
        db,
        wanted.filter((id) => !found.has(id)),
      );
      for (const record of records) {
        const { definition: raw, config, files } = filesOf(record);
        const { definition } = readDefinition(raw, config ?? undefined);
        const read = keep(record.id, record, definition, files);
        found.set(record.id, read);
      }
      return found;
    },

    /** Remembers what somebody else has parsed: the files of a record, which a bot has now. */
    know(record: DefinitionRecord, { definitionId }: BotRecord, definition: Definition): void {
      if (definitionId !== null && !cache.has(definitionId))
        keep(definitionId, record, definition, record.companions?.files ?? []);
    },

    /** The definitions of bots, by bot id; a bot without one has standard responses only. */
    async ofBots(db: Db, bots: readonly BotRecord[]): Promise<Map<string, ReadBot>> {
      const read = await this.read(
        db,
        bots.flatMap((bot) => bot.definitionId ?? []),
      );
      return new Map(bots.map((bot) => [bot.id, (bot.definitionId && read.get(bot.definitionId)) || blank(bot)]));
    },
  };
}

function blank(bot: BotRecord): ReadBot {
  const definition = emptyDefinition(bot.name, bot.defaultLanguage);
  return { definition, messages: catalogue(definition), functions: '', storedAt: bot.createdAt };
}
