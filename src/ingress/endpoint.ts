import type { Context, Middleware } from 'koa';
import type { HookForm } from '../conversation/message.js';
import type { Events } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import { traceIdOf } from '../trace.js';
import { refuse } from './render-error.js';

/** One REST endpoint: gives each request its trace id, and refuses in the form of its version. */
export function endpoint(
  events: Events,
  form: HookForm,
  answer: (ctx: Context, traceId: string) => Promise<void>,
): Middleware {
  return async (ctx) => {
    const traceId = traceIdOf(ctx.get('traceparent')) ?? newTraceId();
    ctx.set('X-Trace-Id', traceId);
    try {
      await answer(ctx, traceId);
    } catch (error) {
      const refusal = refuse(ctx, error, traceId, form);
      const { botId, channelId } = paramsOf(ctx);
      if (refusal.status === 500) events.unexpected('hook', error, { traceId, botId });
      events.messageRefused({ ...refusal, botId, ...(channelId !== undefined && { channelId }) });
    }
  };
}

/** The parameters of the route's path. */
export function paramsOf(ctx: Context): { botId: string; channelId?: string; [name: string]: string | undefined } {
  return { botId: '', ...(ctx.params as Record<string, string>) };
}
