import { catalogue } from '../../../definition/catalogue.js';
import type { Definition, ReadWarning } from '../../../definition/definition.js';
import { isObject, objects } from '../../../definition/json.js';
import { readDefinition } from '../../../definition/read.js';
import { badInput, notFound } from '../../../errors.js';
import { botId as newBotId, channelId as newChannelId, rowId } from '../../../ids.js';
import { type BotVariableRecord, saveBotVariables, variablesOf } from '../../../store/bot-variables.js';
import { type BotRecord, findBot, insertBot, lockBot, updateBot } from '../../../store/bots.js';
import {
  botsThatEverHadChannels,
  type ChannelRecord,
  channelsOfBots,
  insertChannels,
} from '../../../store/channels.js';
import { findDefinitions } from '../../../store/definitions.js';
import { findOverride, insertOverrides, updateOverride } from '../../../store/message-overrides.js';
import { assertMay, type Viewer } from '../../access.js';
import { newChannel } from '../../channels/new-channel.js';
import { type Command, type DomainDeps, runCommand } from '../../command.js';
import { type BotFiles, openFiles, storeDefinition, toDefinitionRecord } from '../../definitions.js';
import { contentsInput } from '../../messages/contents-input.js';
import { nameInput } from '../../text-input.js';
import { engineOf } from '../engine-settings.js';
import { newBot } from '../new-bot.js';
import { variablePlace } from '../variables.js';
import { isSecretVariable, redact } from './credentials.js';
import { EXTRAS_KEY, type Extras, readExtras } from './extras.js';
import { mergeDefinitions } from './merge.js';
import { runWarnings } from './run-warnings.js';

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

/** The file as it will be stored, worked out before the transaction. */
interface Prepared {
  files: BotFiles;
  secrets: Record<string, string>;
  definition: Definition;
  extras: Extras;
  warnings: ReadWarning[];
}

/**
 * Takes a bot export in: into a new bot, over a bot, or into one. Its channels become placeholders, or stay as they are
 * where the bot has one of that name. NOT_FOUND for the bot, BAD_USER_INPUT naming what is wrong with the file.
 */
export async function importBot(deps: DomainDeps, viewer: Viewer, input: ImportInput): Promise<ImportReport> {
  assertMay(viewer, 'bot.import');
  const target = await targetOf(deps, viewer, input);
  const incoming = toFiles(input);
  const present = target && input.mode === 'INCREMENTAL' ? await presentFiles(deps, target) : null;
  const prepared = prepare(present ? mergeFiles(present, incoming) : incoming);
  const ofFile = readDefinition(incoming.definition, incoming.config ?? undefined).definition;
  const messages = catalogue(ofFile);
  const { files, secrets } = prepared;
  const record = toDefinitionRecord(deps.vault, viewer.accountId, files, secrets, deps.clock.now());

  return runCommand(deps, viewer, 'bot.import', async (command) => {
    const definitionId = await storeDefinition(command.trx, record);
    const bot = target
      ? await fill(deps, command, target.id, prepared, definitionId)
      : await create(deps, command, input, prepared, definitionId);
    const variableWarnings = await importVariables(deps, command, bot, ofFile, incoming.config, input.mode);
    const channels = await importChannels(
      command,
      bot,
      ofFile,
      objectsOfChannels(incoming.definition),
      prepared.extras,
    );
    const imported = await importOverrides(command, bot, channels, prepared.extras);
    command.audit(bot.id, { mode: input.mode, name: bot.name, definitionId });
    command.changed('bot', bot.id);
    return {
      bot,
      dialogs: ofFile.dialogs.length,
      messages: messages.length,
      overrides: imported + messages.reduce((sum, message) => sum + message.channels.length, 0),
      channels,
      warnings: [...prepared.warnings, ...variableWarnings],
    };
  });
}

