import { join } from 'node:path';
import type { Env } from '../config/env.js';
import { MAX_CONCURRENCY } from '../domain/bots/engine-kinds.js';
import type { DomainDeps } from '../domain/command.js';
import { createDataTables } from '../domain/data-tables.js';
import { createDomain } from '../domain/domain.js';
import type { Passwords } from '../domain/sign-in/passwords.js';
import { createWaitingTurns } from '../engines/http/waiting-turns.js';
import { createEngines, type Engines } from '../engines/open-program.js';
import type { Shortage } from '../errors.js';
import { createEvents } from '../events.js';
import { createAttachments } from '../files/attachments.js';
import { createFormLinks } from '../files/form-links.js';
import { createRefusals } from '../inbox/refusals.js';
import type { EventStreamsDeps } from '../ingress/event-streams.js';
import { healthRoutes } from '../ingress/health.js';
import { RETRY_AFTER_SECONDS } from '../load/limits.js';
import { createOverload } from '../load/overload.js';
import type { TurnScheduler } from '../load/turn-scheduler.js';
import type { Log } from '../log.js';
import { createMetrics } from '../metrics.js';
import { checkUrl, createPolicy } from '../outbound/guard.js';
import { proxySettings } from '../outbound/proxy-settings.js';
import { createOutbound, type Outbound } from '../outbound/request.js';
import type { Database } from '../store/database/database.js';
import { type Clock, delay, MINUTE, SECOND, systemClock } from '../time.js';
import { hookUrl } from '../wire/hook-url.js';
import { hookV2 } from '../wire/v2.js';
import { openAlerts, startAlerts } from './alerts.js';
import { createApi } from './api.js';
import { startBackgroundJobs } from './background-jobs.js';
import { databaseFault } from './database-fault.js';
import { countRefusals, createHooks } from './hooks.js';
import { createHotPath } from './hot-path.js';
import { listen, type Part } from './http.js';
import { startJobs } from './jobs.js';
import { createLifecycle } from './lifecycle.js';
import { createLoop } from './loop.js';
import { meterChannels } from './meter-channels.js';
import { ownAddresses } from './own-addresses.js';
import { serveMetrics } from './serve-metrics.js';
import { createSourceAddress } from './source-address.js';
import { openStorage } from './storage.js';
import { openTracing } from './tracing.js';
import type { Seat } from './workers/seat.js';

/** What tests put in the place of the real thing. */
export interface AppOverrides {
  clock?: Clock;
  random?(): number;
  quickWaitsMs?: readonly number[];
  /** Engines in the place of, or around, the real ones. */
  engines?(real: Engines): Engines;
  /** Around the real database and the real way out: where a test ends the process at a chosen moment. */
  database?(real: Database): Database;
  outbound?(real: Outbound): Outbound;
  /** When accepted messages are answered, as long as others come. */
  turnScheduler?: TurnScheduler;
  /** Off: SQLite is written by the thread that serves, which is slower under load and sooner started. */
  commitThread?: boolean;
  /** Off: the threads of scripts start with the first script, which waits for them. */
  warmUp?: boolean;
  /** Shorter, so that what a killed process held is taken over soon. */
  leaseMs?: number;
  /** Fewer event streams, so that a test need not open thousands. */
  eventStreams?: EventStreamsDeps['limits'];
  /** Hashing that costs less than the real one. */
  passwords?: Passwords;
  /** Called when the database fails; the default ends the process. */
  onFatal?(error: Error): void;
}

export interface App {
  url: string;
  /** Where `/metrics` is. */
  metricsUrl: string;
  /** Printed once, at the very first start without BOOTSTRAP_ADMIN_TOKEN. */
  adminToken: string | null;
  /** Leaves the port to others, and answers what its connections still ask for. */
  retire(): Promise<void>;
  stop(): Promise<void>;
}

/** A lease outlives the longest piece of work under it: an engine's 30 s, a callback's 15 s and its quick tries. */
const LEASE_MS = 1 * MINUTE;
const MEBIBYTE = 1024 * 1024;
const REFUSALS_EVERY_MS = 1 * SECOND;

