import { notFound } from '../../errors.js';
import { type BotRecord, lockBot } from '../../store/tables/bots.js';
import type { Command } from '../command.js';

/** The bot, its row locked until the transaction ends. NOT_FOUND. */
export async function lockExisting({ trx, viewer }: Command, id: string): Promise<BotRecord> {
  const bot = await lockBot(trx, viewer.accountId, id);
  if (!bot) throw notFound('bot', id);
  return bot;
}