async function targetOf(
  { database }: DomainDeps,
  viewer: Viewer,
  { mode, botId }: ImportInput,
): Promise<BotRecord | null> {
  if (mode === 'NEW') {
    if (botId) throw badInput('botId', 'NEW makes a bot of its own: leave botId out, or use FULL or INCREMENTAL.');
    return null;
  }
  if (!botId) throw badInput('botId', `${mode} needs the botId of the bot to import into.`);
  const bot = await findBot(database.read, viewer.accountId, botId);
  if (!bot) throw notFound('bot', botId);
  return bot;
}

/** BAD_USER_INPUT (`definition`, `config`, `files`) when these are not the files of a bot. */
function toFiles(input: ImportInput): BotFiles {
  readDefinition(input.definition, input.config); // refuses what is no bot file
  const files = (input.files ?? []).map(({ name, content }) => ({ name, content }));
  const twice = files.find((file, index) => files.findIndex((one) => one.name === file.name) !== index);
  if (twice) throw badInput('files', `There are two files named "${twice.name}".`);
  return {
    definition: isObject(input.definition) ? { ...input.definition } : {},
    config: isObject(input.config) ? { ...input.config } : null,
    files,
  };
}

async function presentFiles({ database, vault }: DomainDeps, bot: BotRecord): Promise<BotFiles | null> {
  const [record] = bot.definitionId === null ? [] : await findDefinitions(database.read, [bot.definitionId]);
  return record ? openFiles(vault, record) : null;
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
  const { definition, warnings: readWarnings } = readDefinition(whole.definition, whole.config ?? undefined);
  const extras = readExtras(whole.config);
  for (const [index, override] of extras.overrides.entries()) {
    if (override.contents.length === 0)
      throw badInput('config', `config.hookswitch.overrides[${index}] has no contents.`);
    contentsInput(override.contents);
  }
  const { [EXTRAS_KEY]: _, ...config } = files.config ?? {}; // written anew by each export
  return {
    files: { ...files, config: files.config && config },
    secrets,
    definition,
    extras,
    warnings: [...readWarnings, ...runWarnings(whole.definition, definition), ...warnings],
  };
}

async function create(
  deps: DomainDeps,
  { trx, viewer, now }: Command,
  input: ImportInput,
  { definition, extras }: Prepared,
  definitionId: string,
): Promise<BotRecord> {
  const name = nameInput(input.name ?? definition.name);
  const blank = newBot({ id: newBotId(), accountId: viewer.accountId, name, now });
  const bot: BotRecord = { ...blank, ...settingsOf(deps, blank, definition, extras), definitionId };
  await insertBot(trx, bot);
  return bot;
}