/** The one composition root: builds every part by hand, starts them in order, and can be run many times in a process. */
export async function startApp(
  env: Env,
  log: Log,
  overrides: AppOverrides = {},
  seat: Seat | null = null,
): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const random = overrides.random ?? Math.random;
  // The longest turn must end under the lease it began with.
  const leaseMs = overrides.leaseMs ?? Math.max(LEASE_MS, (env.ENGINE_LIMIT_SECONDS + 30) * SECOND);
  const lifecycle = createLifecycle();
  try {
    return await build();
  } catch (error) {
    await lifecycle.stop(); // whatever had been opened
    throw error;
  }

  async function build(): Promise<App> {
    const does = (role: 'api' | 'ingress' | 'dispatcher') => env.ROLES.includes(role);
    const metrics = createMetrics({ process: true, byChannel: env.METRICS_BY_CHANNEL, worker: seat?.number });
    const readMetrics = () => metrics.registry.metrics();
    const tracing = await openTracing(env, { clock, events: createEvents(log, metrics) });
    lifecycle.add('tracing', () => tracing.stop());
    const { events } = tracing;

    const report = (where: string) => (error: unknown) => events.unexpected(where, error);

    let storeFailed = false;
    const storage = await openStorage({
      env,
      clock,
      events,
      lifecycle,
      leaseMs,
      around: overrides.database,
      commitThread: overrides.commitThread ?? true,
      onFatal(error) {
        if (storeFailed) return;
        storeFailed = true;
        events.storeFailed(error);
        (overrides.onFatal ?? die)(error);
      },
    });
    const { database, vault, queue } = storage;
    const { dialect } = database;

    const policy = createPolicy({
      allowHttp: env.OUTBOUND_ALLOW_HTTP,
      allowCidrs: env.OUTBOUND_ALLOW_CIDRS,
      deny: ownAddresses(env),
    });
    const proxy = proxySettings(env);
    const realOutbound = createOutbound({ policy, clock, connections: MAX_CONCURRENCY, proxy });
    lifecycle.add('outbound', () => realOutbound.close());
    const outbound = tracing.outbound(overrides.outbound?.(realOutbound) ?? realOutbound);

    const publicUrl = env.PUBLIC_URL.replace(/\/+$/, '');
    const formLinks = createFormLinks(vault, publicUrl);
    const realEngines = createEngines({
      outbound,
      publicUrl,
      formUrl: formLinks.url,
      tables: createDataTables({ database, clock }),
      clock,
      waitingTurns: createWaitingTurns(database, storage.vault),
      warmUp: overrides.warmUp ?? true,
      onError: report('engines'),
    });
    const engines = overrides.engines?.(realEngines) ?? realEngines;
    lifecycle.add('engines', async () => realEngines[Symbol.asyncDispose]());
    const alerts = await openAlerts({ env, clock, storage, lifecycle });
    const hotPath = await createHotPath({
      env,
      clock,
      random,
      events,
      report,
      lifecycle,
      storage,
      leaseMs,
      engines,
      outbound,
      alerts,
      quickWaitsMs: overrides.quickWaitsMs,
      turnScheduler: overrides.turnScheduler,
    });
    const { routes, dispatcher, dispatch, endpointNews, inbox, proactive } = hotPath;

    const overload = createOverload({
      dataDir: env.DATA_DIR,
      databaseFile: storage.databaseFile,
      minFreeDiskBytes: env.MIN_FREE_DISK_MB * MEBIBYTE,
      commitDepth: queue.depth,
      commitWaitMs: queue.waitMs,
      inboundDepth: inbox.depth,
    });
    await overload.look();

    const loop = (name: string, everyMs: number, work: () => Promise<unknown>) => {
      const running = createLoop(clock, everyMs, work, report(name));
      lifecycle.add(name, () => running.stop());
      return running;
    };
    const attachments = createAttachments({
      database,
      folder: env.ATTACHMENTS_DIR ?? join(env.DATA_DIR, 'attachments'),
      publicUrl,
      maxBytes: env.MAX_ATTACHMENT_BYTES,
      keepFreeBytes: 2 * env.MIN_FREE_DISK_MB * MEBIBYTE,
      quotaBytes: env.ATTACHMENT_QUOTA_MB * MEBIBYTE,
      clock,
    });
    startBackgroundJobs({ ...hotPath, env, clock, storage, attachments, overload, loop });
    const teller = startAlerts({ env, clock, alerts, storage, dispatch, publicUrl, overload, loop });
    metrics.gauge('channels', 'Webhook channels in the route table', routes.size);
    metrics.gauge('commit_queue_units', 'Units waiting for their commit', queue.depth);
    metrics.gauge('inbound_messages', 'Messages running or waiting', inbox.depth);
    metrics.gauge('outbound_lanes', 'Conversations whose callbacks are being sent', dispatcher.depth);
    metrics.gauge('background_share', 'Share of its time that work takes that nobody waits for', hotPath.load.share);
    meterChannels(metrics, { database, routes, clock });

    const domainDeps: DomainDeps = {
      database,
      vault,
      clock,
      log,
      publicUrl,
      hookUrl: (channel) => hookUrl(publicUrl, channel, hookV2),
      checkPostUrl: (url, field) => void checkUrl(url, policy, field),
      onChange: routes.refresh,
      outbound,
      signIn: env,
      lanes: storage.lanes,
      sendsMail: alerts.mailer !== null,
      maxAttachmentBytes: env.MAX_ATTACHMENT_BYTES,
    };
    const domain = createDomain(domainDeps, overrides.passwords);
    lifecycle.add('passwords', () => domain.close());
    let stopping = false;
    const openStreams: { closeStreams(): void }[] = [];
    const health = healthRoutes({
      faults: async () =>
        [stopping ? 'stopping' : null, overload.fault(), await databaseFault(database, systemClock)].filter(
          (fault) => fault !== null,
        ),
    });
    const parts: Part[] = [(koa) => koa.use(health.routes())];
    const metricsUrl = await serveMetrics(env, seat?.allMetrics(readMetrics) ?? readMetrics, {
      parts,
      events,
      lifecycle,
    });
    let shed: ReturnType<typeof createHooks>['shed'] | undefined;
    if (does('ingress')) {
      const shortage = (): Shortage | null =>
        stopping ? { reason: 'STOPPING', retryAfterSeconds: RETRY_AFTER_SECONDS.load } : overload.shortage();
      const refusals = createRefusals(queue);
      loop('refusals', REFUSALS_EVERY_MS, refusals.flush);
      const hooks = createHooks({
        ...hotPath,
        env,
        database,
        vault,
        queue,
        attachments,
        formLinks,
        lateAnswers: realEngines.callbacks,
        clock,
        events: countRefusals(events, routes, refusals),
        shortage,
        eventStreams: overrides.eventStreams,
      });
      openStreams.push(hooks);
      parts.push(hooks.part);
      shed = hooks.shed;
    }
    if (does('api')) {
      const tryNow = (channelIds: string[]) => void dispatcher.tryNow(channelIds).catch(report('try now'));
      const jobs = await startJobs({
        ...{ clock, events, storage, routes, publicUrl, leaseMs, tryNow, loop },
        load: hotPath.load,
        sessions: hotPath.sessions,
        removeFiles: attachments.removeContents,
        domain,
        attachments,
      });
      lifecycle.add('jobs', jobs.stop);
      const api = await createApi({
        env,
        inbox,
        attachments,
        log,
        events,
        clock,
        storage,
        routes,
        proactive,
        dispatcher,
        teller,
        domain,
        jobs,
        leaseMs,
        rehearsal: {
          bots: hotPath.bots,
          scripts: engines.scripts,
          random,
          engineLimitMs: env.ENGINE_LIMIT_SECONDS * SECOND,
        },
        tryNow,
        onTry: does('dispatcher') ? endpointNews.follow : async () => {}, // others follow by themselves
        report,
      });
      openStreams.push(api);
      lifecycle.add('graphql', () => api.stop());
      parts.push(api.part);
    }

    const sourceAddress = createSourceAddress(env.TRUSTED_PROXIES);
    const http = await listen(parts, { host: env.HOST, port: env.PORT, events, clock, shed, sourceAddress });
    lifecycle.add('http', (deadline) => http.stop(deadline));
    lifecycle.add('readiness', async () => {
      stopping = true;
      for (const edge of openStreams) edge.closeStreams();
    });
    events.started({
      url: http.url,
      database: dialect,
      roles: env.ROLES,
      migrations: storage.migrations,
      channels: routes.size(),
    });
    return {
      url: http.url,
      metricsUrl: metricsUrl ?? http.url,
      adminToken: storage.adminToken,
      async retire() {
        for (const edge of openStreams) edge.closeStreams();
        await http.retire();
      },
      stop: () => lifecycle.stop(delay(systemClock, env.DRAIN_SECONDS * SECOND)),
    };
  }
}

/** Nothing more can be stored: what was acknowledged is safe, and whoever supervises the process starts it again. */
function die(): void {
  process.exitCode = 1;
  setImmediate(() => process.exit(1)); // after the log line has been written
}
