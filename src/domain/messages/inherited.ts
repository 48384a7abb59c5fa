import type { Db } from '../../store/database/database.js';
import { findBotVersions, mapOverrides } from '../../store/tables/bot-versions.js';
import { type BotRecord, findBotsById } from '../../store/tables/bots.js';
import { channelsOfBots } from '../../store/tables/channels.js';
import type { OverrideSnapshot } from '../../store/tables/message-overrides.js';

/** The live overrides of these smart bots' parents, for the inherited channels; by child. */
export async function inheritedOverrides(db: Db, bots: readonly BotRecord[]): Promise<Map<string, OverrideSnapshot[]>> {
  const children = bots.filter((bot) => bot.parentId !== null);
  if (children.length === 0) return new Map();
  const parents = await findBotsById(
    db,
    children.flatMap((child) => child.parentId ?? []),
  );
  const live = await findBotVersions(
    db,
    parents.flatMap((parent) => parent.liveVersionId ?? []),
  );
  const channels = await channelsOfBots(
    db,
    children.map((child) => child.id),
  );
  const byParent = new Map(live.map((version) => [version.botId, version.overrides]));
  return new Map(
    children.map((child) => {
      const ownChannelOf = (channels.get(child.id) ?? []).map((one) => [one.inheritedFromId ?? '', one.id] as const);
      return [child.id, mapOverrides(byParent.get(child.parentId ?? '') ?? [], new Map(ownChannelOf))];
    }),
  );
}
