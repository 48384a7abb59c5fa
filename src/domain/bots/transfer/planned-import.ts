import { AppError, badInput } from '../../../errors.js';
import { appsOfAccount } from '../../../store/tables/apps.js';
import type { BotVersionRecord } from '../../../store/tables/bot-versions.js';
import type { BotRecord } from '../../../store/tables/bots.js';
import type { ChannelRecord } from '../../../store/tables/channels.js';
import { type Viewer, visibleBots } from '../../access.js';
import { createChannels } from '../../channels/channels.js';
import type { SavedChannel } from '../../channels/save.js';
import { nextStep } from '../../channels/save-message.js';
import { type DomainDeps, inOneTransaction, tryOut } from '../../command.js';
import type { DefinitionReader } from '../../definitions.js';
import { createBots } from '../bots.js';
import { createPublish } from '../publish.js';
import {
  filesOfBot,
  type ImportInput,
  type ImportReport,
  readImport,
  storeImport,
  type WithinImport,
} from './import.js';
import { bindImport, type ImportBindings } from './import-bindings.js';
import { type ImportChange, importChanges, NOTHING, partsOfBot } from './import-changes.js';

export interface PlannedImportInput extends ImportInput {
  /** Only tells what it would do. */
  dryRun?: boolean | null | undefined;
  bindings?: ImportBindings | null | undefined;
  /** Asks for the publication of the bot with all its enabled channels. */
  publish?: boolean | null | undefined;
}

export interface PlannedImportReport extends ImportReport {
  applied: boolean;
  changes: ImportChange[];
  /** The channels of the bindings, with what was said when they were saved. */
  bound: SavedChannel[];
  version: BotVersionRecord | null;
}

/**
 * Imports a bot, binds its channels and variables to what there is here, and asks for its publication; or tells what that would
 * do. In one transaction: what is refused changes nothing. NOT_FOUND for the bot, BAD_USER_INPUT naming the field.
 */
export async function plannedImport(
  deps: DomainDeps,
  reader: DefinitionReader,
  viewer: Viewer,
  input: PlannedImportInput,
  within?: WithinImport,
): Promise<PlannedImportReport> {
  const ready = await readImport(deps, viewer, input);
  const { target, prepared } = ready;
  const files = target ? await filesOfBot(deps, target) : [];
  const known = target ? (await reader.ofBots(deps.database.read, [target])).get(target.id) : null;
  const dryRun = input.dryRun ?? false;
  return (dryRun ? tryOut : inOneTransaction)(deps, viewer, async (joined) => {
    const { write } = joined.database;
    const before = target
      ? { bot: target, definition: known?.definition ?? null, files, ...(await partsOfBot(write, target.id)) }
      : NOTHING;
    const report = await storeImport(joined, viewer, ready, within);
    const { bot } = report;
    const apps = await appsOfAccount(write, viewer.accountId, visibleBots(viewer), false);
    const imported = await partsOfBot(write, bot.id);
    const bound = await bindImport(
      { channels: createChannels(joined), bots: createBots(joined) },
      viewer,
      input.bindings ?? {},
      { botId: bot.id, apps, channels: imported.channels, variableKeys: imported.variables.map(({ key }) => key) },
    );
    const after = {
      ...(await partsOfBot(write, bot.id)),
      bot,
      definition: prepared.definition,
      files: prepared.files.files,
    };
    const changes = importChanges(before, after, (id) => apps.find(({ clientId }) => clientId === id)?.name ?? id);
    reader.know(ready.record, bot, prepared.definition);
    const version = input.publish ? await publish(joined, reader, viewer, bot) : null;
    const filled = new Set(input.bindings?.variables?.map(({ key }) => `config.envVariables[${key}]`));
    return {
      ...report,
      channels: [...after.channels],
      warnings: report.warnings.filter(({ path }) => !filled.has(path)),
      applied: !dryRun,
      changes: [
        ...withRequests(changes, after.channels, bound),
        ...(version ? [publication(bot, version, after.channels)] : []),
      ],
      bound: dryRun ? bound.map((saved) => ({ ...saved, signingSecret: null })) : bound,
      version: dryRun ? null : version,
    };
  });
}

/** With what is still to be done about the channels. */
const withRequests = (
  changes: readonly ImportChange[],
  after: readonly ChannelRecord[],
  bound: readonly SavedChannel[],
) =>
  changes.map((change): ImportChange => {
    const channel = change.kind === 'Channel' ? after.find(({ name }) => name === change.name) : undefined;
    if (!channel) return change;
    const request = bound.find((saved) => saved.channel.id === channel.id)?.approvalRequest ?? null;
    return { ...change, warnings: [nextStep(channel, request)] };
  });

/** BAD_USER_INPUT (`publish`) when no channel is ready to be published. */
async function publish(deps: DomainDeps, reader: DefinitionReader, viewer: Viewer, bot: BotRecord) {
  try {
    const comment = `Import of ${bot.name}`;
    return await createPublish(deps, reader).publish(viewer, { botId: bot.id, channelIds: null, comment });
  } catch (error) {
    throw error instanceof AppError && error.code === 'BAD_USER_INPUT' ? badInput('publish', error.message) : error;
  }
}

function publication({ name }: BotRecord, { number, status }: BotVersionRecord, channels: readonly ChannelRecord[]) {
  const names = channels.filter(({ enabled }) => enabled).map((channel) => channel.name);
  const warning =
    status === 'LIVE' ? `Version ${number} is live.` : `An ADMIN has to approve version ${number} (PUBLISH).`;
  const fields = { channels: { from: null, to: names } };
  return { action: 'PUBLISH' as const, kind: 'Bot', name, fields, warnings: [warning] };
}
