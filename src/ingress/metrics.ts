import { createHash, timingSafeEqual } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import { Registry } from 'prom-client';

/** Who may read the metrics: whoever has the token; `ANYBODY` on a port of their own; programs of this machine. */
export type MetricsReaders = { token: string } | 'ANYBODY' | 'THIS_MACHINE';

/** `GET /metrics`: what `read` gives, in the Prometheus text format. */
export function metricsRoutes(read: () => Promise<string>, readers: MetricsReaders): Router {
  const isAllowed = readersOf(readers);
  const router = new Router();
  router.get('/metrics', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    if (isAllowed(ctx)) {
      ctx.type = Registry.PROMETHEUS_CONTENT_TYPE;
      ctx.body = await read();
      return;
    }
    ctx.status = typeof readers === 'object' ? 401 : 403;
    ctx.body = typeof readers === 'object' ? 'Send Authorization: Bearer <METRICS_TOKEN>.\n' : ONLY_HERE;
  });
  return router;
}

const ONLY_HERE = 'Metrics are shown to programs of this machine, unless METRICS_PORT or METRICS_TOKEN is set.\n';

function readersOf(readers: MetricsReaders): (ctx: Context) => boolean {
  if (readers === 'ANYBODY') return () => true;
  if (readers === 'THIS_MACHINE') return isOfThisMachine;
  const digest = digestOf(`Bearer ${readers.token}`);
  return (ctx) => timingSafeEqual(digestOf(ctx.get('authorization').replace(/^bearer +/i, 'Bearer ')), digest);
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Headers by which a proxy on this machine marks a request it passes on. */
const PASSED_ON = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'];

function isOfThisMachine({ req }: Context): boolean {
  const address = req.socket.remoteAddress ?? '';
  return /^(127\.|::1$|::ffff:127\.)/.test(address) && !PASSED_ON.some((name) => req.headers[name] !== undefined);
}
