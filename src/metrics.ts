import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createMetricsByChannel } from './metrics-by-channel.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30];

/** The metrics of `/metrics`, in the Prometheus text format. Labels have few values; ids belong in the log. */
export type Metrics = ReturnType<typeof createMetrics>;

/** `byChannel`: channels with metrics of their own; 0: none are kept. `worker`: a label that tells workers apart. */
export function createMetrics(options: { process: boolean; byChannel?: number; worker?: number | undefined }) {
  const registry = new Registry();
  if (options.worker !== undefined) registry.setDefaultLabels({ worker: String(options.worker) });
  if (options.process) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter<L>({ name: `hookswitch_${name}`, help, labelNames, registers });
  const seconds = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram<L>({ name: `hookswitch_${name}`, help, labelNames, buckets: SECONDS, registers });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `hookswitch_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  return {
    registry,
    gauge,
    /** Deliveries by channel; null: not wanted. */
    channels: options.byChannel ? createMetricsByChannel(registry, options.byChannel) : null,
    received: counter('messages_received_total', 'Messages accepted by hooks', ['mode']),
    refused: counter('messages_refused_total', 'Messages refused by hooks', ['reason']),
    keySets: counter('key_set_fetches_total', 'Fetches of the keys (JWKS) that callers publish', ['outcome']),
    turns: counter('turns_total', 'Turns ended', ['outcome']),
    turnSeconds: seconds('turn_seconds', 'From the receipt of a message to its stored replies', ['mode']),
    attempts: counter('delivery_attempts_total', 'POSTs to callback URLs', ['outcome']),
    deliveries: counter('deliveries_total', 'Deliveries ended', ['outcome']),
    alerts: counter('alerts_total', 'Alerts sent or given up', ['outcome']),
    attemptSeconds: seconds('delivery_attempt_seconds', 'Duration of a POST to a callback URL', []),
    spans: counter('spans_total', 'Spans for the OpenTelemetry collector', ['outcome']),
    batchUnits: new Histogram({
      name: 'hookswitch_commit_units',
      help: 'Units written by one transaction',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    }),
    batchSeconds: seconds('commit_seconds', 'Duration of a group commit', []),
  };
}
