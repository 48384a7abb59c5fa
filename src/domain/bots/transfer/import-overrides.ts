import { rowId } from '../../../ids.js';
import type { BotRecord } from '../../../store/tables/bots.js';
import type { ChannelRecord } from '../../../store/tables/channels.js';
import {
  insertOverrides,
  type MessageOverrideRecord,
  type OverrideSnapshot,
  overridesOfBots,
  removeOverrides,
} from '../../../store/tables/message-overrides.js';
import type { Command } from '../../command.js';
import type { Extras } from './extras.js';

/** The overrides this server exported, to the channels of their names. */
export async function importOverrides(
  { trx, now }: Command,
  bot: BotRecord,
  channels: readonly ChannelRecord[],
  { overrides }: Extras,
): Promise<number> {
  const ids = new Map(channels.map((channel) => [channel.name, channel.id]));
  const present = new Map((await overridesOfBots(trx, [bot.id])).map((override) => [targetOf(override), override.id]));
  const imported = new Map<string, MessageOverrideRecord>();
  for (const { messageKey, channel, language, contents } of overrides) {
    const channelId = channel === null ? null : ids.get(channel);
    if (channelId === undefined) continue;
    const target = targetOf({ messageKey, channelId, language });
    const id = present.get(target) ?? rowId('ov');
    imported.set(target, { id, botId: bot.id, messageKey, channelId, language, contents, updatedAt: now });
  }
  const records = [...imported.values()];
  await removeOverrides(
    trx,
    records.map((override) => override.id),
  );
  await insertOverrides(trx, records);
  return records.length;
}

const targetOf = ({ messageKey, channelId, language }: Omit<OverrideSnapshot, 'contents'>): string =>
  JSON.stringify([messageKey, channelId, language]);
