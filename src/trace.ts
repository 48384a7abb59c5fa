import { randomBytes } from 'node:crypto';

const PREFIX = 'RTM-TRACE-';
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/;
const NOTHING = /^0+$/;

/**
 * The trace id of a turn that belongs to a caller's trace: the 128 bits of its `traceparent` (W3C Trace Context, §3.2)
 * in the form our hooks show them. Null when there is no such header, or none that is valid: then a new trace begins.
 */
export function traceIdOf(traceparent: string | undefined): string | null {
  const [, trace = '', parent = ''] = TRACEPARENT.exec(traceparent?.trim() ?? '') ?? [];
  if (trace === '' || NOTHING.test(trace) || NOTHING.test(parent)) return null;
  const parts = [trace.slice(0, 8), trace.slice(8, 12), trace.slice(12, 16), trace.slice(16, 20), trace.slice(20)];
  return PREFIX + parts.join('-');
}

/** The `traceparent` of a call made on behalf of a turn: the turn's trace, a span of its own. */
export function traceparentOf(traceId: string): string {
  const trace = traceId.slice(PREFIX.length).replaceAll('-', '');
  return `00-${trace}-${randomBytes(8).toString('hex')}-01`;
}
