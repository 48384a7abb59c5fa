import { badInput } from '../../errors.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { type ChannelRecord, channelsOfBots } from '../../store/tables/channels.js';
import type { Command } from '../command.js';

export const isEnabled = ({ enabled }: ChannelRecord): boolean => enabled;

/** The channels of a publish. BAD_USER_INPUT (`channelIds`) when one is not of the bot, or nobody could reach the bot by them. */
export async function selectChannels(
  command: Command,
  bot: BotRecord,
  ids: readonly string[] | null,
): Promise<ChannelRecord[]> {
  const existing = await existingChannels(command, bot);
  const own = new Map(existing.map((channel) => [channel.id, channel]));
  const named = ids ?? existing.filter(isEnabled).map(({ id }) => id);
  const selected = [...new Set(named)].map((id) => {
    const channel = own.get(id);
    if (!channel) throw badInput('channelIds', `The bot has no channel with the id "${id}".`);
    return channel;
  });
  if (!selected.some((channel) => channel.enabled && channel.clientId !== null)) {
    throw badInput(
      'channelIds',
      'Select at least one channel that is enabled and has an app; without one nobody could reach the bot.',
    );
  }
  return selected;
}

export const existingChannels = async ({ trx }: Command, bot: BotRecord): Promise<ChannelRecord[]> =>
  (await channelsOfBots(trx, [bot.id])).get(bot.id) ?? [];
