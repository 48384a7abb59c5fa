import type { ChannelDefinition } from '../../../definition/definition.js';
import { objects, type Raw } from '../../../definition/json.js';
import { channelId } from '../../../ids.js';
import type { BotRecord } from '../../../store/tables/bots.js';
import {
  botsThatEverHadChannels,
  type ChannelRecord,
  channelsOfBots,
  insertChannels,
} from '../../../store/tables/channels.js';
import { WEBHOOK_TYPE } from '../../../vocabulary.js';
import { newChannel } from '../../channels/new-channel.js';
import type { Command } from '../../command.js';
import { MAX_NAME } from '../../text-input.js';
import { readDelivery } from './delivery.js';
import type { Extras } from './extras.js';

/** A file's webhook channels: as they were read, and as they stand in it. */
export interface FileChannels {
  read: readonly ChannelDefinition[];
  raw: Raw;
}

/**
 * Adds a placeholder for each channel of the file whose name is new to the bot; existing ones stay. Returns
 * all channels of the bot.
 */
export async function importChannels(
  { trx, now, changed }: Command,
  bot: BotRecord,
  { read, raw }: FileChannels,
  extras: Extras,
): Promise<ChannelRecord[]> {
  const present = (await channelsOfBots(trx, [bot.id])).get(bot.id) ?? [];
  const first = !(await botsThatEverHadChannels(trx, [bot.id])).has(bot.id);
  const entries = objects(raw.channels).filter((entry) => entry.type === WEBHOOK_TYPE);
  const settings = new Map(extras.channels.map((channel) => [channel.name, channel]));
  const known = new Set(present.map((channel) => channel.name));
  const wanted = read.flatMap((channel, index) =>
    known.has(channel.name) ? [] : [{ ...channel, entry: entries[index] }],
  );
  const names = freeNames(wanted.map((channel) => channel.name));
  const plain = Math.max(
    0,
    wanted.findIndex((channel) => settings.get(channel.name)?.isDefault),
  );
  const placeholders = wanted.map(({ name, async, enabled, polling, entry }, index): ChannelRecord => {
    const { templateEncoding, textForm, burst, deliverySettings } = settings.get(name) ?? {};
    const blank = newChannel({
      id: channelId(),
      bot,
      name: names[index] ?? name,
      mode: async ? 'ASYNC' : 'SYNC',
      isDefault: first && index === plain,
      now: Math.max(now, ...present.map((channel) => channel.createdAt + 1)) + index, // lists keep the order of the file
    });
    return {
      ...blank,
      enabled,
      enablePolling: polling,
      templateEncoding: templateEncoding ?? blank.templateEncoding,
      textForm: textForm ?? blank.textForm,
      burst: burst ?? blank.burst,
      deliverySettings: deliverySettings ? readDelivery(deliverySettings) : null,
      fileEntry: entry ? { ...entry } : null,
    };
  });
  await insertChannels(trx, placeholders);
  for (const channel of placeholders) changed('channel', channel.id);
  return [...present, ...placeholders];
}

/** Two of one name in a file are told apart by a number. */
function freeNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const wanted = name.trim().slice(0, MAX_NAME) || 'webhook';
    let free = wanted;
    for (let number = 2; taken.has(free); number += 1) free = `${wanted} (${number})`;
    taken.add(free);
    return free;
  });
}
