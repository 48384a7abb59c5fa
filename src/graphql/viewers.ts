import type { Context as KoaContext } from 'koa';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { AppError } from '../errors.js';

export interface ViewersDeps {
  domain: Domain;
  /** Another way than an API token to know who asks, such as a session of the console. */
  authenticate?(ctx: KoaContext): Promise<Viewer | null>;
}

/** Who makes a request, known before anything else of it is read. */
export function createViewers({ domain, authenticate }: ViewersDeps) {
  async function viewerOf(ctx: KoaContext): Promise<Viewer | null> {
    const [, token] = /^bearer +(\S+)$/i.exec(ctx.get('authorization')) ?? [];
    if (token !== undefined) return domain.apiTokens.authenticate(token, ctx.ip);
    return (await authenticate?.(ctx)) ?? null;
  }

  return {
    viewerOf,
    /** UNAUTHENTICATED for nobody. */
    async requireViewer(ctx: KoaContext): Promise<Viewer> {
      const viewer = await viewerOf(ctx);
      if (viewer) return viewer;
      throw new AppError('UNAUTHENTICATED', 'Send a valid API token: Authorization: Bearer <token>.');
    },
  };
}
