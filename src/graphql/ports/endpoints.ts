import type { Viewer } from '../../domain/access.js';
import type { Page, PageRequest } from '../../store/database/page.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import type { OpenDeliveries } from '../../store/tables/delivery-counts.js';
import type { EndpointState } from '../../store/tables/endpoints.js';

export interface EndpointsPort {
  /** The endpoint of each of these channels that sends callbacks. */
  ofChannels(viewer: Viewer, channels: readonly ChannelRecord[]): Promise<Map<string, EndpointView>>;
  /** Those that channels of the viewer's bots send to, the ones in trouble first. */
  list(viewer: Viewer, request: PageRequest): Promise<Page<EndpointOverview>>;
  /** False: it was so already. NOT_FOUND. */
  pause(viewer: Viewer, origin: string): Promise<boolean>;
  resume(viewer: Viewer, origin: string): Promise<boolean>;
  /** The channels, out of these, that have deliveries on their way. */
  openDeliveries(viewer: Viewer, channelIds: readonly string[]): Promise<OpenDeliveries[]>;
  /** The channels, out of these, that have dead letters. */
  deadDeliveries(viewer: Viewer, channelIds: readonly string[]): Promise<{ channelId: string; count: number }[]>;
  /** Tries the endpoint of a channel at once. NOT_FOUND; CONFLICT for a channel without callbacks. */
  tryNow(viewer: Viewer, channelId: string): Promise<ChannelRecord>;
}

export interface EndpointOverview extends Omit<EndpointView, 'channelId'> {
  channels: number;
  pending: number;
  callsAtOnce: number | null;
  callsUnderWay: number;
}

export interface EndpointView {
  channelId: string;
  origin: string;
  state: EndpointState;
  since: number | null;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastError: string | null;
  blockedUntil: number | null;
  pausedAt: number | null;
  pausedBy: string | null;
}
