import type { Viewer } from '../../domain/access.js';
import type { BotsMetrics, BotsMetricsRequest, ChannelMetrics, MetricsRequest } from '../../domain/metrics.js';

export interface MetricsPort {
  /** Totals and series of each of these channels, in their order. */
  ofChannels(viewer: Viewer, request: MetricsRequest): Promise<ChannelMetrics[]>;
  /** Sums over all channels of some bots. */
  ofBots(viewer: Viewer, request: BotsMetricsRequest): Promise<BotsMetrics>;
}
