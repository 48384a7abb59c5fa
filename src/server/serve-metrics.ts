import type { Env } from '../config/env.js';
import type { Events } from '../events.js';
import { metricsRoutes } from '../ingress/metrics.js';
import { listen, type Part } from './http.js';
import type { Lifecycle } from './lifecycle.js';

/** Puts `/metrics` on a port of its own, and gives where that is; or among the parts of the main port, and gives null. */
export async function serveMetrics(
  { HOST: host, METRICS_PORT: port, METRICS_TOKEN: token }: Env,
  read: () => Promise<string>,
  { parts, events, lifecycle }: { parts: Part[]; events: Events; lifecycle: Lifecycle },
): Promise<string | null> {
  const others = port === undefined ? 'THIS_MACHINE' : 'ANYBODY';
  const routes = metricsRoutes(read, token === undefined ? others : { token });
  const part: Part = (koa) => koa.use(routes.routes());
  if (port === undefined) {
    parts.push(part);
    return null;
  }
  const server = await listen([part], { host, port, events });
  lifecycle.add('metrics', (deadline) => server.stop(deadline));
  return server.url;
}
