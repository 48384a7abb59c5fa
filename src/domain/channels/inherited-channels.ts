import { type ChannelRecord, inheritedChannelsOf } from '../../store/tables/channels.js';
import type { Command } from '../command.js';

/** Notes in the audit log of each smart bot what happened to the channel that its own came from. Nothing else follows. */
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
