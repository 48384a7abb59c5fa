import type { Env } from '../config/env.js';
import type { Events } from '../events.js';
import type { Clock } from '../time.js';
import type { Tracing } from './otlp-tracing.js';

/** What exports traces when a collector is set. Otherwise nothing of it is loaded and nothing is in the way. */
export async function openTracing(env: Env, deps: { clock: Clock; events: Events }): Promise<Tracing> {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return { events: deps.events, outbound: (real) => real, stop: async () => {} };
  const { createTracing } = await import('./otlp-tracing.js');
  return createTracing({
    ...deps,
    endpoint,
    headers: env.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: env.OTEL_SERVICE_NAME,
    share: env.OTEL_TRACES_SAMPLER_ARG,
  });
}
