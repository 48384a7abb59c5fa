import { randomUUID } from 'node:crypto';
import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Events } from '../events.js';
import type { OutboundResponse } from '../outbound/exchange.js';
import { OutboundError } from '../outbound/outbound-error.js';
import type { Outbound, OutboundRequest } from '../outbound/request.js';
import { type Clock, delay, SECOND, systemClock } from '../time.js';
import { hexOf, newSpanId, readTraceparent, requestSpanId, turnSpanId } from '../trace.js';

export interface TracingDeps {
  /** The collector's address, without the path for traces. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  /** Share of the traces that is exported, 0 to 1. Every process exports the same ones. */
  share: number;
  clock: Clock;
  events: Events;
}

/** Sends spans to an OpenTelemetry collector (OTLP over HTTP). Nothing waits for them. */
export interface Tracing {
  /** The events given, observed: those that end a span record it. */
  events: Events;
  /** A way out whose requests with a `span` are recorded. */
  outbound(real: Outbound): Outbound;
  /** Sends what is left, within FLUSH_LIMIT_MS. */
  stop(): Promise<void>;
}

/** A span that has ended. */
interface EndedSpan {
  name: string;
  kind: SpanKind;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  /** Milliseconds. */
  startedAt: number;
  endedAt: number;
  /** A status, a code or a class of errors: one of few values. */
  error: string | null;
  attributes: Attributes;
}

/** Spans that wait for the collector, some seconds of a busy server; more are dropped and counted. */
const MAX_QUEUE = 8192;
/** Milliseconds that a stop waits for the collector; then the spans that are left are lost. */
const FLUSH_LIMIT_MS = 5 * SECOND;

export function createTracing(deps: TracingDeps): Tracing {
  const { clock, events } = deps;
  const resource = resourceFromAttributes({
    'service.name': deps.serviceName,
    'service.instance.id': randomUUID(),
  });
  let queued = 0;
  const exporter = counting(
    new OTLPTraceExporter({ url: `${deps.endpoint.replace(/\/+$/, '')}/v1/traces`, headers: { ...deps.headers } }),
    (count, failure) => {
      queued -= count;
      events.spansExported(count, failure);
    },
  );
  /** The ids of the span that is being started: known before, so that every process names the same ones. */
  let next = { traceId: '', spanId: '' };
  const provider = new TracerProvider({
    resource,
    sampler: new TraceIdRatioBasedSampler(deps.share),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: MAX_QUEUE })],
  });
  const tracer = provider.getTracer('hookswitch');

  function record({ name, kind, spanId, parentSpanId, startedAt, endedAt, error, ...rest }: EndedSpan): void {
    const traceId = hexOf(rest.traceId);
    next = { traceId, spanId };
    const parent = parentSpanId && { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED };
    const attributes = { ...rest.attributes, ...(error !== null && { 'error.type': error }) };
    const span = tracer.startSpan(
      name,
      { kind, attributes, startTime: toHrTime(startedAt) },
      parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    );
    if (!span.isRecording()) return;
    if (queued >= MAX_QUEUE) {
      events.spanDropped(); // what never ends is never sent
      return;
    }
    queued += 1;
    if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(toHrTime(endedAt));
  }

  function recordCall(request: OutboundRequest, startedAt: number, response: OutboundResponse | null, error: unknown) {
    const { span, url, method = 'POST', headers } = request;
    const context = readTraceparent(String(headers?.traceparent ?? ''));
    if (!span || !context) return;
    const { protocol = '', hostname = '', port = '' } = URL.canParse(url) ? new URL(url) : {};
    const status = response?.status;
    record({
      name: span.name,
      kind: SpanKind.CLIENT,
      ...context,
      parentSpanId: span.turnId === null ? null : turnSpanId(span.turnId),
      startedAt,
      endedAt: clock.now(),
      error: status === undefined ? reasonOf(error) : status >= 400 ? String(status) : null,
      // No url.full: the path of a bot's or a caller's address may be its secret.
      attributes: {
        'http.request.method': method,
        'server.address': hostname,
        'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
        ...(status !== undefined && { 'http.response.status_code': status }),
        ...span.attributes,
      },
    });
  }

  return {
    events: {
      ...events,
      requestAnswered(request) {
        events.requestAnswered(request);
        const { traceId, turnId, callerSpanId, method, route, status, reason, durationMs, botId, channelId } = request;
        const endedAt = clock.now();
        record({
          name: `${method} ${route}`,
          kind: SpanKind.SERVER,
          traceId,
          spanId: turnId === null ? newSpanId() : requestSpanId(turnId),
          parentSpanId: callerSpanId,
          startedAt: endedAt - durationMs,
          endedAt,
          error: status >= 500 ? String(status) : null,
          attributes: {
            'http.request.method': method,
            'http.route': route,
            'http.response.status_code': status,
            ...(botId !== '' && { 'hookswitch.bot.id': botId }),
            ...(channelId !== undefined && { 'hookswitch.channel.id': channelId }),
            ...(reason !== null && { 'hookswitch.refusal': reason }),
          },
        });
      },
      turnEnded(turn) {
        events.turnEnded(turn);
        const { traceId, turnId, botId, channelId, conversationId, mode, durationMs, failure } = turn;
        const endedAt = clock.now();
        record({
          name: 'turn',
          kind: SpanKind.INTERNAL,
          traceId,
          spanId: turnSpanId(turnId),
          parentSpanId: requestSpanId(turnId),
          startedAt: endedAt - durationMs,
          endedAt,
          error: failure === null ? null : reasonOf(failure),
          attributes: {
            'hookswitch.turn.id': turnId,
            'hookswitch.bot.id': botId,
            'hookswitch.channel.id': channelId,
            'hookswitch.conversation.id': conversationId,
            'hookswitch.mode': mode,
          },
        });
      },
    },
    outbound(real) {
      async function request(input: OutboundRequest): Promise<OutboundResponse> {
        const startedAt = clock.now();
        try {
          const response = await real.request(input);
          recordCall(input, startedAt, response, null);
          return response;
        } catch (error) {
          recordCall(input, startedAt, null, error);
          throw error;
        }
      }
      return { ...real, request };
    },
    async stop() {
      // A collector that is down must not hold up a stop; what failed has been counted.
      await Promise.race([provider.shutdown().catch(() => {}), delay(systemClock, FLUSH_LIMIT_MS)]);
    },
  };
}

/** Reports how each batch fared. A failure is counted, not thrown. */
function counting(
  real: SpanExporter,
  tell: (count: number, failure: Error | null) => void,
): Pick<SpanExporter, 'export' | 'shutdown'> {
  const SUCCESS = 0;
  return {
    export(spans, done) {
      real.export(spans, ({ code, error }) => {
        tell(spans.length, code === SUCCESS ? null : (error ?? new Error('The collector did not take the spans.')));
        done({ code: SUCCESS });
      });
    },
    shutdown: () => real.shutdown(),
  };
}

/** The reason or class of an error: its message may hold anything. */
function reasonOf(error: unknown): string {
  if (error instanceof OutboundError) return error.reason;
  if (!(error instanceof Error)) return 'Error';
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.name;
}

const toHrTime = (ms: number): [seconds: number, nanoseconds: number] => [
  Math.floor(ms / SECOND),
  Math.round((ms % SECOND) * 1_000_000),
];
