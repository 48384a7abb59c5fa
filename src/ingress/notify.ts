import type { Middleware } from 'koa';
import { notifyV2 } from '../../schema/notify-v2.js';
import { badInput, conflict, notFound, type Shortage } from '../errors.js';
import type { Events } from '../events.js';
import type { JsonObject } from '../json.js';
import { hashOf, type JobCount, type Proactive } from '../outbox/proactive.js';
import type { ProactiveMessage } from '../outbox/render-proactive.js';
import { readBody, toText } from '../request-body.js';
import type { Content } from '../vocabulary.js';
import { hookV2 } from '../wire/v2.js';
import { createCheck } from '../wire/validate.js';
import { type AdmissionDeps, admit, callerOf, consumeToken } from './admission.js';
import { assertJson } from './assert-json.js';
import { assertRoom } from './assert-room.js';
import { endpoint, paramsOf } from './endpoint.js';
import { idempotencyKey } from './idempotency-key.js';
import { parseJsonObject } from './parse-json.js';

export interface NotifyDeps extends AdmissionDeps {
  proactive: Proactive;
  events: Events;
  maxBodyBytes: number;
  shortage(): Shortage | null;
}

interface Notification {
  webhookInstanceName?: string | null;
  content?: RawContent;
  identities: {
    id?: string | number;
    userId?: string | number;
    email?: string | number;
    phoneNumber?: string | number;
    customMessage?: string | RawContent | null;
    parameters?: JsonObject | null;
  }[];
}

interface RawContent {
  type: 'text' | 'template' | 'script';
  value: string | JsonObject;
}

const check = createCheck<Notification>(notifyV2);

/**
 * `POST /api/public/bot/{botId}/notifyV2`: a job that sends proactive messages (kore-webhook.md §1.14). It is
 * accepted as a whole or refused as a whole.
 */
export function notifyUsers(deps: NotifyDeps): Middleware {
  return endpoint(deps, hookV2, async (ctx) => {
    assertRoom(deps);
    const caller = await callerOf(deps, ctx);
    const { botId } = paramsOf(ctx);
    assertJson(ctx.req);
    const body = check(parseJsonObject(toText(await readBody(ctx.req, deps.maxBodyBytes))));
    const route = admit(deps, caller, botId, channelNamed(deps, botId, body.webhookInstanceName));
    deps.limits.notifications.take(route.botId);
    if (route.mode !== 'ASYNC') throw conflict('Only an asynchronous webhook channel can send proactive messages.');
    const messages = body.identities.map((identity, index) => messageOf(identity, index, body.content));
    const key = idempotencyKey(ctx);
    await consumeToken(deps, caller);
    const job = await deps.proactive.render(route, 'V2', messages);
    const bodyHash = hashOf(JSON.stringify(body));
    const accepted = await deps.proactive.accept(job, key === undefined ? undefined : { key, bodyHash });
    const pending = { pending: messages.length, delivered: 0, dead: 0 };
    if ('sent' in accepted) {
      ctx.body = toJob(accepted.jobId, pending);
      return;
    }
    ctx.set('Idempotency-Replayed', 'true');
    const count = await deps.proactive.countOf(caller.app.accountId, botId, accepted.jobId);
    ctx.body = toJob(accepted.jobId, count ?? pending);
  });
}

/** `GET /api/public/bot/{botId}/notifyV2/{jobId}`: how far it has got. */
export function notifyJob(deps: NotifyDeps): Middleware {
  return endpoint(deps, hookV2, async (ctx) => {
    const caller = await callerOf(deps, ctx);
    const { botId, jobId = '' } = paramsOf(ctx);
    const count = await deps.proactive.countOf(caller.app.accountId, botId, jobId);
    if (!count) throw notFound('job', jobId);
    await consumeToken(deps, caller);
    ctx.body = toJob(jobId, count);
  });
}

function channelNamed(deps: NotifyDeps, botId: string, name: string | null | undefined): string | undefined {
  if (!name) return undefined;
  const named = deps.routes
    .channelsOf([botId])
    .find((id) => id === name || deps.routes.byChannel(id)?.channelName === name);
  if (named === undefined) throw notFound('webhook channel', name);
  return named;
}

function messageOf(
  identity: Notification['identities'][number],
  index: number,
  common: RawContent | undefined,
): ProactiveMessage {
  const to = identity.id ?? identity.userId ?? identity.email ?? identity.phoneNumber;
  const own = identity.customMessage;
  const content = typeof own === 'string' ? ({ type: 'text', value: own } as const) : (own ?? common);
  const field = `identities.${index}`;
  if (!content)
    throw badInput('content', 'Invalid Request Payload: content is required, or a customMessage for each identity.');
  if (to === undefined || String(to).trim() === '')
    throw badInput(field, `Invalid Request Payload: ${field} names no user.`);
  return { to: String(to), contents: [toContent(content)], parameters: identity.parameters ?? {} };
}

function toContent({ type, value }: RawContent): Content {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { type: type === 'text' ? 'TEXT' : type === 'template' ? 'TEMPLATE' : 'SCRIPT', value: text };
}

function toJob(jobId: string, { pending, delivered, dead }: JobCount) {
  const identitiesCount = pending + delivered + dead;
  return {
    _id: jobId,
    jobType: 'PROACTIVE_NOTIFICATIONS_API',
    status: pending > 0 ? 'IN_PROGRESS' : 'SUCCESS',
    percentageComplete: Math.floor(((identitiesCount - pending) / identitiesCount) * 100),
    store: { identitiesCount, deliveredCount: delivered, failedCount: dead },
  };
}
