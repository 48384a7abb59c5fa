import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Middleware } from 'koa';
import sirv from 'sirv';

/** What the console and the GraphQL explorer may do: nothing from outside. Their editors set styles inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Their names carry a hash of their content. */
const ASSETS = '/assets/';
const FOR_EVER = 'public, max-age=31536000, immutable';

const BUILT = fileURLToPath(new URL('../../console/', import.meta.url));

/** Serves the built console under `/console`. It is not there when only the server was built. */
export function consoleFiles(folder = BUILT): Middleware {
  if (!existsSync(folder)) return (_ctx, next) => next();
  const serve = sirv(folder, {
    etag: true,
    gzip: true, // made by the build
    dev: true, // looks at each request: a file that an upgrade has replaced would end the process
    single: true, // the console's own addresses, such as /console/bots, are all its one page
    setHeaders: (response, path) =>
      response.setHeader('Cache-Control', path.startsWith(ASSETS) ? FOR_EVER : 'no-cache'),
  });
  return async (ctx, next) => {
    if (ctx.path === '/console' || ctx.path === '/') return ctx.redirect('/console/');
    if (!ctx.path.startsWith('/console/')) return next();
    ctx.set('Content-Security-Policy', POLICY);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.req.url = ctx.url.slice('/console'.length);
    await new Promise<void>((resolve) => {
      ctx.respond = false;
      ctx.res.statusCode = 200; // Koa presumes 404
      ctx.res.once('close', resolve);
      serve(ctx.req, ctx.res, () => {
        ctx.res.writeHead(404, { 'Content-Type': 'text/plain' }).end('There is no such page.');
      });
    });
  };
}
