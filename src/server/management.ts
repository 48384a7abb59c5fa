import type { Env } from '../config/env.js';
import { createTransferRequests } from '../domain/bots/transfer/requests.js';
import type { Domain } from '../domain/domain.js';
import type { Events } from '../events.js';
import type { Attachments } from '../files/attachments.js';
import { createBotMessages } from '../history/bot-messages.js';
import type { Inbox } from '../inbox/inbox.js';
import { callerOf, consumeToken } from '../ingress/admission.js';
import { createRateLimit } from '../ingress/rate-limits.js';
import type { JobRunner } from '../jobs/job-runner.js';
import type { Log } from '../log.js';
import { createDownloadLinks } from '../management/download-links.js';
import { managementRoutes } from '../management/routes.js';
import type { Routes } from '../routing/routes.js';
import type { Clock } from '../time.js';
import type { Storage } from './storage.js';

export interface ManagementDeps {
  env: Env;
  log: Log;
  events: Events;
  clock: Clock;
  storage: Pick<Storage, 'database' | 'vault'>;
  routes: Routes;
  inbox: Pick<Inbox, 'consumeToken'>;
  attachments: Attachments;
  domain: Domain;
  runner: JobRunner;
}

/** The edge that deployment scripts talk to. Its tokens are those of apps, as at the hooks. */
export function createManagement(deps: ManagementDeps) {
  const { env, log, events, clock, storage, attachments, domain, runner } = deps;
  const { database, vault } = storage;
  const limit = (perMinute: number) => createRateLimit(perMinute, clock);
  const admission = {
    ...deps,
    limits: {
      app: limit(env.RATE_LIMIT_APP),
      channel: limit(0),
      refusedTokens: limit(env.RATE_LIMIT_REFUSED_TOKENS),
      notifications: limit(0),
    },
  };
  const publicUrl = env.PUBLIC_URL.replace(/\/+$/, '');
  return managementRoutes({
    events,
    clock,
    domain,
    attachments,
    publicUrl,
    links: createDownloadLinks(vault, publicUrl),
    messages: createBotMessages({ database }),
    requests: createTransferRequests({
      database,
      clock,
      log,
      async missingFile(accountId, ids) {
        const known = new Set((await attachments.find(accountId, ids)).map(({ id }) => id));
        return ids.find((id) => !known.has(id)) ?? null;
      },
      begin: () => runner.claim(),
    }),
    async authenticate(ctx) {
      const caller = await callerOf(admission, ctx, 'APP');
      await consumeToken(admission, caller);
      const { accountId, clientId } = caller.app;
      return { accountId, clientId };
    },
  });
}
