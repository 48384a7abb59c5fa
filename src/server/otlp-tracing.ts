import { randomUUID } from 'node:crypto';
import {
  type Attributes,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Events } from '../events.js';
import type { OutboundResponse } from '../outbound/exchange.js';
import { OutboundError } from '../outbound/outbound-error.js';
import type { Outbound, OutboundRequest } from '../outbound/request.js';
import { type Clock, delay, SECOND, systemClock } from '../time.js';
import { hexOf, newSpanId, readTraceparent, requestSpanId, turnSpanId } from '../trace.js';

export interface TracingDeps {
  /** Of the collector, without the path of a signal. */
  endpoint: string;
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  /** Share of the traces that is exported, 0 to 1: the same ones in every process. */
  share: number;
  clock: Clock;
  events: Events;
}

/** Spans for an OpenTelemetry collector (OTLP over HTTP), of what happens anyway: nothing waits for them. */
export interface Tracing {
  /** These events, those that end a span noticed. */
  events: Events;
  /** This way out, its requests with a `span` noticed. */
  outbound(real: Outbound): Outbound;
  /** Sends what is left, for a few seconds at most. */
  stop(): Promise<void>;
}

/** A thing that has happened, as much as it tells. */
interface Happened {
  name: string;
  kind: SpanKind;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  /** Milliseconds. */
  startedAt: number;
  endedAt: number;
  /** Low in number: a status, a code, a class of errors. */
  error: string | null;
  attributes: Attributes;
}

const MAX_QUEUE = 8192; // some seconds of a busy server; what comes on top is dropped and counted
const FLUSH_LIMIT_MS = 5 * SECOND;

export function createTracing(deps: TracingDeps): Tracing {
  const { clock, events } = deps;
  const sampler = new TraceIdRatioBasedSampler(deps.share);
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
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: MAX_QUEUE });

  function record(happened: Happened): void {
    const traceId = hexOf(happened.traceId);
    if (sampler.shouldSample(ROOT_CONTEXT, traceId).decision !== SamplingDecision.RECORD_AND_SAMPLED) return;
    if (queued >= MAX_QUEUE) {
      events.spanDropped();
      return;
    }
    queued += 1;
    processor.onEnd(toSpan(happened, traceId));
  }

  function toSpan({ name, kind, spanId, parentSpanId, attributes, ...rest }: Happened, traceId: string): ReadableSpan {
    const contextOf = (id: string): SpanContext => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
    const error = rest.error !== null && { 'error.type': rest.error };
    return {
      name,
      kind,
      spanContext: () => contextOf(spanId),
      ...(parentSpanId !== null && { parentSpanContext: contextOf(parentSpanId) }),
      startTime: toHrTime(rest.startedAt),
      endTime: toHrTime(rest.endedAt),
      duration: toHrTime(rest.endedAt - rest.startedAt),
      status: { code: rest.error === null ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
      attributes: { ...attributes, ...error },
      links: [],
      events: [],
      ended: true,
      resource,
      instrumentationScope: { name: 'hookswitch' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }

  function recordCall(request: OutboundRequest, startedAt: number, response: OutboundResponse | null, error: unknown) {
    const { span, url, method, headers } = request;
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
      return { ...real, request, post: (input) => request({ ...input, method: 'POST' }) };
    },
    async stop() {
      // A collector that is down must not hold up a stop; what failed has been counted.
      await Promise.race([processor.shutdown().catch(() => {}), delay(systemClock, FLUSH_LIMIT_MS)]);
    },
  };
}

/** Tells how each batch fared, and has nothing thrown at whoever sent it. */
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

/** Of few values: a message of an error may hold anything. */
function reasonOf(error: unknown): string {
  if (error instanceof OutboundError) return error.reason;
  if (!(error instanceof Error)) return 'Error';
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.name;
}

const toHrTime = (ms: number): [seconds: number, nanoseconds: number] => [
  Math.floor(ms / SECOND),
  Math.round((ms % SECOND) * 1_000_000),
];
