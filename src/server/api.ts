import type Koa from 'koa';
import { createAcceptances } from '../checks/acceptances.js';
import { createChecks } from '../checks/checks.js';
import { createReliving } from '../checks/reliving.js';
import type { Env } from '../config/env.js';
import type { Dispatcher } from '../dispatcher/dispatcher.js';
import type { Domain } from '../domain/domain.js';
import { createJobs } from '../domain/jobs.js';
import { createMetrics } from '../domain/metrics.js';
import type { Events } from '../events.js';
import type { Attachments } from '../files/attachments.js';
import { createGraphql } from '../graphql/server.js';
import { createWatcher } from '../graphql/watcher.js';
import { createBotTests } from '../history/bot-tests.js';
import { createConversationExport } from '../history/conversation-export.js';
import { createConversationLog } from '../history/conversation-log.js';
import { createErasures } from '../history/erasures.js';
import { createReruns } from '../history/reruns.js';
import { createUserExport } from '../history/user-export.js';
import type { Inbox } from '../inbox/inbox.js';
import type { Log } from '../log.js';
import { type AlertTestDeps, createAlertTests } from '../outbox/alert-tests.js';
import { createAttention } from '../outbox/attention.js';
import { createDeliveries } from '../outbox/deliveries.js';
import { createDiscards } from '../outbox/discards.js';
import { createEndpoints } from '../outbox/endpoints.js';
import type { Proactive } from '../outbox/proactive.js';
import { createReplays } from '../outbox/replays.js';
import { createTestCallbacks } from '../outbox/test-callbacks.js';
import { productVersion } from '../product-version.js';
import type { Routes } from '../routing/routes.js';
import { createScim } from '../scim/server.js';
import { latestChangeOf } from '../store/changes.js';
import { deliveryStore } from '../store/tables/delivery-store.js';
import { endpointStatesMark } from '../store/tables/endpoints.js';
import { sessionStore } from '../store/tables/sessions.js';
import type { Clock } from '../time.js';
import type { RehearsalDeps } from '../turn/rehearsal.js';
import { consoleFiles } from './console.js';
import { createConsoleSessions } from './console-session.js';
import { createConsoleSignIn } from './console-sign-in.js';
import type { Jobs } from './jobs.js';
import { createManagement } from './management.js';
import { createCookies } from './session-cookies.js';
import type { Storage } from './storage.js';

export interface ApiDeps {
  env: Env;
  log: Log;
  events: Events;
  clock: Clock;
  storage: Pick<Storage, 'database' | 'lanes' | 'vault'>;
  routes: Routes;
  proactive: Proactive;
  dispatcher: Pick<Dispatcher, 'load' | 'test'>;
  teller: AlertTestDeps['teller'];
  inbox: Pick<Inbox, 'consumeToken'>;
  attachments: Attachments;
  domain: Domain;
  jobs: Jobs;
  leaseMs: number;
  /** What it takes to run a turn that nothing is kept of. */
  rehearsal: Pick<RehearsalDeps, 'bots' | 'scripts' | 'random' | 'engineLimitMs'>;
  tryNow(channelIds: string[]): void;
  /** Has this process try the endpoints that somebody asked to try. */
  onTry(): Promise<void>;
  report(where: string): (error: unknown) => void;
}

/** The edge that admins talk to: GraphQL, and the console that uses it. */
export async function createApi(deps: ApiDeps) {
  const {
    env,
    log,
    events,
    clock,
    storage,
    routes,
    proactive,
    dispatcher,
    domain,
    jobs,
    leaseMs,
    tryNow,
    onTry,
    report,
  } = deps;
  const { database, lanes, vault } = storage;
  const deliveries = createDeliveries({
    database,
    lanes,
    deliveries: deliveryStore(database.dialect),
    routes,
    proactive,
    clock,
    log,
    leaseMs,
    tryNow,
  });
  const onChange = routes.refresh;
  const alerts = { ...domain.alerts, ...createAlertTests({ ...deps, database, vault, onChange }) };
  const endpoints = createEndpoints({ database, clock, log, routes, dispatcher, onTry });
  const cookies = createCookies(env.PUBLIC_URL);
  const sessions = createConsoleSessions(domain, cookies);
  const signIn = createConsoleSignIn(domain.singleSignOn, cookies, env.PUBLIC_URL);
  const conversations = createConversationLog({ database });
  const live = createWatcher({
    clock,
    configurationMark: (accountId) =>
      Promise.all([latestChangeOf(database.read, accountId), endpointStatesMark(database.read, accountId)]),
    conversations,
    deliveries,
    onError: report('live changes'),
  });
  const graphql = await createGraphql({
    domain,
    log,
    clock,
    authenticate: sessions.authenticate,
    ports: {
      metrics: createMetrics({ database }),
      deliveries,
      endpoints,
      attention: createAttention({ database, clock }),
      discards: createDiscards({ database, clock, log, lanes }),
      testCallbacks: createTestCallbacks({ database, clock, log, dispatcher }),
      checks: createChecks({ database, clock, log, vault, runner: jobs.runner }),
      acceptances: createAcceptances({ database, clock, log }),
      replays: createReplays({ database, clock, log, runner: jobs.runner }),
      erasures: createErasures({ database, clock, log, vault, runner: jobs.runner }),
      userExport: createUserExport({ database, clock, log, sessions: sessionStore(database.dialect), vault }),
      jobs: createJobs({ database, clock, log, events, kinds: jobs.kinds }),
      conversations,
      conversationExport: createConversationExport({ database, clock, log }),
      botTests: createBotTests({ database, clock, log, vault }),
      reliving: createReliving({ database, clock, log, vault, thread: jobs.checks }),
      reruns: createReruns({
        ...deps.rehearsal,
        database,
        clock,
        log,
        events,
        routes,
        vault,
        sessions: sessionStore(database.dialect),
      }),
      live,
      alerts,
      about: { version: productVersion(), instanceName: env.INSTANCE_NAME ?? null },
    },
  });
  const scim = createScim({ domain, onError: (error, traceId) => events.unexpected('scim', error, { traceId }) });
  const management = createManagement({ ...deps, runner: jobs.runner });
  return {
    part: (koa: Koa) =>
      void koa
        .use(management.routes())
        .use(scim)
        .use(graphql.middleware)
        .use(sessions.middleware)
        .use(signIn)
        .use(consoleFiles()),
    closeStreams: () => graphql.closeStreams(),
    stop: () => graphql.stop(),
  };
}