async function fill(
  deps: DomainDeps,
  { trx, viewer, now }: Command,
  botId: string,
  { definition, extras }: Prepared,
  definitionId: string,
): Promise<BotRecord> {
  const present = await lockBot(trx, viewer.accountId, botId);
  if (!present) throw notFound('bot', botId);
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

/** The file's variables; a secured one that comes empty keeps what the bot has. */
async function importVariables(
  { vault }: DomainDeps,
  { trx }: Command,
  bot: BotRecord,
  { variables }: Definition,
  config: BotFiles['config'],
  mode: ImportMode,
): Promise<ReadWarning[]> {
  const present = new Map((await variablesOf(trx, [bot.id])).map((variable) => [variable.key, variable]));
  const entries = new Map(objects(config?.envVariables).map((entry) => [entry.key, entry]));
  const warnings: ReadWarning[] = [];
  const records = [...new Map(variables.map((variable) => [variable.key, variable])).values()].map(
    (variable): BotVariableRecord => {
      const { key, value } = variable;
      const path = `config.envVariables[${key}]`;
      const clear = !variable.secured && isSecretVariable(key, value) && value !== '' && !value.includes('{{');
      const secured = variable.secured || clear;
      const kept = present.get(key);
      const valueCipher = secured && value !== '' ? vault.seal(value, variablePlace(bot.id, key)) : null;
      const filled = valueCipher ?? (secured ? (kept?.valueCipher ?? null) : null);
      if (clear)
        warnings.push({ path, message: `The variable "${key}" holds a credential in clear text: it is secured now.` });
      if (secured && filled === null) {
        warnings.push({ path, message: `Fill in the secured variable "${key}": its value is not in the file.` });
      }
      const fileEntry = withoutValue(entries.get(key), secured);
      return { botId: bot.id, key, secured, value: secured ? null : value, valueCipher: filled, fileEntry };
    },
  );
  if (mode === 'FULL') await removeOthers(trx, bot.id, records, present);
  await saveBotVariables(trx, bot.id, records);
  return warnings;
}

async function removeOthers(
  trx: Command['trx'],
  botId: string,
  records: readonly BotVariableRecord[],
  present: ReadonlyMap<string, unknown>,
): Promise<void> {
  const named = new Set(records.map((record) => record.key));
  const gone = [...present.keys()].filter((key) => !named.has(key));
  if (gone.length > 0) await trx('bot_variables').where({ bot_id: botId }).whereIn('key', gone).delete();
}

function withoutValue(entry: unknown, secured: boolean): Record<string, unknown> | null {
  if (!isObject(entry)) return null;
  return secured ? { ...entry, value: '' } : { ...entry };
}

const objectsOfChannels = (definition: BotFiles['definition']): Record<string, unknown>[] =>
  objects(definition.channels)
    .filter((entry) => entry.type === 'ivr')
    .map((entry) => ({ ...entry }));

/** New placeholders for channels the bot has none of that name of; all channels of the bot then. */
async function importChannels(
  { trx, now, changed }: Command,
  bot: BotRecord,
  definition: Definition,
  entries: readonly Record<string, unknown>[],
  extras: Extras,
): Promise<ChannelRecord[]> {
  const present = (await channelsOfBots(trx, [bot.id])).get(bot.id) ?? [];
  const names = new Set(present.map((channel) => channel.name));
  const settings = new Map(extras.channels.map((channel) => [channel.name, channel]));
  const wanted = extras.channels.find((channel) => channel.isDefault)?.name ?? definition.channels[0]?.name;
  const first = !(await botsThatEverHadChannels(trx, [bot.id])).has(bot.id);
  const placeholders: ChannelRecord[] = [];
  for (const [index, channel] of definition.channels.entries()) {
    const name = freeName(
      channel.name,
      names,
      names.has(channel.name) && present.some((one) => one.name === channel.name),
    );
    if (name === null) continue;
    names.add(name);
    const { isDefault: _, ...own } = settings.get(channel.name) ?? {};
    placeholders.push({
      ...newChannel({
        id: newChannelId(),
        bot,
        name,
        mode: channel.async ? 'ASYNC' : 'SYNC',
        isDefault: first && channel.name === wanted && !placeholders.some((one) => one.isDefault),
        now: now + index /* in the file's order */,
      }),
      ...own,
      name,
      enabled: channel.enabled,
      enablePolling: channel.polling,
      fileEntry: entries[index] ?? null,
    });
  }
  await insertChannels(trx, placeholders);
  for (const channel of placeholders) changed('channel', channel.id);
  return [...present, ...placeholders];
}

/** Null for a channel the bot has; two of one name in a file are told apart by a number. */
function freeName(name: string, taken: ReadonlySet<string>, has: boolean): string | null {
  if (has) return null;
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name} (${number})`;
  return free;
}

/** The overrides this server exported, to the channels of their names. */
async function importOverrides(
  { trx, now }: Command,
  bot: BotRecord,
  channels: readonly ChannelRecord[],
  { overrides }: Extras,
): Promise<number> {
  const ids = new Map(channels.map((channel) => [channel.name, channel.id]));
  let imported = 0;
  for (const { messageKey, channel, language, contents } of overrides) {
    const channelId = channel === null ? null : ids.get(channel);
    if (channelId === undefined) continue;
    const target = { botId: bot.id, messageKey, channelId, language };
    const present = await findOverride(trx, target);
    if (present) await updateOverride(trx, present.id, { contents, updatedAt: now });
    else await insertOverrides(trx, [{ ...target, id: rowId('ov'), contents, updatedAt: now }]);
    imported += 1;
  }
  return imported;
}
