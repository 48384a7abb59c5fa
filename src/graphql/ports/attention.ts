import type { Viewer } from '../../domain/access.js';
import type { ChannelStanding, HourOfTraffic } from '../../store/tables/attention.js';
import type { ExpiringSecret } from '../../store/tables/expiring-secrets.js';

/** What waits for somebody in the bots that the viewer may read: counts, and the first lines of each list. */
export interface AttentionPort {
  channels(viewer: Viewer): Promise<ChannelStanding>;
  /** Ids of channels. */
  failingChannels(viewer: Viewer): Promise<string[]>;
  deadLetters(viewer: Viewer): Promise<{ total: number; channels: { channelId: string; count: number }[] }>;
  unfilledVariables(viewer: Viewer): Promise<{ total: number; botIds: string[] }>;
  failingBots(viewer: Viewer): Promise<{ botId: string; failed: number }[]>;
  traffic(viewer: Viewer): Promise<HourOfTraffic[]>;
  ending(viewer: Viewer): Promise<Ending[]>;
}

/** Something that ends soon. */
export interface Ending {
  kind: ExpiringSecret['kind'] | 'CERTIFICATE';
  name: string | null;
  channelId: string | null;
  endsAt: number;
}
