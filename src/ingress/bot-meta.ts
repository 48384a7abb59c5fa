import type { Middleware } from 'koa';
import { notFound } from '../errors.js';
import type { Events } from '../events.js';
import { hookV2 } from '../wire/v2.js';
import { type AdmissionDeps, callerOf, consumeToken } from './admission.js';
import { endpoint, paramsOf } from './endpoint.js';

/** A speech bubble: bots of this server have no picture of their own. */
export const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#1c7ed6" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z"/></svg>',
)}`;

/** `GET /api/botmeta/{botId}`: what a chat widget shows of a bot (kore-webhook.md §1.2). Any app of the account may ask. */
export function botMeta(deps: AdmissionDeps & { events: Events }): Middleware {
  return endpoint(deps, hookV2, async (ctx) => {
    const caller = await callerOf(deps, ctx);
    const { botId } = paramsOf(ctx);
    const [channelId = ''] = deps.routes.channelsOf([botId]);
    const route = deps.routes.byChannel(channelId);
    if (!route || route.accountId !== caller.app.accountId) throw notFound('bot', botId);
    await consumeToken(deps, caller);
    ctx.body = { _id: botId, name: route.botName, icon: ICON };
  });
}
