import { type BotVersionRecord, channelIdsOfVersions, findBotVersions } from '../../store/bot-versions.js';
import type { BotRecord } from '../../store/bots.js';
import { type ChannelRecord, findChannels } from '../../store/channels.js';
import type { Db } from '../../store/database.js';
import { type DomainDeps, differences } from '../command.js';

/** What a version would change for its users, against the live one, in words an admin can judge. */
export async function versionChanges(
  _deps: DomainDeps,
  db: Db,
  bot: BotRecord,
  version: BotVersionRecord,
  channels: readonly ChannelRecord[],
): Promise<Record<string, unknown>> {
  const [live] = bot.liveVersionId ? await findBotVersions(db, [bot.liveVersionId]) : [];
  const before = live && (await channelIdsOfVersions(db, [live.id])).get(live.id);
  const removed = (before ?? []).filter((id) => !channels.some((channel) => channel.id === id));
  const gone = await findChannels(db, bot.accountId, removed);
  return {
    version: { from: live?.number ?? null, to: version.number },
    channels: {
      added: channels.filter((channel) => !before?.includes(channel.id)).map((channel) => channel.name),
      removed: gone.map((channel) => channel.name),
    },
    settings: live
      ? differences(live, version, ['engine', 'engineSettings', 'defaultLanguage', 'sessionTimeoutMinutes'])
      : {},
  };
}
