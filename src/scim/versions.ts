import type { Context } from 'koa';
import type { Resource } from './resources.js';
import { ScimError } from './scim-error.js';

const namesVersion = (header: string, { meta }: Resource): boolean =>
  header.split(',').some((one) => one.trim() === '*' || one.trim() === meta.version);

/** ScimError 412 when somebody else has changed the resource since the client has read it. */
export function assertVersion(ctx: Context, resource: Resource): void {
  const wanted = ctx.get('if-match');
  if (wanted !== '' && !namesVersion(wanted, resource))
    throw new ScimError(412, `The resource has changed; its version is ${resource.meta.version} now. Read it again.`);
}

/** Answers with a resource, or with 304 when the client has this version of it already. */
export function send(ctx: Context, status: 200 | 201, resource: Resource, shown: object = resource): void {
  ctx.set('ETag', resource.meta.version);
  ctx.set('Location', resource.meta.location);
  const known = ctx.get('if-none-match');
  if (ctx.method === 'GET' && known !== '' && namesVersion(known, resource)) {
    ctx.status = 304;
    return;
  }
  ctx.status = status;
  ctx.body = shown;
}
