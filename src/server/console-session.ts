import type { Context as KoaContext, Middleware } from 'koa';
import { ACTIONS, may, type Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import type { ConsoleSession } from '../domain/sign-in/console-sessions.js';
import { AppError, badInput } from '../errors.js';
import { readJsonBody } from '../graphql/read-body.js';
import { type Cookies, SESSION_COOKIE } from './session-cookies.js';

export interface ConsoleSessions {
  /**
   * `/console/session`: `POST` signs in, `GET` tells who is signed in, `DELETE` signs out and gives the `signOutUrl` of
   * the provider, if one has to be visited for that. Other paths are passed on.
   */
  middleware: Middleware;
  /** Who asks, by the cookie; null without it, or without the header that only our own pages can send. */
  authenticate(ctx: KoaContext): Promise<Viewer | null>;
}

const PATH = '/console/session';
/** Cookie of a browser that has signed in by password. It outlives the session and grants no access. */
const DEVICE_COOKIE = 'hookswitch-device';
/** Header that pages of other origins cannot send: CORS would have to allow it, and this server never does. */
const HEADER = 'x-hookswitch-console';
const MAX_BODY_BYTES = 8 * 1024;

/** Sign-in of the console: credentials are exchanged for a cookie that scripts cannot read and other sites cannot send. */
export function createConsoleSessions(domain: Domain, cookies: Cookies): ConsoleSessions {
  async function signIn(ctx: KoaContext): Promise<void> {
    const [address, userAgent] = [ctx.ip, ctx.get('user-agent')];
    const { token, email, password } = fields(await readJsonBody(ctx.req, MAX_BODY_BYTES));
    if (token !== undefined) return welcome(ctx, await domain.consoleSessions.withToken(token, address, userAgent));
    if (email === undefined || password === undefined) {
      throw badInput('token', 'Send {"token"} or {"email", "password"} as JSON.');
    }
    const deviceProof = ctx.cookies.get(DEVICE_COOKIE) ?? '';
    const session = await domain.consoleSessions.withPassword({ email, password, address, deviceProof, userAgent });
    welcome(ctx, session);
    const { text: value, expiresAt } = session.device;
    cookies.set(ctx, { name: DEVICE_COOKIE, value, path: PATH, expiresAt });
  }

  function welcome(ctx: KoaContext, session: ConsoleSession): void {
    cookies.setSession(ctx, session);
    ctx.status = 201;
    ctx.body = { viewer: shown(session.viewer), expiresAt: session.expiresAt };
  }

  async function signOut(ctx: KoaContext): Promise<void> {
    const token = ctx.cookies.get(SESSION_COOKIE);
    const signOutUrl = token ? await domain.singleSignOn.signOutUrl(token) : null;
    if (token) await domain.consoleSessions.end(token, ctx.ip);
    cookies.set(ctx, { name: SESSION_COOKIE, value: '', path: '/', expiresAt: 0 });
    ctx.status = signOutUrl === null ? 204 : 200;
    if (signOutUrl !== null) ctx.body = { signOutUrl };
  }

  async function authenticate(ctx: KoaContext): Promise<Viewer | null> {
    if (ctx.get(HEADER) === '') return null;
    const token = ctx.cookies.get(SESSION_COOKIE);
    return token ? domain.apiTokens.authenticate(token, ctx.ip) : null;
  }

  return {
    authenticate,
    async middleware(ctx, next) {
      if (ctx.path !== PATH) return next();
      ctx.set('Cache-Control', 'no-store');
      try {
        if (ctx.get(HEADER) === '') {
          throw new AppError('FORBIDDEN', `Send the header ${HEADER} with any value: it keeps other sites out.`);
        }
        if (ctx.method === 'POST') await signIn(ctx);
        else if (ctx.method === 'GET') ctx.body = { viewer: shown(await authenticate(ctx)) };
        else if (ctx.method === 'DELETE') await signOut(ctx);
        else ctx.status = 405;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const { retryAfterSeconds } = error.details;
        if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(retryAfterSeconds));
        ctx.status = error.status;
        ctx.body = { error: { code: error.code, message: error.message, ...error.details } };
      }
    },
  };
}

const shown = (viewer: Viewer | null) =>
  viewer && {
    id: viewer.id,
    name: viewer.name,
    role: viewer.role,
    permissions: ACTIONS.filter((action) => may(viewer, action)),
  };

/** The members of a JSON object that are text and not empty. */
const fields = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(Object(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  );
