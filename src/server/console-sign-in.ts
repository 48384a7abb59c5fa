import type { Context as KoaContext, Middleware } from 'koa';
import type { Domain } from '../domain/domain.js';
import type { SignInFault } from '../domain/sign-in/providers/single-sign-on.js';
import { AppError, badInput } from '../errors.js';
import { readBody } from '../request-body.js';
import type { Cookies } from './session-cookies.js';

const PATH = '/console/sign-in';
const ROUTE = /^\/console\/sign-in\/([\w-]{1,100})(?:\/(callback|logout))?$/;
/** Cookie of a browser that is at the provider; named with an id of its own, as each tab may be. */
const TICKET_COOKIE = 'hookswitch-ticket';
const HOME = '/console/';
const MAX_BODY_BYTES = 64 * 1024;
/** Characters of what a provider sends back in the query. */
const MAX_QUERY = 8 * 1024;

/**
 * Sign-in by a provider, for browsers: `GET /console/sign-in` tells the ways there are, `GET /console/sign-in/{id}` leads
 * to the provider, which leads back to `/callback`. What went wrong is the console's `signIn` in the query. The provider
 * POSTs to `/logout` when somebody signs out there (Back-Channel Logout 1.0).
 */
export function createConsoleSignIn(sso: Domain['singleSignOn'], cookies: Cookies, publicUrl: string): Middleware {
  async function begin(ctx: KoaContext, id: string): Promise<void> {
    const { url, ticket, ticketId, until } = await sso.begin(id, ownPath(ctx, publicUrl));
    const name = `${TICKET_COOKIE}-${ticketId}`;
    // Lax: the provider is another site, and leads the browser back here.
    cookies.set(ctx, { name, value: ticket, path: `${PATH}/${id}`, expiresAt: until, sameSite: 'Lax' });
    ctx.redirect(url);
  }

  async function complete(ctx: KoaContext, id: string): Promise<void> {
    const query = ctx.querystring;
    if (query.length > MAX_QUERY) return failed(ctx, 'FAILED');
    const name = `${TICKET_COOKIE}-${sso.ticketIdOf(new URLSearchParams(query).get('state') ?? '')}`;
    const ticket = ctx.cookies.get(name) ?? '';
    cookies.set(ctx, { name, value: '', path: `${PATH}/${id}`, expiresAt: 0, sameSite: 'Lax' });
    const outcome = await sso.complete(id, query, ticket, { address: ctx.ip, userAgent: ctx.get('user-agent') });
    if (outcome.status === 'NOT_SIGNED_IN') return failed(ctx, outcome.fault);
    cookies.setSession(ctx, outcome.session);
    ctx.redirect(outcome.returnTo);
  }

  async function endByProvider(ctx: KoaContext, id: string): Promise<void> {
    const form = new URLSearchParams((await readBody(ctx.req, MAX_BODY_BYTES)).toString('utf8'));
    const token = form.get('logout_token');
    if (!token) throw badInput('logout_token', 'Send logout_token as application/x-www-form-urlencoded.');
    await sso.endByProvider(id, token);
    ctx.status = 200;
    ctx.body = '';
  }

  async function answer(ctx: KoaContext): Promise<void> {
    if (ctx.path === PATH) {
      ctx.body = await sso.ways();
      return;
    }
    const [, id = '', step] = ROUTE.exec(ctx.path) ?? [];
    const method = step === 'logout' ? 'POST' : 'GET';
    if (ctx.method !== method) {
      ctx.set('Allow', method);
      ctx.status = 405;
    } else if (step === 'logout') await endByProvider(ctx, id);
    else if (step === 'callback') await complete(ctx, id);
    else await begin(ctx, id);
  }

  return async (ctx, next) => {
    if (ctx.path !== PATH && !ROUTE.test(ctx.path)) return next();
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Referrer-Policy', 'no-referrer'); // the query holds a code
    try {
      await answer(ctx);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (ctx.method === 'GET' && error.code !== 'NOT_FOUND' && ctx.path !== PATH) return failed(ctx, error.code);
      ctx.status = error.status;
      ctx.body = { error: { code: error.code, message: error.message, ...error.details } };
    }
  };
}

const failed = (ctx: KoaContext, fault: SignInFault | AppError['code']): void =>
  ctx.redirect(`${HOME}?signIn=${fault}`);

/** Where to go afterwards: a page of the console, never another site. */
function ownPath(ctx: KoaContext, publicUrl: string): string {
  const wanted = new URLSearchParams(ctx.querystring).get('returnTo') ?? HOME;
  const url = URL.canParse(wanted, publicUrl) ? new URL(wanted, publicUrl) : null;
  if (url?.origin !== new URL(publicUrl).origin || !url.pathname.startsWith(HOME)) return HOME;
  return `${url.pathname}${url.search}${url.hash}`;
}
