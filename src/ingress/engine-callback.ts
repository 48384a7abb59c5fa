import Router from '@koa/router';
import type { Context } from 'koa';
import type { Events } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import { parseJsonObject } from './parse-json.js';
import { assertJson, readBody, toText } from './raw-body.js';
import { refuse } from './render-error.js';

export interface EngineCallbackDeps {
  /** Hands an answer to the turn that waits for it. NOT_FOUND when none does, BAD_USER_INPUT when it cannot be read. */
  deliver(token: string, body: Record<string, unknown>): void | Promise<void>;
  events: Events;
  maxBodyBytes: number;
}

/**
 * `POST /chatbot/engine/callback/{token}`: a bot that had answered a turn with 202 answers it now (docs/engines.md). The
 * token is its only credential, and good for one answer.
 */
export function engineCallbackRoutes(deps: EngineCallbackDeps): Router {
  const router = new Router();
  router.post('/chatbot/engine/callback/:token', async (ctx) => {
    const traceId = newTraceId();
    try {
      await take(deps, ctx);
    } catch (error) {
      const refusal = refuse(ctx, error, traceId);
      if (refusal.status === 500) deps.events.unexpected('engine callback', error, { traceId });
      deps.events.messageRefused(refusal);
    }
  });
  return router;
}

async function take(deps: EngineCallbackDeps, ctx: Context): Promise<void> {
  const { token = '' } = ctx.params as { token?: string }; // of the route's own path
  assertJson(ctx.req);
  const body = parseJsonObject(toText(await readBody(ctx.req, deps.maxBodyBytes)));
  await deps.deliver(token, body);
  ctx.status = 200;
  ctx.body = {};
}
