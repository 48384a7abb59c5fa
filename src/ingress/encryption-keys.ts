import type { Middleware } from 'koa';
import { notFound } from '../errors.js';
import type { Routes } from '../routing/routes.js';
import { hookV1 } from '../wire/v1.js';
import { type EndpointDeps, endpoint, paramsOf } from './endpoint.js';

/** Callers may keep keys for so long. Both keys of a rotation are shown for its overlap, which should be longer. */
const MAX_AGE_SECONDS = 300;

/** `GET /chatbot/apps/{clientId}/jwks.json`: the public keys to encrypt the tokens of an app with, for anybody (RFC 7517). */
export function encryptionKeys(deps: EndpointDeps & { routes: Pick<Routes, 'app'> }): Middleware {
  return endpoint(deps, hookV1, async (ctx) => {
    const { clientId = '' } = paramsOf(ctx);
    const keys = deps.routes.app(clientId)?.encryptionKeys(deps.clock.now()) ?? [];
    if (keys.length === 0) throw notFound('app with encrypted tokens', clientId);
    ctx.set('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
    ctx.type = 'application/jwk-set+json';
    ctx.body = JSON.stringify({ keys });
  });
}
