import type { Context, Middleware } from 'koa';
import { badInput, type Shortage, unavailable } from '../errors.js';
import type { Events } from '../events.js';
import type { Attachments } from '../files/attachments.js';
import { rowId } from '../ids.js';
import type { Receipt } from '../inbox/answer.js';
import type { Inbox } from '../inbox/inbox.js';
import { pollId } from '../inbox/polls.js';
import { readBody, toText } from '../request-body.js';
import type { Route, Routes } from '../routing/routes.js';
import { SECOND } from '../time.js';
import { WEBHOOK_TYPE } from '../vocabulary.js';
import { pollPath } from '../wire/hook-url.js';
import type { HookVersion } from '../wire/hook-version.js';
import type { ParsedMessage } from '../wire/inbound.js';
import type { InboundMessage, PreferredChannel } from '../wire/message.js';
import { type AdmissionDeps, admit, assertSpeaksFor, callerOf } from './admission.js';
import { assertJson } from './assert-json.js';
import { endpoint, paramsOf } from './endpoint.js';
import { idempotencyKey } from './idempotency-key.js';
import { parseJsonObject } from './parse-json.js';
import { preferencesOf } from './prefer.js';

export interface HookDeps extends AdmissionDeps {
  inbox: Inbox;
  events: Events;
  maxBodyBytes: number;
  /** The path of the public URL, without a final slash: what a proxy puts before ours. */
  pathPrefix: string;
  /** What keeps the server from taking in a message, or null. Asked before a body is read. */
  shortage(): Shortage | null;
  attachments: Pick<Attachments, 'withUrls'>;
  /** Whether the bot that answers here has such a form. */
  hasForm(route: Route, formId: string): Promise<boolean>;
}

/** How long `respond-async` without `wait` waits: a quick bot's answer saves the caller a second request. */
const DEFAULT_WAIT_MS = 1 * SECOND;

/** `POST {base}/{botId}[/hookInstance/{webHookId}]`: a message to a bot. */
export function hook(deps: HookDeps, version: HookVersion): Middleware {
  return endpoint(deps, version, async (ctx, request) => {
    const { traceId } = request;
    const turnId = rowId('tn');
    request.turnId = turnId;
    const receivedAt = deps.clock.now();
    assertRoom(deps);
    const caller = callerOf(deps, ctx);
    const { botId, channelId } = paramsOf(ctx);
    const route = admit(deps, caller, botId, channelId);
    assertJson(ctx.req);
    const body = parseJsonObject(toText(await readBody(ctx.req, deps.maxBodyBytes)));
    const parsed = version.parse(body, route);
    const { input } = parsed;
    assertSpeaksFor(caller, input.user.id);
    await assertKnownForm(deps, route, parsed);
    await openAttachments(deps, route, parsed);
    if (parsed.preferredChannel !== undefined)
      input.preferredChannel = preferredChannelOf(deps.routes, route, parsed.preferredChannel);

    const message: InboundMessage = { turnId, channelId: route.channelId, traceId, receivedAt, input };
    const key = idempotencyKey(ctx) ?? parsed.messageId;
    const name = parsed.messageId ?? key;
    if (name !== undefined) input.name = name;
    if (key !== undefined) message.idempotency = { key, bodyHash: parsed.bodyHash() };
    if (caller.jti) message.jti = caller.jti;
    const { respondAsync, waitMs = DEFAULT_WAIT_MS } = preferencesOf(ctx.get('prefer'));
    if (route.mode === 'SYNC' && respondAsync) {
      input.detached = true;
      message.wait = { until: 'END', waitMs };
      ctx.set('Preference-Applied', 'respond-async');
    } else if (route.mode === 'SYNC' && version.answersInParts && route.enablePolling) {
      message.wait = { until: 'FIRST_PAUSE' };
    }
    write(deps, ctx, version, botId, traceId, await deps.inbox.accept(message));
  });
}

function write(
  deps: HookDeps,
  ctx: Context,
  version: HookVersion,
  botId: string,
  traceId: string,
  receipt: Receipt,
): void {
  const first = 'outcome' in receipt ? receipt.outcome.traceId : receipt.traceId;
  if (first !== traceId) ctx.set({ 'Idempotency-Replayed': 'true', 'X-Trace-Id': first });
  ctx.status = 200;
  switch (receipt.status) {
    case 'accepted':
      ctx.body = version.accepted(first) ?? Buffer.alloc(0);
      return;
    case 'answered':
      ctx.body = version.answer(receipt.outcome);
      return;
    case 'paused': {
      const { outcome } = receipt;
      ctx.body = version.answer(outcome, pollId(outcome.turnId, outcome.replies.length));
      return;
    }
    case 'pending': {
      const id = pollId(receipt.turnId, 0);
      const path = deps.pathPrefix + pollPath(version, botId, id);
      ctx.status = 202;
      ctx.set({ Location: path, Link: `<${path}/events>; rel="monitor"; type="text/event-stream"` });
      ctx.body = version.inProgress(id, first);
    }
  }
}

/** Throws UNAVAILABLE with its reason while nothing more can be taken in. */
export function assertRoom({ shortage }: Pick<HookDeps, 'shortage'>): void {
  const lack = shortage();
  if (lack) throw unavailable(lack.reason, BUSY, lack);
}

export const BUSY = 'The server is busy; send the message again later.';

async function assertKnownForm(deps: HookDeps, route: Route, { input, fields }: ParsedMessage): Promise<void> {
  const { message } = input;
  if (message.type !== 'formData' || (await deps.hasForm(route, message.formId))) return;
  throw badInput(fields.formId, `Invalid Request Payload: ${fields.formId} names no form of this bot.`);
}

/** Attachments by id get a URL; one that is not there is refused. */
async function openAttachments(deps: HookDeps, route: Route, { input, fields }: ParsedMessage): Promise<void> {
  const { message } = input;
  if (message.type !== 'text' || message.attachments.length === 0) return;
  const opened = await deps.attachments.withUrls(route.accountId, message.attachments);
  if ('unknown' in opened) {
    const field = `${fields.attachments}.${opened.unknown}.fileId`;
    throw badInput(field, `Invalid Request Payload: ${field} names no uploaded file.`);
  }
  input.message = { ...message, attachments: opened };
}

/** What webhook channels are called as a type: it means the default one (kore-webhook.md §1.2). */
const OWN_TYPES: readonly string[] = [WEBHOOK_TYPE, 'webhook'];

/** Another channel by name or id; else a type of channel, for which the bot file may hold texts of its own. */
function preferredChannelOf(routes: Routes, { botId }: Route, wanted: string): PreferredChannel {
  for (const channelId of routes.channelsOf([botId]))
    if (channelId === wanted || routes.byChannel(channelId)?.channelName === wanted) return { channelId };
  const ofOwnType = OWN_TYPES.includes(wanted) && routes.find(botId);
  if (ofOwnType) return { channelId: ofOwnType.channelId };
  return { channelType: wanted };
}
