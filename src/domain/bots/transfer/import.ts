import { isFunctions, MAX_FUNCTIONS } from '../../../definition/bot-functions.js';
import { catalogue } from '../../../definition/catalogue.js';
import type { Definition, ReadWarning } from '../../../definition/definition.js';
import { isObject } from '../../../definition/json.js';
import { readDefinition, refuseUniversalBot } from '../../../definition/read.js';
import { scriptFault } from '../../../definition/script-fault.js';
import { unwrap } from '../../../definition/unwrap.js';
import { badInput, notFound } from '../../../errors.js';
import { botId as newBotId } from '../../../ids.js';
import { type BotRecord, findBot, insertBot, updateBot } from '../../../store/tables/bots.js';
import type { ChannelRecord } from '../../../store/tables/channels.js';
import { type DefinitionRecord, findDefinitions } from '../../../store/tables/definitions.js';
import { WEBHOOK_TYPE } from '../../../vocabulary.js';
import { assertMay, assertMayWith, assertMayWithSome, type Viewer } from '../../access.js';
import { type Command, type DomainDeps, runCommand } from '../../command.js';
import { type BotFiles, filesOf, openFiles, storeDefinition, toDefinitionRecord } from '../../definitions.js';
import { contentsInput } from '../../messages/contents-input.js';
import { MAX_NAME, nameInput } from '../../text-input.js';
import { engineOf } from '../engine-settings.js';
import { lockExisting } from '../lock-existing.js';
import { newBot } from '../new-bot.js';
import { redact } from './credentials.js';
import { EXTRAS_KEY, type Extras, readExtras } from './extras.js';
import { importChannels } from './import-channels.js';
import { importVariables } from './import-variables.js';
import { mergeDefinitions } from './merge.js';
import { importOverrides } from './overrides.js';
import { runWarnings } from './run-warnings.js';
import { takeTypeOverrides } from './type-overrides.js';

export type ImportMode = 'NEW' | 'FULL' | 'INCREMENTAL';

export interface ImportInput {
  /** The content of botDefinition.json or appDefinition.json. */
  definition: unknown;
  config?: unknown;
  files?: readonly { name: string; content: string }[] | null | undefined;
  mode: ImportMode;
  botId?: string | null | undefined;
  name?: string | null | undefined;
}

export interface ImportReport {
  bot: BotRecord;
  dialogs: number;
  messages: number;
  overrides: number;
  channels: ChannelRecord[];
  warnings: ReadWarning[];
}

/** The files as they will be stored, prepared before the transaction. */
export interface Prepared {
  files: BotFiles;
  secrets: Record<string, string>;
  definition: Definition;
  extras: Extras;
  warnings: ReadWarning[];
}

/** Something done within the transaction of an import, once all else is stored. */
export type WithinImport = (command: Command, report: ImportReport) => Promise<void>;

/** An import that has been read and only has to be stored. */
export interface ReadyImport {
  input: ImportInput;
  /** The bot it goes into; null: a new one. */
  target: BotRecord | null;
  incoming: BotFiles;
  /** What the incoming files hold. */
  ofFile: Definition;
  /** The files as the bot will have them. */
  prepared: Prepared;
  record: DefinitionRecord;
  /** Hash of the files as they came. */
  warnings: ReadWarning[];
}

/**
 * Imports a bot export: as a new bot, replacing a bot, or merged into one. Its channels become placeholders, or stay as they are
 * where the bot has one of that name. NOT_FOUND for the bot, BAD_USER_INPUT naming what is wrong with the file.
 */
export const importBot = async (deps: DomainDeps, viewer: Viewer, input: ImportInput): Promise<ImportReport> =>
  storeImport(deps, viewer, await readImport(deps, viewer, input));

/** Reads and checks the files, which may take a while. Errors as of `importBot`. */
export async function readImport(deps: DomainDeps, viewer: Viewer, input: ImportInput): Promise<ReadyImport> {
  assertMayWithSome(viewer, 'bot.import');
  const target = await targetOf(deps, viewer, input);
  const { incoming, warnings } = toFiles(input);
  const present = target && input.mode === 'INCREMENTAL' ? await presentFiles(deps, target) : null;
  const prepared = prepare(present ? mergeFiles(present, incoming) : incoming);
  const { definition: ofFile } = readDefinition(incoming.definition, incoming.config ?? undefined);
  const { files, secrets } = prepared;
  const record = toDefinitionRecord(deps.vault, viewer.accountId, files, secrets, deps.clock.now());
  return { input, target, incoming, ofFile, prepared, record, warnings };
}

