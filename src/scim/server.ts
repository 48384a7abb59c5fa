import type { Context, Middleware } from 'koa';
import { assertMay, type Viewer } from '../domain/access.js';
import { SCIM_PATH } from '../domain/directory/groups.js';
import type { Domain } from '../domain/domain.js';
import { AppError } from '../errors.js';
import { traceId } from '../ids.js';
import { leavesBody } from '../request-body.js';
import { createDiscovery } from './discovery.js';
import { createGroupsEndpoint } from './groups.js';
import type { Methods } from './request.js';
import { createResources } from './resources.js';
import { internalError, ScimError, toScimAnswer } from './scim-error.js';
import { createUsersEndpoint } from './users.js';

export interface ScimDeps {
  domain: Pick<Domain, 'apiTokens' | 'directory' | 'publicUrl'>;
  /** A failure of this server itself, and the id that the client is told. */
  onError(error: unknown, traceId: string): void;
}

const TYPE = 'application/scim+json; charset=utf-8';

/**
 * SCIM 2.0 (RFC 7643, RFC 7644) under `/scim/v2`: a company's directory manages users and groups. Other paths are passed on.
 * Everything takes an API token that is good for `scim.provision` alone.
 */
export function createScim({ domain, onError }: ScimDeps): Middleware {
  const baseUrl = `${domain.publicUrl}${SCIM_PATH}`;
  const resources = createResources(baseUrl);
  const discovery = createDiscovery(baseUrl);
  const users = createUsersEndpoint(domain.directory.people, resources);
  const groups = createGroupsEndpoint(domain.directory.groups, resources);

  const telling =
    (body: (id: string | undefined) => object) =>
    (id: string | undefined): Methods => ({
      async GET({ ctx }) {
        ctx.body = body(id);
      },
    });
  const endpoints: Record<string, (id: string | undefined) => Methods> = {
    users: (id) => (id === undefined ? users.all : users.one(id)),
    groups: (id) => (id === undefined ? groups.all : groups.one(id)),
    serviceproviderconfig: telling(() => discovery.serviceProviderConfig),
    resourcetypes: telling(discovery.resourceTypes),
    schemas: telling(discovery.schemas),
  };

  async function viewerOf(ctx: Context): Promise<Viewer> {
    const [, token] = /^bearer +(\S+)$/i.exec(ctx.get('authorization')) ?? [];
    const viewer = token === undefined ? null : await domain.apiTokens.authenticate(token, ctx.ip);
    if (viewer) return viewer;
    ctx.set('WWW-Authenticate', 'Bearer realm="scim"');
    throw new AppError('UNAUTHENTICATED', 'Send a valid API token: Authorization: Bearer <token>.');
  }

  async function answer(ctx: Context): Promise<void> {
    const viewer = await viewerOf(ctx);
    assertMay(viewer, 'scim.provision');
    const [name = '', id, ...more] = ctx.path.slice(SCIM_PATH.length).split('/').filter(Boolean).map(decoded);
    const known = Object.hasOwn(endpoints, name.toLowerCase()) ? endpoints[name.toLowerCase()] : undefined;
    if (!known || more.length > 0) throw new ScimError(404, `There is nothing at ${ctx.path}.`);
    const methods = known(id);
    const method = ctx.method === 'HEAD' ? 'GET' : ctx.method;
    const handle = Object.entries(methods).find(([of]) => of === method)?.[1];
    if (!handle) {
      ctx.set('Allow', Object.keys(methods).join(', '));
      throw new ScimError(405, `${ctx.method} is not for ${ctx.path}.`);
    }
    await handle({ ctx, viewer, query: new URLSearchParams(ctx.querystring) });
    if (ctx.body !== undefined && ctx.body !== null) ctx.type = TYPE;
  }

  return async (ctx, next) => {
    if (ctx.path !== SCIM_PATH && !ctx.path.startsWith(`${SCIM_PATH}/`)) return next();
    ctx.set('Cache-Control', 'no-store');
    try {
      await answer(ctx);
    } catch (error) {
      const id = traceId();
      const told = toScimAnswer(error);
      if (!told) onError(error, id);
      const { status, body, retryAfterSeconds } = told ?? internalError(id);
      ctx.status = status;
      ctx.body = body;
      ctx.type = TYPE;
      if (retryAfterSeconds !== null) ctx.set('Retry-After', String(retryAfterSeconds));
      if (leavesBody(ctx.req)) ctx.set('Connection', 'close');
    }
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ScimError(404, 'There is nothing at a path that cannot be decoded.');
  }
}
