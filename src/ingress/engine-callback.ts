import Router from '@koa/router';
import { AppError } from '../errors.js';
import { readBody, toText } from '../request-body.js';
import { hookV1 } from '../wire/v1.js';
import { assertJson } from './assert-json.js';
import { type EndpointDeps, endpoint, paramsOf } from './endpoint.js';
import { parseJsonObject } from './parse-json.js';
import type { RateLimits } from './rate-limits.js';

/** Turns that wait for an answer of their bot. */
export interface LateAnswers {
  /** NOT_FOUND when no turn waits under this token. */
  assertExpected(token: string): Promise<void>;
  /** Hands an answer to the turn that waits for it. NOT_FOUND when none does, BAD_USER_INPUT when it cannot be read. */
  deliver(token: string, body: Record<string, unknown>): Promise<void>;
}

export interface EngineCallbackDeps extends EndpointDeps {
  lateAnswers: LateAnswers;
  limits: Pick<RateLimits, 'refusedTokens'>;
  maxBodyBytes: number;
}

/**
 * `POST /chatbot/engine/callback/{token}`: a bot that had answered a turn with 202 answers it now (docs/engines.md). The
 * token is its only credential, good for one answer, and checked before the body is read.
 */
export function engineCallbackRoutes(deps: EngineCallbackDeps): Router {
  const { lateAnswers, limits } = deps;
  const answer = endpoint(deps, hookV1, async (ctx) => {
    const { token = '' } = paramsOf(ctx);
    await lateAnswers.assertExpected(token).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'NOT_FOUND') limits.refusedTokens.take(ctx.ip);
      throw error;
    });
    assertJson(ctx.req);
    const body = parseJsonObject(toText(await readBody(ctx.req, deps.maxBodyBytes)));
    await lateAnswers.deliver(token, body);
    ctx.status = 200;
    ctx.body = {};
  });
  return new Router().post('/chatbot/engine/callback/:token', answer);
}
