import Router from '@koa/router';

export interface HealthDeps {
  /** Names of failing checks; empty when the server is ready for traffic. */
  faults(): Promise<string[]>;
}

/** `/healthz`: the process lives. `/readyz`: it can serve. */
export function healthRoutes({ faults }: HealthDeps): Router {
  const router = new Router();
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  router.get('/readyz', async (ctx) => {
    const found = await faults();
    ctx.status = found.length === 0 ? 200 : 503;
    ctx.body = found.length === 0 ? { status: 'ready' } : { status: 'not ready', faults: found };
  });
  return router;
}
