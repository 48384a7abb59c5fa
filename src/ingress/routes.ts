import Router from '@koa/router';
import { type HookDeps, hookV1 } from './hook.js';

/** Every REST route of the hooks. */
export function hookRoutes(deps: HookDeps): Router {
  const router = new Router();
  router.post('/chatbot/hooks/:botId', hookV1(deps));
  router.post('/chatbot/hooks/:botId/hookInstance/:channelId', hookV1(deps));
  return router;
}
