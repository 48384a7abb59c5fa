import type { Db } from '../store/database/database.js';
import type { IncidentRecord } from '../store/tables/alert-incidents.js';
import { findBots } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';

/** The bot and the channel that an incident is about, as they are called now. */
export interface Named {
  botId: string | null;
  bot: string | null;
  channel: string | null;
}

const idOf = (fact: unknown): string | null => (typeof fact === 'string' && fact !== '' ? fact : null);

/** The names of what an incident is about; deleted ones too. */
export async function namesOf(db: Db, { accountId, facts }: IncidentRecord): Promise<Named> {
  const channelId = idOf(facts.channelId);
  const [channel] = channelId === null ? [] : await findChannels(db, accountId, [channelId]);
  const botId = idOf(facts.botId) ?? channel?.botId ?? null;
  const [bot] = botId === null ? [] : await findBots(db, accountId, [botId]);
  return { botId, bot: bot?.name ?? null, channel: channel?.name ?? null };
}
