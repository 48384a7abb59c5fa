import Router from '@koa/router';
import { hookV1 } from '../wire/v1.js';
import { type EndpointDeps, endpoint, paramsOf } from './endpoint.js';
import { parseJsonObject } from './parse-json.js';
import { assertJson, readBody, toText } from './raw-body.js';

export interface EngineCallbackDeps extends EndpointDeps {
  /** Hands an answer to the turn that waits for it. NOT_FOUND when none does, BAD_USER_INPUT when it cannot be read. */
  deliver(token: string, body: Record<string, unknown>): void | Promise<void>;
  maxBodyBytes: number;
}

/**
 * `POST /chatbot/engine/callback/{token}`: a bot that had answered a turn with 202 answers it now (docs/engines.md). The
 * token is its only credential, and good for one answer.
 */
export function engineCallbackRoutes(deps: EngineCallbackDeps): Router {
  const answer = endpoint(deps, hookV1, async (ctx) => {
    const { token = '' } = paramsOf(ctx);
    assertJson(ctx.req);
    const body = parseJsonObject(toText(await readBody(ctx.req, deps.maxBodyBytes)));
    await deps.deliver(token, body);
    ctx.status = 200;
    ctx.body = {};
  });
  return new Router().post('/chatbot/engine/callback/:token', answer);
}
