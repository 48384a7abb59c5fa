import type { Middleware } from 'koa';
import { notFound } from '../errors.js';
import type { Routes } from '../routing/routes.js';
import { hookV1 } from '../wire/v1.js';
import { type EndpointDeps, endpoint, paramsOf } from './endpoint.js';

/** Receivers may keep keys for so long. Both keys of a rotation are shown for its overlap, which should be longer. */
const MAX_AGE_SECONDS = 300;

/** `GET /chatbot/keys/{channelId}`: the public keys that verify `v1a` signatures, for anybody. */
export function publicKeys(deps: EndpointDeps & { routes: Pick<Routes, 'publicKeys'> }): Middleware {
  return endpoint(deps, hookV1, async (ctx) => {
    const { channelId = '' } = paramsOf(ctx);
    const keys = deps.routes.publicKeys(channelId, deps.clock.now());
    if (!keys) throw notFound('channel', channelId);
    ctx.set('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    ctx.body = { keys: keys.map(({ kid, publicKey }) => ({ kid, type: 'ed25519', publicKey })) };
  });
}
