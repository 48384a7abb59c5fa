import { isObject, objects, string } from '../../../definition/json.js';
import { conflict, notFound } from '../../../errors.js';
import type { Db } from '../../../store/database/database.js';
import { type BotVariableRecord, variablesOf, waitingVariablesOf } from '../../../store/tables/bot-variables.js';
import { channelIdsOfVersions, findBotVersions, overridesInForce } from '../../../store/tables/bot-versions.js';
import { type BotRecord, findBot } from '../../../store/tables/bots.js';
import { type ChannelRecord, channelsOfBots } from '../../../store/tables/channels.js';
import { findDefinitions } from '../../../store/tables/definitions.js';
import { type OverrideSnapshot, overridesOfBots } from '../../../store/tables/message-overrides.js';
import { WEBHOOK_TYPE } from '../../../vocabulary.js';
import { assertMayWith, assertMayWithSome, type Viewer } from '../../access.js';
import { type DomainDeps, runCommand } from '../../command.js';
import { type BotFiles, filesOf } from '../../definitions.js';
import { asSaved } from '../variables.js';
import { EXTRAS_KEY, writeExtras } from './extras.js';
import { writeTypeOverrides } from './type-overrides.js';

/** LATEST: as it stands, with what waits for its publish. PUBLISHED: the live version. */
export type ExportedState = 'LATEST' | 'PUBLISHED';

/**
 * A bot's files, in the format of the import: every key that came in, its channels and variables as they are now. Secret
 * values are empty; apps, addresses of callbacks and tokens never leave. NOT_FOUND; CONFLICT when there is no live version.
 */
export async function exportBot(
  deps: DomainDeps,
  viewer: Viewer,
  botId: string,
  state: ExportedState = 'LATEST',
): Promise<BotFiles> {
  assertMayWithSome(viewer, 'bot.export');
  const db = deps.database.read;
  const present = await findBot(db, viewer.accountId, botId);
  if (!present) throw notFound('bot', botId);
  assertMayWith(viewer, 'bot.export', present.id, () => notFound('bot', botId));
  const { bot, channels, variables, overrides } = await (state === 'LATEST' ? latest : published)(db, present);
  const [record] = bot.definitionId === null ? [] : await findDefinitions(db, [bot.definitionId]);
  const files: BotFiles = record ? filesOf(record) : blankFiles(bot);
  await runCommand(deps, viewer, 'bot.export', async ({ allow, audit }) => {
    allow(botId);
    audit(botId, { name: bot.name, ...(state === 'PUBLISHED' && { state }) });
  });
  return {
    definition: writeTypeOverrides(
      { ...files.definition, channels: toChannels(deps.hookUrl, files, channels) },
      overrides,
    ),
    config: {
      ...files.config,
      name: bot.name,
      envVariables: variables.map(toVariable),
      [EXTRAS_KEY]: writeExtras(bot, channels, overrides),
    },
    files: files.files,
  };
}

/** What an export is written from. */
interface Exported {
  bot: BotRecord;
  channels: readonly ChannelRecord[];
  variables: readonly BotVariableRecord[];
  overrides: readonly OverrideSnapshot[];
}

async function latest(db: Db, bot: BotRecord): Promise<Exported> {
  return {
    bot,
    channels: (await channelsOfBots(db, [bot.id])).get(bot.id) ?? [],
    variables: asSaved(await variablesOf(db, [bot.id]), await waitingVariablesOf(db, [bot.id])),
    overrides: await overridesOfBots(db, [bot.id]),
  };
}

async function published(db: Db, bot: BotRecord): Promise<Exported> {
  const [version] = bot.liveVersionId === null ? [] : await findBotVersions(db, [bot.liveVersionId]);
  if (!version) throw conflict(`The bot "${bot.name}" has no live version. Publish it first, or export the latest.`);
  const { definitionId, engine, engineSettings, defaultLanguage, sessionTimeoutMinutes } = version;
  const selected = (await channelIdsOfVersions(db, [version.id])).get(version.id) ?? [];
  const channels = (await channelsOfBots(db, [bot.id])).get(bot.id) ?? [];
  return {
    bot: { ...bot, definitionId, engine, engineSettings, defaultLanguage, sessionTimeoutMinutes },
    channels: channels.filter(({ id }) => selected.includes(id)),
    variables: await variablesOf(db, [bot.id]),
    overrides: await overridesInForce(db, version),
  };
}

/** The file of a bot that was made here. */
function blankFiles(bot: BotRecord): BotFiles {
  const language = bot.defaultLanguage;
  return {
    definition: {
      _id: bot.id,
      type: 'default',
      defaultLanguage: language,
      supportedLanguages: [language],
      localeData: { [language]: { name: bot.name, description: bot.description ?? '' } },
      dialogs: [],
      dialogComponents: [],
    },
    config: null,
    files: [],
  };
}

/** Replaces the webhook entries; entries of other types keep their content and position. */
function toChannels(hookUrl: DomainDeps['hookUrl'], files: BotFiles, channels: readonly ChannelRecord[]): unknown[] {
  const own = channels.map((channel) => {
    const { enabled, enablePolling, fileEntry, mode, name } = channel;
    return {
      notification: { acl: [] },
      ...fileEntry,
      displayName: name,
      type: WEBHOOK_TYPE,
      isAsync: mode === 'ASYNC',
      enable: enabled,
      enablePolling,
      url_v2: hookUrl(channel),
    };
  });
  const kept = objects(files.definition.channels).flatMap((entry) =>
    entry.type === WEBHOOK_TYPE ? own.splice(0, 1) : [entry],
  );
  return [...kept, ...own];
}

function toVariable({ key, secured, value, fileEntry }: BotVariableRecord): Record<string, unknown> {
  const blank = {
    variableType: 'env',
    hint: '',
    scope: 'prePopulated',
    group: '',
    propagateValue: false,
    vNameSpace: [],
  };
  const entry = isObject(fileEntry) ? fileEntry : blank;
  // A number or a list in the file reads as text; where the text is still that, it goes out as it came.
  const unchanged = !secured && 'value' in entry && string(entry.value) === (value ?? '');
  return { ...entry, key, value: unchanged ? entry.value : secured ? '' : (value ?? ''), isSecured: secured };
}