/** Stores an import that was read, in one transaction. */
export function storeImport(
  deps: DomainDeps,
  viewer: Viewer,
  { input, target, incoming, ofFile, prepared, record, warnings }: ReadyImport,
  within: WithinImport = async () => {},
): Promise<ImportReport> {
  const messages = catalogue(ofFile);
  return runCommand(deps, viewer, 'bot.import', async (command) => {
    const definitionId = await storeDefinition(command.trx, record);
    const bot = target
      ? await fill(deps, command, target.id, prepared, definitionId)
      : await create(deps, command, input, prepared, definitionId);
    const { variables, channels: read } = ofFile;
    const replace = input.mode === 'FULL';
    const { config } = incoming;
    const variableWarnings = await importVariables(deps, command, bot, { read: variables, config, replace });
    const channels = await importChannels(command, bot, { read, raw: incoming.definition }, prepared.extras);
    const imported = await importOverrides(command, bot, channels, prepared.extras.overrides);
    command.audit(bot.id, { mode: input.mode, name: bot.name, definitionId });
    command.changed('bot', bot.id);
    const report: ImportReport = {
      bot,
      dialogs: ofFile.dialogs.length,
      messages: messages.length,
      overrides: imported + messages.reduce((sum, message) => sum + message.channels.length, 0),
      channels,
      warnings: [...warnings, ...prepared.warnings, ...variableWarnings],
    };
    await within(command, report);
    return report;
  });
}

/**
 * The files of a bot as they are stored where channels, variables, overrides and settings have documents of their own: without
 * these. BAD_USER_INPUT as of an import.
 */
export function prepareDefinition(input: Pick<ImportInput, 'definition' | 'config' | 'files'>): Prepared {
  const { incoming, warnings } = toFiles({ ...input, mode: 'FULL' });
  const prepared = prepare(withoutPlaces(incoming));
  return { ...prepared, warnings: [...warnings, ...prepared.warnings] };
}

