import { notFound } from '../../errors.js';
import { type BotRecord, lockBot } from '../../store/tables/bots.js';
import type { Command } from '../command.js';

/** The bot, its row locked until the transaction ends. NOT_FOUND, FORBIDDEN. */
export async function lockExisting({ trx, viewer, allow }: Command, id: string): Promise<BotRecord> {
  const bot = await lockBot(trx, viewer.accountId, id);
  if (!bot) throw notFound('bot', id);
  allow(bot.id);
  return bot;
}
