import type { ChannelRecord } from '../../store/tables/channels.js';

export type HookVersion = 'V1' | 'V2';

/** The hook of a channel: the default one's has no instance id (kore-webhook.md §1.2). */
export function hookUrl(
  publicUrl: string,
  channel: Pick<ChannelRecord, 'id' | 'botId' | 'isDefault'>,
  version: HookVersion,
): string {
  const base = version === 'V1' ? `${publicUrl}/chatbot/hooks` : `${publicUrl}/chatbot/v2/webhook`;
  return channel.isDefault ? `${base}/${channel.botId}` : `${base}/${channel.botId}/hookInstance/${channel.id}`;
}
