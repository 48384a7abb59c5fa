import { PassThrough } from 'node:stream';
import type { Context } from 'koa';
import { AppError, unavailable } from '../errors.js';
import type { Events } from '../events.js';
import type { Poll, Polls } from '../inbox/polls.js';
import { EVENT_STREAMS } from '../load/limits.js';
import { type Clock, SECOND, type Timer } from '../time.js';
import type { HookVersion } from '../wire/hook-version.js';
import { hookErrorsOf } from './render-error.js';

/** Answers as server-sent events (HTML standard, §9.2). */
export interface EventStreams {
  /**
   * Writes what a turn says from the poll's place on, or from where the caller's `Last-Event-ID` says it was cut off.
   * TOO_MANY_REQUESTS when the app has its share of streams open, UNAVAILABLE when all are.
   */
  open(ctx: Context, poll: Poll, version: HookVersion, clientId: string): void;
  /** Ends all of them: their callers come back, to whoever serves then. */
  close(): void;
}

/** Milliseconds between two comments that keep a stream open; fewer than proxies usually wait. */
const KEEP_ALIVE_MS = 15 * SECOND;
/** Milliseconds after which a client whose stream broke comes back. */
const RECONNECT_AFTER_MS = 1 * SECOND;
/** The id of the last event; others are the number of replies told. */
const END = 'end';

export interface EventStreamsDeps {
  polls: Polls;
  clock: Clock;
  events: Events;
  /** How many may be open; fewer in tests. */
  limits?: { readonly max: number; readonly maxPerApp: number } | undefined;
}

export function createEventStreams({ limits = EVENT_STREAMS, ...deps }: EventStreamsDeps): EventStreams {
  const open = new Set<AbortController>();
  const ofApps = new Map<string, number>();

  function assertRoom(clientId: string): void {
    if (open.size >= limits.max)
      throw unavailable('TOO_MANY_STREAMS', 'Too many event streams are open; poll instead.');
    if ((ofApps.get(clientId) ?? 0) < limits.maxPerApp) return;
    const text = `${limits.maxPerApp} event streams of this app are open; close some, or poll instead.`;
    throw new AppError('TOO_MANY_REQUESTS', text, { details: { reason: 'TOO_MANY_STREAMS', retryAfterSeconds: 1 } });
  }

  function count(clientId: string, change: 1 | -1): void {
    const left = (ofApps.get(clientId) ?? 0) + change;
    if (left > 0) ofApps.set(clientId, left);
    else ofApps.delete(clientId);
  }

  async function write(stream: PassThrough, poll: Poll, from: number, version: HookVersion, signal: AbortSignal) {
    const tell = (id: string, event: string, data: unknown) =>
      stream.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    stream.write(`retry: ${RECONNECT_AFTER_MS}\n\n`);
    try {
      for await (const { outcome, upto, final } of deps.polls.follow(poll.turnId, from, signal))
        if (outcome) tell(final ? END : String(upto), final ? END : 'partial', version.answer(outcome));
    } catch (error) {
      if (!(error instanceof AppError)) deps.events.unexpected('event stream', error, { traceId: poll.traceId });
      tell(END, 'error', { errors: hookErrorsOf(error).errors });
    }
  }

  return {
    open(ctx, poll, version, clientId) {
      const last = ctx.get('last-event-id');
      if (last === END) {
        ctx.status = 204; // tells an EventSource not to come back
        return;
      }
      assertRoom(clientId);
      const stream = new PassThrough();
      const controller = new AbortController();
      open.add(controller);
      count(clientId, 1);
      let timer: Timer;
      const keepAlive = () => {
        timer = deps.clock.after(KEEP_ALIVE_MS, () => {
          stream.write(': still here\n\n');
          keepAlive();
        });
      };
      keepAlive();
      ctx.res.once('close', () => controller.abort());
      const from = /^\d{1,6}$/.test(last) ? Number(last) : poll.from;
      // It never rejects: what fails is told in the stream.
      void write(stream, poll, from, version, controller.signal).finally(() => {
        timer.cancel();
        open.delete(controller);
        count(clientId, -1);
        stream.end();
      });
      ctx.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      ctx.body = stream;
    },
    close() {
      for (const controller of open) controller.abort();
    },
  };
}
