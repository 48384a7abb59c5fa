import type { Context, Middleware } from 'koa';
import type { InboundMessage } from '../conversation/message.js';
import type { Receiver } from '../conversation/receive.js';
import type { Route, Routes } from '../conversation/routes.js';
import { AppError, badInput, notFound } from '../errors.js';
import type { Events } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import type { Clock } from '../time.js';
import { authenticate, type Caller } from './authenticate.js';
import { parseJsonObject } from './parse-json.js';
import { assertJson, readBody, toText } from './raw-body.js';
import { NotFunctional, refuse } from './render-error.js';
import { answerV1, parseV1 } from './webhook/v1.js';

export interface HookDeps {
  routes: Routes;
  receiver: Receiver;
  clock: Clock;
  events: Events;
  maxBodyBytes: number;
  /** Seconds until it is worth trying again, when nothing more can be taken in now. Asked before a body is read. */
  overloaded(): number | null;
}

const MAX_KEY_LENGTH = 255;

/** `POST /chatbot/hooks/{botId}[/hookInstance/{webHookId}]`. */
export function hookV1(deps: HookDeps): Middleware {
  return async (ctx) => {
    const traceId = newTraceId();
    ctx.set('X-Trace-Id', traceId);
    const { botId = '', channelId } = ctx.params as { botId?: string; channelId?: string };
    try {
      await answer(deps, ctx, botId, channelId, traceId);
    } catch (error) {
      const refusal = refuse(ctx, error, traceId);
      if (refusal.status === 500) deps.events.unexpected('hook', error, { traceId, botId });
      deps.events.messageRefused({ ...refusal, botId, ...(channelId !== undefined && { channelId }) });
    }
  };
}

async function answer(
  deps: HookDeps,
  ctx: Context,
  botId: string,
  channelId: string | undefined,
  traceId: string,
): Promise<void> {
  const receivedAt = deps.clock.now();
  const retryAfterSeconds = deps.overloaded();
  if (retryAfterSeconds !== null)
    throw new AppError('UNAVAILABLE', 'The server is busy; send the message again later.', {
      details: { retryAfterSeconds },
    });
  const caller = authenticate(ctx.get('authorization') || undefined, deps.routes, receivedAt);
  const route = admit(deps.routes, caller, botId, channelId);
  assertJson(ctx.req);
  const body = parseJsonObject(toText(await readBody(ctx.req, deps.maxBodyBytes)));
  const { input, messageId, bodyHash } = parseV1(body, route);

  const message: InboundMessage = { channelId: route.channelId, traceId, receivedAt, input };
  const key = idempotencyKey(ctx) ?? messageId;
  if (key !== undefined) message.idempotency = { key, bodyHash: bodyHash() };
  if (caller.jti) message.jti = caller.jti;
  const receipt = await deps.receiver.receive(message);
  const first = receipt.status === 'accepted' ? receipt.traceId : receipt.outcome.traceId;
  if (first !== traceId) ctx.set({ 'Idempotency-Replayed': 'true', 'X-Trace-Id': first });
  ctx.status = 200;
  if (receipt.status === 'accepted') ctx.body = Buffer.alloc(0);
  else ctx.body = answerV1(receipt.outcome);
}

/** The order of refusals is part of the wire: 404, then 401 for somebody else's app, then 403 with the blockers. */
export function admit(routes: Routes, caller: Caller, botId: string, channelId: string | undefined): Route {
  const route = routes.find(botId, channelId);
  if (!route) throw channelId === undefined ? notFound('bot', botId) : notFound('webhook channel', channelId);
  const { app } = caller;
  // Without an app of its own, a channel tells any app of its account what is missing.
  const welcome = route.clientId === null ? app.accountId === route.accountId : app.clientId === route.clientId;
  if (!welcome) {
    const details = { check: 'the app is not the one of this channel', clientId: app.clientId };
    throw new AppError('UNAUTHENTICATED', 'Invalid Access token', { details });
  }
  if (route.blockers.length > 0) throw new NotFunctional(route.blockers);
  return route;
}

function idempotencyKey(ctx: Context): string | undefined {
  const key = ctx.get('idempotency-key');
  if (key === '') return undefined;
  if (key.length > MAX_KEY_LENGTH || !/^[\x20-\x7e]+$/.test(key))
    throw badInput(
      'Idempotency-Key',
      `The Idempotency-Key header must be 1 to ${MAX_KEY_LENGTH} printable ASCII characters.`,
    );
  return key;
}
