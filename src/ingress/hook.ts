import type { Middleware } from 'koa';
import { rowId } from '../ids.js';
import { readBody, toText } from '../request-body.js';
import type { HookVersion } from '../wire/hook-version.js';
import { admit, assertSpeaksFor, callerOrTester } from './admission.js';
import { assertJson } from './assert-json.js';
import { assertRoom } from './assert-room.js';
import { endpoint, paramsOf } from './endpoint.js';
import { respond } from './hook-answer.js';
import type { HookCall, HookDeps } from './hook-call.js';
import { assertKnownForm, messageOf, openAttachments } from './hook-message.js';
import { parseJsonObject } from './parse-json.js';

type Step = (call: HookCall) => void | Promise<void>;

/** Steps of a request, with the statuses each refuses with. Their order is part of the wire: the first refusal answers. */
const STEPS: readonly (readonly [refusals: string, step: Step])[] = [
  ['503', ({ deps }) => assertRoom(deps)],
  ['401 429', identify],
  ['404 401 403 429', admitToChannel],
  ['415', ({ ctx }) => assertJson(ctx.req)],
  ['413 400', readMessage],
  ['401', ({ caller, parsed }) => assertSpeaksFor(caller, parsed.input.user.id)],
  ['400', assertKnownForm],
  ['400', openAttachments],
  ['400 401 409 503 504', accept],
];

/** `POST {base}/{botId}[/hookInstance/{webHookId}]`: a message to a bot. */
export function hook(deps: HookDeps, version: HookVersion): Middleware {
  return endpoint(deps, version, async (ctx, request) => {
    const turnId = rowId('tn');
    request.turnId = turnId;
    const begun = { ctx, deps, version, turnId, traceId: request.traceId, receivedAt: deps.clock.now() };
    const call = begun as HookCall; // the steps set the rest, each before it is read
    for (const [, step] of STEPS) {
      const waiting = step(call);
      if (waiting) await waiting;
    }
  });
}

async function identify(call: HookCall): Promise<void> {
  call.caller = await callerOrTester(call.deps, call.ctx);
}

function admitToChannel(call: HookCall): void {
  const { botId, channelId } = paramsOf(call.ctx);
  call.route = admit(call.deps, call.caller, botId, channelId);
}

async function readMessage(call: HookCall): Promise<void> {
  const body = parseJsonObject(toText(await readBody(call.ctx.req, call.deps.maxBodyBytes)));
  call.parsed = call.version.parse(body, call.route);
}

async function accept(call: HookCall): Promise<void> {
  respond(call, await call.deps.inbox.accept(messageOf(call)));
}
