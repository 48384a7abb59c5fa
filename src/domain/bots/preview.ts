import { notFound } from '../../errors.js';
import { waitingVariablesOf } from '../../store/tables/bot-variables.js';
import { channelIdsOfVersions, findVersionByNumber } from '../../store/tables/bot-versions.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { findChannels } from '../../store/tables/channels.js';
import { overridesOfBots } from '../../store/tables/message-overrides.js';
import { assertMay, type Viewer } from '../access.js';
import type { DomainDeps } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import { versionOf } from './publish.js';
import { versionChanges } from './version-changes.js';

/** Previews of what a publish would change for the users of a bot. */
export function createPreview({ database, clock }: DomainDeps, reader: DefinitionReader) {
  const db = database.read;
  return {
    /** Against the live version, of the bot as it is with these channels. */
    async publish(viewer: Viewer, bot: BotRecord, channelIds: readonly string[]): Promise<Record<string, unknown>> {
      assertMay(viewer, 'read', bot.id);
      const channels = await findChannels(db, viewer.accountId, channelIds);
      const overrides = await overridesOfBots(db, [bot.id]);
      const variables = await waitingVariablesOf(db, [bot.id]);
      const version = { ...versionOf({ viewer, now: clock.now() }, bot, '', null), overrides, variables };
      return versionChanges(
        reader,
        db,
        bot,
        version,
        channels.filter((channel) => channel.botId === bot.id),
      );
    },

    /** Against the live version, of an earlier one. NOT_FOUND. */
    async rollback(viewer: Viewer, bot: BotRecord, versionNumber: number): Promise<Record<string, unknown>> {
      assertMay(viewer, 'read', bot.id);
      const version = await findVersionByNumber(db, bot.id, versionNumber);
      if (!version) throw notFound('version', String(versionNumber));
      const selected = (await channelIdsOfVersions(db, [version.id])).get(version.id) ?? [];
      return versionChanges(
        reader,
        db,
        bot,
        { ...version, variables: [] },
        await findChannels(db, viewer.accountId, selected),
      );
    },
  };
}
