import type { Context as KoaContext, Middleware } from 'koa';
import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { AppError, badInput } from '../errors.js';
import { readJsonBody } from '../graphql/read-body.js';

export interface ConsoleSessions {
  /** `POST /console/session` signs in, `DELETE` signs out; everything else is passed on. */
  middleware: Middleware;
  /** Who asks, by the cookie; null without it, or without the header that only our own pages can send. */
  authenticate(ctx: KoaContext): Promise<Viewer | null>;
}

const PATH = '/console/session';
const COOKIE = 'hookswitch-session';
/** A page of another origin cannot send it without being asked by CORS first, which this server never answers. */
const HEADER = 'x-hookswitch-console';
const MAX_BODY_BYTES = 8 * 1024;

/** Sign-in of the console: credentials are exchanged for a cookie that scripts cannot read and other sites cannot send. */
export function createConsoleSessions(domain: Domain, publicUrl: string): ConsoleSessions {
  const secure = publicUrl.startsWith('https:');

  /** `expiresAt` in ms; 0 removes the cookie. */
  function setCookie(ctx: KoaContext, value: string, expiresAt: number): void {
    const attributes = `Path=/; Expires=${new Date(expiresAt).toUTCString()}; HttpOnly; SameSite=Strict`;
    ctx.set('Set-Cookie', `${COOKIE}=${value}; ${attributes}${secure ? '; Secure' : ''}`);
  }

  async function signIn(ctx: KoaContext): Promise<void> {
    const credentials = await readJsonBody(ctx.req, MAX_BODY_BYTES);
    const { token, expiresAt, viewer } = await open(domain, credentials);
    setCookie(ctx, token, expiresAt);
    ctx.status = 201;
    ctx.body = { viewer: { id: viewer.id, name: viewer.name, role: viewer.role }, expiresAt };
  }

  async function signOut(ctx: KoaContext): Promise<void> {
    const token = ctx.cookies.get(COOKIE);
    if (token) await domain.consoleSessions.end(token);
    setCookie(ctx, '', 0);
    ctx.status = 204;
  }

  return {
    async middleware(ctx, next) {
      if (ctx.path !== PATH) return next();
      ctx.set('Cache-Control', 'no-store');
      try {
        if (ctx.get(HEADER) === '') {
          throw new AppError('FORBIDDEN', `Send the header ${HEADER} with any value: it keeps other sites out.`);
        }
        if (ctx.method === 'POST') await signIn(ctx);
        else if (ctx.method === 'DELETE') await signOut(ctx);
        else ctx.status = 405;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        ctx.status = error.status;
        ctx.body = { error: { code: error.code, message: error.message, ...error.details } };
      }
    },

    async authenticate(ctx) {
      if (ctx.get(HEADER) === '') return null;
      const token = ctx.cookies.get(COOKIE);
      return token ? domain.apiTokens.authenticate(token) : null;
    },
  };
}

function open(domain: Domain, credentials: unknown) {
  const { token, email, password } = typeof credentials === 'object' && credentials !== null ? fields(credentials) : {};
  if (token !== undefined) return domain.consoleSessions.withToken(token);
  if (email !== undefined && password !== undefined) return domain.consoleSessions.withPassword(email, password);
  throw badInput('token', 'Send {"token"} or {"email", "password"} as JSON.');
}

/** Its members that are text. */
const fields = (value: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  );
