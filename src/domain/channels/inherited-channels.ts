import { type ChannelRecord, inheritedChannelsOf } from '../../store/tables/channels.js';
import type { Command } from '../command.js';

/** Audits, for each smart bot, a change of the channel its own was copied from. The copy does not change. */
export async function auditInheritedChannels(
  { trx, audit }: Command,
  origin: ChannelRecord,
  details: Record<string, unknown>,
): Promise<void> {
  if (Object.keys(details).length === 0) return;
  for (const inherited of await inheritedChannelsOf(trx, origin.id)) {
    audit(inherited.id, { inheritedFrom: origin.id, botId: inherited.botId, ...details });
  }
}
