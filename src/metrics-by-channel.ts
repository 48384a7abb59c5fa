import { Counter, Gauge, type Registry } from 'prom-client';

/** The label of channels beyond the limit. */
const OTHERS = 'other';

/** Deliveries of one channel that are on their way. */
interface Waiting {
  channelId: string;
  count: number;
  oldestAgeSeconds: number;
}

/** Figures that are read when the metrics are asked for. */
export interface ChannelFigures {
  /** The channels that have deliveries on their way. */
  waiting(): Promise<Waiting[]>;
  /** The state of the endpoint of each of these channels that sends callbacks. */
  endpointStates(channelIds: readonly string[]): Promise<Map<string, string>>;
}

/** Metrics with a channel's id as a label, for the first `limit` channels that have deliveries; the others share one. */
export function createMetricsByChannel(registry: Registry, limit: number) {
  const labelled = new Set<string>();
  const registers = [registry];
  const deliveries = new Counter({
    name: 'hookswitch_channel_deliveries_total',
    help: 'Deliveries ended, by channel',
    labelNames: ['channel', 'outcome'],
    registers,
  });

  function labelOf(channelId: string): string {
    if (labelled.size < limit) labelled.add(channelId);
    return labelled.has(channelId) ? channelId : OTHERS;
  }

  /** A gauge with the values that `read` gives; without any when it fails: old ones would mislead. */
  function gauge(name: string, help: string, read: () => Promise<[labels: Record<string, string>, value: number][]>) {
    new Gauge({
      name: `hookswitch_channel_${name}`,
      help,
      labelNames: ['channel', 'state'],
      registers,
      async collect() {
        const values = await read().catch(() => []);
        this.reset();
        for (const [labels, value] of values) this.set(labels, value);
      },
    });
  }

  return {
    ended(channelId: string, outcome: string): void {
      deliveries.inc({ channel: labelOf(channelId), outcome });
    },

    /** Adds the gauges, which follow the database. */
    follow(figures: ChannelFigures): void {
      let reading: Promise<Waiting[]> | null = null; // one look for both gauges

      /** A value for each channel with a label, and one for the others together. */
      async function waiting(measure: (one: Waiting) => number, join: (a: number, b: number) => number) {
        reading ??= figures.waiting().finally(() => {
          reading = null;
        });
        const found = (await reading).map((one) => [labelOf(one.channelId), measure(one)] as const);
        const values = new Map([...labelled, OTHERS].map((channel) => [channel, 0]));
        for (const [channel, value] of found) values.set(channel, join(values.get(channel) ?? 0, value));
        return [...values].map(([channel, value]): [Record<string, string>, number] => [{ channel }, value]);
      }

      gauge('deliveries_pending', 'Deliveries on their way, by channel', () =>
        waiting(
          ({ count }) => count,
          (a, b) => a + b,
        ),
      );
      gauge('oldest_pending_seconds', 'Age of the oldest delivery on its way, by channel', () =>
        waiting(({ oldestAgeSeconds }) => oldestAgeSeconds, Math.max),
      );
      gauge('endpoint_state', 'State of the endpoint of a channel: 1 for the one it is in', async () => {
        const states = await figures.endpointStates([...labelled]);
        return [...states].map(([channel, state]) => [{ channel, state }, 1]);
      });
    },
  };
}
