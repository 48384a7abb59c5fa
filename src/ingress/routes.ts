import Router from '@koa/router';
import { HOOK_VERSIONS } from '../wire/hook-versions.js';
import { botMeta } from './bot-meta.js';
import { type ChatHistoryDeps, chatHistory } from './chat-history.js';
import { encryptionKeys } from './encryption-keys.js';
import { hook } from './hook.js';
import type { HookDeps } from './hook-call.js';
import { type NotifyDeps, notifyJob, notifyUsers } from './notify.js';
import { openApiDocument } from './open-api.js';
import { type PollDeps, poll, pollEvents } from './poll.js';
import { publicKeys } from './public-keys.js';

/** Every REST route of the hooks. */
export function hookRoutes(deps: HookDeps & PollDeps & NotifyDeps & ChatHistoryDeps & { publicUrl: string }): Router {
  const router = new Router();
  for (const version of HOOK_VERSIONS) {
    router.post(`${version.base}/:botId`, hook(deps, version));
    router.post(`${version.base}/:botId/hookInstance/:channelId`, hook(deps, version));
    router.get(`${version.base}/:botId/poll/:pollId`, poll(deps, version));
    router.get(`${version.base}/:botId/poll/:pollId/events`, pollEvents(deps, version));
    router.get(`${version.base}/:botId/hookInstance/:channelId/poll/:pollId`, poll(deps, version));
  }
  router.get('/chatbot/keys/:channelId', publicKeys(deps));
  router.get('/chatbot/apps/:clientId/jwks.json', encryptionKeys(deps));
  router.get('/api/botmeta/:botId', botMeta(deps));
  router.get('/api/chathistory/:botId/:channelType', chatHistory(deps));
  router.post('/api/public/bot/:botId/notifyV2', notifyUsers(deps));
  router.get('/api/public/bot/:botId/notifyV2/:jobId', notifyJob(deps));
  router.get('/openapi.json', openApiDocument(deps.publicUrl));
  return router;
}
