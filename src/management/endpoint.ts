import type { Context, Middleware } from 'koa';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import type { Events } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import type { Clock } from '../time.js';
import { readTraceparent } from '../trace.js';
import type { AppScope } from '../vocabulary.js';
import { notAllowed, refuse, scopeMissing } from './refusals.js';

/** The app behind a token. */
export interface CallingApp {
  accountId: string;
  clientId: string;
}

export interface EndpointDeps {
  domain: Pick<Domain, 'appScopes'>;
  events: Events;
  clock: Clock;
  /** Verifies the token of a request and uses up a single-use one. UNAUTHENTICATED, TOO_MANY_REQUESTS. */
  authenticate(ctx: Context): Promise<CallingApp>;
}

/** A request whose app may make it. */
export interface Call {
  ctx: Context;
  app: CallingApp;
  /** The app, with the rights of the scopes that the endpoint takes. */
  viewer: Viewer;
}

/** One endpoint, for apps with any of these scopes. */
export const endpoint = (
  deps: EndpointDeps,
  scopes: readonly AppScope[],
  answer: (call: Call) => Promise<unknown>,
): Middleware =>
  answering(deps, async (ctx) => {
    const app = await deps.authenticate(ctx);
    const viewer = await deps.domain.appScopes.viewerFor({ ...app, address: ctx.ip }, scopes);
    if (!viewer) throw scopeMissing(scopes);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await answer({ ctx, app, viewer });
  });

/** The answer to a method that an address does not have: after the token, as on the platform. */
export const otherMethods = (deps: EndpointDeps): Middleware =>
  answering(deps, async (ctx) => {
    await deps.authenticate(ctx);
    throw notAllowed();
  });

/** Refuses in the form of the platform, and tells the operator of each request. */
export function answering(
  { events, clock }: Pick<EndpointDeps, 'events' | 'clock'>,
  answer: (ctx: Context) => Promise<void>,
): Middleware {
  return async (ctx) => {
    const startedAt = clock.monotonicNow();
    const caller = readTraceparent(ctx.get('traceparent'));
    const traceId = caller?.traceId ?? newTraceId();
    const botId = paramOf(ctx, 'botId');
    ctx.set('X-Trace-Id', traceId);
    let reason: string | null = null;
    try {
      await answer(ctx);
    } catch (error) {
      const refusal = refuse(ctx, error);
      reason = refusal.reason;
      if (refusal.status === 500) events.unexpected('management API', error, { traceId, botId });
    }
    events.requestAnswered({
      botId,
      traceId,
      turnId: null,
      callerSpanId: caller?.spanId ?? null,
      method: ctx.method,
      route: String(ctx._matchedRoute),
      status: ctx.status,
      reason,
      durationMs: Math.round(clock.monotonicNow() - startedAt),
    });
  };
}

/** A parameter of the route's path. */
export const paramOf = (ctx: Context, name: string): string =>
  String((ctx.params as Record<string, string>)[name] ?? '');
