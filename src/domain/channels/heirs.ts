import { type ChannelRecord, heirsOfChannel } from '../../store/tables/channels.js';
import type { Command } from '../command.js';

/** Notes in the audit log of each smart bot what happened to the channel that its own came from. Nothing else follows. */
export async function tellHeirs(
  { trx, audit }: Command,
  origin: ChannelRecord,
  details: Record<string, unknown>,
): Promise<void> {
  if (Object.keys(details).length === 0) return;
  for (const heir of await heirsOfChannel(trx, origin.id)) {
    audit(heir.id, { inheritedFrom: origin.id, botId: heir.botId, ...details });
  }
}
