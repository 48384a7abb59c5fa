import { badInput } from '../errors.js';
import type { Route, Routes } from '../routing/routes.js';
import { SECOND } from '../time.js';
import { WEBHOOK_TYPE } from '../vocabulary.js';
import type { InboundMessage, PreferredChannel, TurnInput } from '../wire/message.js';
import { testRunOf } from './admission.js';
import type { HookCall } from './hook-call.js';
import { idempotencyKey } from './idempotency-key.js';
import { preferencesOf } from './prefer.js';

/** How long `respond-async` without `wait` waits: a quick bot's answer saves the caller a second request. */
const DEFAULT_WAIT_MS = 1 * SECOND;

/** Data of a form need a form of this bot. BAD_USER_INPUT. */
export async function assertKnownForm({ deps, route, parsed: { input, fields } }: HookCall): Promise<void> {
  const { message } = input;
  if (message.type !== 'formData' || (await deps.hasForm(route, message.formId))) return;
  throw badInput(fields.formId, `Invalid Request Payload: ${fields.formId} names no form of this bot.`);
}

/** Attachments by id get a URL. BAD_USER_INPUT for one that is not there. */
export async function openAttachments({ deps, route, parsed: { input, fields } }: HookCall): Promise<void> {
  const { message } = input;
  if (message.type !== 'text' || message.attachments.length === 0) return;
  const opened = await deps.attachments.withUrls(route.accountId, message.attachments, route.privacy?.mask ?? null);
  if ('unknown' in opened) {
    const field = `${fields.attachments}.${opened.unknown}.fileId`;
    throw badInput(field, `Invalid Request Payload: ${field} names no uploaded file.`);
  }
  input.message = { ...message, attachments: opened };
}

/** The message as the inbox takes it, with what the headers ask for. BAD_USER_INPUT for a broken Idempotency-Key. */
export function messageOf(call: HookCall): InboundMessage {
  const { ctx, deps, version, route, parsed, caller, turnId, traceId, receivedAt } = call;
  const { input, preferredChannel } = parsed;
  if (preferredChannel !== undefined) input.preferredChannel = preferredChannelOf(deps.routes, route, preferredChannel);
  const message: InboundMessage = { turnId, channelId: route.channelId, traceId, receivedAt, input };
  const key = idempotencyKey(ctx) ?? parsed.messageId;
  const name = parsed.messageId ?? key;
  if (name !== undefined) input.name = name;
  if (caller.pass) input.test = testRunOf(route, caller.pass);
  if (key !== undefined) message.idempotency = { key: keyOf(key, input), bodyHash: parsed.bodyHash() };
  if (caller.jti) message.jti = caller.jti;
  if (route.mode !== 'SYNC') return message;
  const { respondAsync, waitMs = DEFAULT_WAIT_MS } = preferencesOf(ctx.get('prefer'));
  if (respondAsync) {
    input.detached = true;
    message.wait = { until: 'END', waitMs };
    ctx.set('Preference-Applied', 'respond-async');
  } else if (version.answersInParts && route.enablePolling) message.wait = { until: 'FIRST_PAUSE' };
  return message;
}

/** Keys of tests are their own: the user of one may be a user of the channel, too. */
const keyOf = (key: string, { test }: TurnInput): string => (test ? `test ${test.version} ${key}` : key);

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
