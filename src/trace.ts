import { randomHex } from './ids.js';

/** The position of an external request in its trace. */
export interface TraceContext {
  traceId: string;
  /** 16 hexadecimal digits: the span that made the request. */
  spanId: string;
}

const PREFIX = 'RTM-TRACE-';
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/;
const NOTHING = /^0+$/;

/**
 * Parses a `traceparent` (W3C Trace Context, §3.2), with the trace id in the form that hooks show. Null
 * when there is no such header, or none that is valid: then a new trace begins.
 */
export function readTraceparent(traceparent: string | undefined): TraceContext | null {
  const [, trace = '', spanId = ''] = TRACEPARENT.exec(traceparent?.trim() ?? '') ?? [];
  if (trace === '' || NOTHING.test(trace) || NOTHING.test(spanId)) return null;
  const parts = [trace.slice(0, 8), trace.slice(8, 12), trace.slice(12, 16), trace.slice(16, 20), trace.slice(20)];
  return { traceId: PREFIX + parts.join('-'), spanId };
}

/** The `traceparent` of a call made on behalf of a turn: the turn's trace, a span of its own. */
export function traceparentOf(traceId: string): string {
  return `00-${hexOf(traceId)}-${newSpanId()}-01`;
}

/** The 32 hexadecimal digits under which a tracing system knows a trace. */
export const hexOf = (traceId: string): string => traceId.slice(PREFIX.length).replaceAll('-', '');

export const newSpanId = randomHex;

/**
 * The spans of a turn and of the request that brought it are known by the turn's id alone: whichever process runs the
 * turn, calls the bot or delivers, now or after a crash, names the same parent. Both are its 64 random bits, the request's
 * read backwards.
 */
export const turnSpanId = (turnId: string): string => turnId.slice(-16);
export const requestSpanId = (turnId: string): string => [...turnSpanId(turnId)].reverse().join('');