/** Files without the webhook channels, variables and extras in them. */
export function withoutPlaces({ definition, config, files }: BotFiles): BotFiles {
  const { channels } = definition;
  const { envVariables: _, [EXTRAS_KEY]: __, ...kept } = config ?? {};
  return {
    definition: Array.isArray(channels)
      ? { ...definition, channels: channels.filter((entry) => !isObject(entry) || entry.type !== WEBHOOK_TYPE) }
      : definition,
    config: config && Object.keys(kept).length > 0 ? kept : null,
    files: [...files].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Replaces the dialogs, messages and files of a bot; its channels, variables, overrides and settings stay. NOT_FOUND. */
export function setDefinition(
  deps: DomainDeps,
  viewer: Viewer,
  botId: string,
  { files, secrets }: Pick<Prepared, 'files' | 'secrets'>,
): Promise<BotRecord> {
  return runCommand(deps, viewer, 'bot.import', async (command) => {
    const { trx, now } = command;
    const present = await lockExisting(command, botId);
    const record = toDefinitionRecord(deps.vault, viewer.accountId, files, secrets, now);
    const definitionId = await storeDefinition(trx, record);
    const change = { definitionId, ownDefinition: true, revision: present.revision + 1, updatedAt: now };
    await updateBot(trx, botId, change);
    command.audit(botId, { mode: 'FULL', name: present.name, definitionId });
    command.changed('bot', botId);
    return { ...present, ...change };
  });
}

async function targetOf(
  { database }: DomainDeps,
  viewer: Viewer,
  { mode, botId }: ImportInput,
): Promise<BotRecord | null> {
  if (mode === 'NEW') {
    assertMay(viewer, 'bot.import');
    if (botId) throw badInput('botId', 'NEW makes a bot of its own: leave botId out, or use FULL or INCREMENTAL.');
    return null;
  }
  if (!botId) throw badInput('botId', `${mode} needs the botId of the bot to import into.`);
  const bot = await findBot(database.read, viewer.accountId, botId);
  if (!bot) throw notFound('bot', botId);
  assertMayWith(viewer, 'bot.import', bot.id, () => notFound('bot', botId));
  return bot;
}

/** BAD_USER_INPUT (`definition`, `config`, `files`) when these are not the files of a bot. */
function toFiles(input: ImportInput): { incoming: BotFiles; warnings: ReadWarning[] } {
  const { value: definition, left } = unwrap(input.definition, 'definition');
  const { value: config } = unwrap(input.config, 'config');
  readDefinition(definition, config); // refuses what is no bot file
  refuseUniversalBot(definition);
  const files = (input.files ?? []).map(({ name, content }) => ({ name, content }));
  const twice = files.find((file, index) => files.findIndex((one) => one.name === file.name) !== index);
  if (twice) throw badInput('files', `There are two files named "${twice.name}".`);
  const large = files.find(({ name, content }) => isFunctions(name) && Buffer.byteLength(content) > MAX_FUNCTIONS);
  if (large)
    throw badInput('files', `The file "${large.name}" is too large: a file of functions may have at most 500 KB.`);
  const ofBot = isObject(definition) ? definition : {};
  const ofConfig = isObject(config) ? { ...config } : null;
  return {
    incoming: {
      definition: ofConfig && EXTRAS_KEY in ofConfig ? takeTypeOverrides(ofBot) : { ...ofBot },
      config: ofConfig,
      files,
    },
    warnings: left.map((key) => ({
      path: key,
      message: `"${key}" stands beside the bot definition, and was left out.`,
    })),
  };
}

async function presentFiles({ database, vault }: DomainDeps, bot: BotRecord): Promise<BotFiles | null> {
  const [record] = bot.definitionId === null ? [] : await findDefinitions(database.read, [bot.definitionId]);
  return record ? openFiles(vault, record) : null;
}

/** The files that a bot has beside its definition. */
export async function filesOfBot({ database }: DomainDeps, bot: BotRecord): Promise<BotFiles['files']> {
  const [record] = bot.definitionId === null ? [] : await findDefinitions(database.read, [bot.definitionId]);
  return record ? filesOf(record).files : [];
}

function mergeFiles(present: BotFiles, incoming: BotFiles): BotFiles {
  const names = new Set(incoming.files.map((file) => file.name));
  return {
    definition: mergeDefinitions(present.definition, incoming.definition),
    config: present.config || incoming.config ? { ...present.config, ...incoming.config } : null,
    files: [...present.files.filter((file) => !names.has(file.name)), ...incoming.files],
  };
}

function prepare(whole: BotFiles): Prepared {
  const { files, secrets, warnings } = redact(whole);
  const { definition, warnings: readWarnings } = readDefinition(files.definition, files.config ?? undefined);
  const extras = readExtras(whole.config);
  for (const [index, override] of extras.overrides.entries()) {
    if (override.contents.length === 0)
      throw badInput('config', `config.hookswitch.overrides[${index}] has no contents.`);
    contentsInput(override.contents);
    for (const { type, value } of override.contents) {
      const fault = type === 'SCRIPT' ? scriptFault(value) : null;
      const path = `config.${EXTRAS_KEY}.overrides[${index}]`;
      if (fault !== null) warnings.push({ path, message: `Its script does not parse (${fault}); it says nothing.` });
    }
  }
  const { [EXTRAS_KEY]: _, ...config } = files.config ?? {}; // written anew by each export
  return {
    files: { ...files, config: files.config && config },
    secrets,
    definition,
    extras,
    warnings: [...readWarnings, ...runWarnings(files.definition, definition, files.files), ...warnings],
  };
}

async function create(
  deps: DomainDeps,
  { trx, viewer, now }: Command,
  input: ImportInput,
  { definition, extras }: Prepared,
  definitionId: string,
): Promise<BotRecord> {
  const name = nameInput(input.name ?? shortened(extras.name || definition.name));
  const blank = newBot({ id: newBotId(), accountId: viewer.accountId, name, now });
  const bot: BotRecord = { ...blank, ...settingsOf(deps, blank, definition, extras), definitionId };
  await insertBot(trx, bot);
  return bot;
}

/** Files may hold longer names than this server gives. */
const shortened = (name: string): string => name.trim().slice(0, MAX_NAME) || 'Bot';

async function fill(
  deps: DomainDeps,
  command: Command,
  botId: string,
  { definition, extras }: Prepared,
  definitionId: string,
): Promise<BotRecord> {
  const { trx, now } = command;
  const present = await lockExisting(command, botId);
  const bot: BotRecord = {
    ...present,
    ...settingsOf(deps, present, definition, extras),
    definitionId,
    ownDefinition: true,
    revision: present.revision + 1,
    updatedAt: now,
  };
  await updateBot(trx, bot.id, bot);
  return bot;
}

function settingsOf(
  { vault, checkPostUrl }: DomainDeps,
  bot: BotRecord,
  definition: Definition,
  extras: Extras,
): Partial<BotRecord> {
  const engine = engineOf(vault, bot.id, bot, extras, checkPostUrl);
  return {
    ...engine,
    description: extras.description ?? (definition.description || bot.description),
    defaultLanguage: extras.defaultLanguage ?? definition.defaultLanguage,
    sessionTimeoutMinutes:
      extras.sessionTimeoutMinutes ?? definition.sessionTimeoutMinutes ?? bot.sessionTimeoutMinutes,
  };
}
