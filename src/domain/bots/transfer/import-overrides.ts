import { rowId } from '../../../ids.js';
import type { BotRecord } from '../../../store/bots.js';
import type { ChannelRecord } from '../../../store/channels.js';
import { findOverride, insertOverrides, updateOverride } from '../../../store/message-overrides.js';
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
