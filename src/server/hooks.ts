import type Koa from 'koa';
import type { OpenBots } from '../bots/bots.js';
import type { Env } from '../config/env.js';
import { createTestPasses } from '../domain/playground/test-passes.js';
import type { Shortage } from '../errors.js';
import type { Events } from '../events.js';
import type { Attachments } from '../files/attachments.js';
import type { FormLinks } from '../files/form-links.js';
import { createChatHistory } from '../history/chat-history.js';
import type { Inbox } from '../inbox/inbox.js';
import { createPolls } from '../inbox/polls.js';
import type { createRefusals } from '../inbox/refusals.js';
import { createSentForms } from '../inbox/sent-forms.js';
import type { TurnUpdates } from '../inbox/turn-updates.js';
import type { ChatHistoryDeps } from '../ingress/chat-history.js';
import { crossOrigin } from '../ingress/cross-origin.js';
import { engineCallbackRoutes, type LateAnswers } from '../ingress/engine-callback.js';
import { createEventStreams, type EventStreamsDeps } from '../ingress/event-streams.js';
import { type FormDeps, formRoutes } from '../ingress/forms.js';
import type { HookDeps } from '../ingress/hook-call.js';
import { createLoadShedding } from '../ingress/load-shedding.js';
import type { NotifyDeps } from '../ingress/notify.js';
import type { PollDeps } from '../ingress/poll.js';
import { createRateLimit } from '../ingress/rate-limits.js';
import { hookRoutes } from '../ingress/routes.js';
import { type UploadDeps, uploadRoutes } from '../ingress/uploads.js';
import { createRequestQueue } from '../load/request-queue.js';
import type { Proactive } from '../outbox/proactive.js';
import type { Routes } from '../routing/routes.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import type { Database } from '../store/database/database.js';
import { idempotencyStore } from '../store/tables/idempotency.js';
import { sessionStore } from '../store/tables/sessions.js';
import type { turnStore } from '../store/tables/turns.js';
import type { Vault } from '../store/vault.js';
import { type Clock, SECOND } from '../time.js';
import { HOOK_VERSIONS } from '../wire/hook-versions.js';

export interface HooksDeps {
  env: Env;
  database: Database;
  vault: Vault;
  queue: CommitQueue;
  turns: ReturnType<typeof turnStore>;
  updates: TurnUpdates;
  inbox: Inbox;
  routes: Routes;
  bots: OpenBots;
  attachments: Attachments;
  proactive: Proactive;
  formLinks: FormLinks;
  lateAnswers: LateAnswers;
  clock: Clock;
  events: Events;
  shortage(): Shortage | null;
  /** See EventStreamsDeps. */
  eventStreams?: EventStreamsDeps['limits'];
}

/** The edge that callers talk to. */
export function createHooks(deps: HooksDeps) {
  const { env, clock, events, bots } = deps;
  const polls = createPolls(deps);
  const streams = createEventStreams({ polls, clock, events, limits: deps.eventStreams });
  const limit = (perMinute: number) => createRateLimit(perMinute, clock);
  const edge = {
    ...deps,
    sentForms: createSentForms({
      ...deps,
      idempotency: idempotencyStore(deps.database.dialect),
      sessions: sessionStore(deps.database.dialect),
    }),
    polls,
    streams,
    chatHistory: createChatHistory(deps),
    limits: {
      app: limit(env.RATE_LIMIT_APP),
      channel: limit(env.RATE_LIMIT_CHANNEL),
      refusedTokens: limit(env.RATE_LIMIT_REFUSED_TOKENS),
      notifications: limit(env.RATE_LIMIT_NOTIFICATIONS),
    },
    testPasses: createTestPasses(deps.vault),
    maxBodyBytes: env.MAX_BODY_BYTES,
    maxWaitMs: env.SYNC_LIMIT_SECONDS * SECOND,
    publicUrl: env.PUBLIC_URL.replace(/\/+$/, ''),
    pathPrefix: new URL(env.PUBLIC_URL).pathname.replace(/\/+$/, ''),
    async hasForm({ versionId }, formId) {
      if (versionId === null) return true; // refused for that reason, later
      const { program } = await bots.open(versionId);
      return !program.form || program.form(formId) !== null;
    },
  } satisfies HookDeps & PollDeps & UploadDeps & NotifyDeps & ChatHistoryDeps & { publicUrl: string } & FormDeps;
  const routers = [hookRoutes(edge), uploadRoutes(edge), formRoutes(edge), engineCallbackRoutes(edge)];
  return {
    shed: createLoadShedding({ ...edge, queue: createRequestQueue() }, HOOK_VERSIONS),
    part(koa: Koa): void {
      koa.use(crossOrigin());
      for (const router of routers) koa.use(router.routes()).use(router.allowedMethods());
    },
    closeStreams: () => streams.close(),
  };
}

/** Counts each refusal of a message for its channel, too. */
export const countRefusals = (events: Events, routes: Routes, refusals: ReturnType<typeof createRefusals>): Events => ({
  ...events,
  messageRefused(refusal) {
    events.messageRefused(refusal);
    const route = refusal.botId === undefined ? undefined : routes.find(refusal.botId, refusal.channelId);
    if (route && !refusal.test) refusals.count(route.channelId, refusal);
  },
});
