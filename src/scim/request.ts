import type { Context } from 'koa';
import type { Viewer } from '../domain/access.js';

/** One request by somebody who may provision. */
export interface ScimRequest {
  ctx: Context;
  viewer: Viewer;
  query: URLSearchParams;
}

/** What one path answers, by method. */
export type Methods = Partial<
  Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', (request: ScimRequest) => Promise<void>>
>;
