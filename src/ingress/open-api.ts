import type { Middleware } from 'koa';
import { openApi } from '../../schema/openapi.js';
import { HOOK_VERSIONS } from '../wire/hook-versions.js';

/** `GET /openapi.json`: the hooks as an OpenAPI document, with this server's public URL. */
export function openApiDocument(publicUrl: string): Middleware {
  const document = JSON.stringify({ ...openApi(HOOK_VERSIONS), servers: [{ url: publicUrl }] });
  return (ctx) => {
    ctx.type = 'json';
    ctx.body = document;
  };
}
