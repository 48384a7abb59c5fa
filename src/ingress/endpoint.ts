import type { Context, Middleware } from 'koa';
import type { Events, Refusal } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import type { Clock } from '../time.js';
import { readTraceparent } from '../trace.js';
import type { HookVersion } from '../wire/hook-version.js';
import { testTokenOf } from './admission.js';
import { refuse } from './render-error.js';

export interface EndpointDeps {
  events: Events;
  clock: Clock;
}

/** A request under way. */
export interface EndpointRequest {
  readonly traceId: string;
  /** The id of the turn it becomes, once there is one. */
  turnId: string | null;
}

export type Answer = (ctx: Context, request: EndpointRequest) => Promise<void>;
/** Writes the refusal, and gives what the operator is to know of it. */
type Refuse = (ctx: Context, error: unknown, traceId: string) => Omit<Refusal, 'botId' | 'channelId'>;

/** One REST endpoint: gives each request its trace id, and refuses in the form of its version. */
export const endpoint = (deps: EndpointDeps, version: HookVersion, answer: Answer): Middleware =>
  answering(deps, answer, (ctx, error, traceId) => refuse(ctx, error, traceId, version));

/** The same, for those who refuse in their own way. */
export function answering({ events, clock }: EndpointDeps, answer: Answer, refuse: Refuse): Middleware {
  return async (ctx) => {
    const startedAt = clock.monotonicNow();
    const caller = readTraceparent(ctx.get('traceparent'));
    const traceId = caller?.traceId ?? newTraceId();
    const request: EndpointRequest = { traceId, turnId: null };
    const { botId, channelId } = paramsOf(ctx);
    const place = channelId === undefined ? { botId } : { botId, channelId };
    ctx.set('X-Trace-Id', traceId);
    let reason: string | null = null;
    try {
      await answer(ctx, request);
    } catch (error) {
      const refusal = refuse(ctx, error, traceId);
      reason = refusal.reason;
      if (refusal.status === 500) events.unexpected('hook', error, { traceId, botId });
      events.messageRefused({ ...(testTokenOf(ctx) !== null && { test: true }), ...refusal, ...place });
    }
    events.requestAnswered({
      traceId,
      turnId: request.turnId,
      callerSpanId: caller?.spanId ?? null,
      method: ctx.method,
      route: String(ctx._matchedRoute),
      status: ctx.status,
      reason,
      durationMs: Math.round(clock.monotonicNow() - startedAt),
      ...place,
    });
  };
}

/** The parameters of the route's path. */
export function paramsOf(ctx: Context): { botId: string; channelId?: string; [name: string]: string | undefined } {
  return { botId: '', ...(ctx.params as Record<string, string>) };
}
