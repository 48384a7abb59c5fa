import cors from '@koa/cors';
import type { Middleware } from 'koa';

/** Where callers talk to us; everything else on this port keeps to its own origin. */
const HOOKS = /^\/(chatbot|api)\/|^\/openapi\.json$/;
const DAY_SECONDS = 86_400;

/** Lets web pages of any origin call the hooks with a token of their own. No cookie is ever read here. */
export function crossOrigin(): Middleware {
  const allow = cors({
    origin: '*',
    allowMethods: ['GET', 'POST', 'PUT'],
    allowHeaders: [
      'authorization',
      'auth',
      'content-type',
      'idempotency-key',
      'last-event-id',
      'prefer',
      'traceparent',
    ],
    exposeHeaders: ['x-trace-id', 'location', 'link', 'retry-after', 'preference-applied', 'idempotency-replayed'],
    maxAge: DAY_SECONDS,
  });
  return (ctx, next) => (HOOKS.test(ctx.path) ? allow(ctx, next) : next());
}
