import type { Sources } from '../alerts/sources.js';
import type { Subscriptions } from '../alerts/subscriptions.js';
import { createOpenBots } from '../bots/open-bots.js';
import type { Env } from '../config/env.js';
import { createDispatcher } from '../dispatcher/dispatcher.js';
import { type FindTarget, isOfAlerts } from '../dispatcher/target.js';
import type { Engines } from '../engines/open-program.js';
import type { Events } from '../events.js';
import { createInbox } from '../inbox/inbox.js';
import { createTurnUpdates } from '../inbox/turn-updates.js';
import { createBackgroundShare } from '../load/background-share.js';
import { createTurnScheduler, type TurnScheduler } from '../load/turn-scheduler.js';
import type { Mailer } from '../outbound/mail.js';
import type { Outbound } from '../outbound/request.js';
import { createEndpointNews } from '../outbox/endpoint-news.js';
import { createEndpointReports } from '../outbox/endpoint-reports.js';
import { createProactive } from '../outbox/proactive.js';
import { type Changed, openRouteTable } from '../routing/route-table.js';
import type { Routes } from '../routing/routes.js';
import { unitWriter } from '../store/commit/unit-writer.js';
import { isAlertSubscription } from '../store/tables/alert-subscriptions.js';
import { deliveryStore } from '../store/tables/delivery-store.js';
import { idempotencyStore } from '../store/tables/idempotency.js';
import { sessionStore } from '../store/tables/sessions.js';
import { rowFormOf, turnStore } from '../store/tables/turns.js';
import { type Clock, SECOND } from '../time.js';
import { createRecorder } from '../turn/recorder.js';
import { createSessions } from '../turn/sessions.js';
import { openDelivery, openSession, openTurn } from '../turn/stored-form.js';
import type { Lifecycle } from './lifecycle.js';
import type { Storage } from './storage.js';

export interface HotPathDeps {
  env: Env;
  clock: Clock;
  random(): number;
  events: Events;
  report(where: string): (error: unknown) => void;
  lifecycle: Lifecycle;
  storage: Storage;
  leaseMs: number;
  engines: Pick<Engines, 'open' | 'scripts'>;
  outbound: Outbound;
  alerts: {
    subscriptions: Subscriptions;
    sources: Pick<Sources, 'deadLetter' | 'endpointChanged' | 'turnEnded'>;
    mailer: Mailer | null;
  };
  /** Waits of the quick tries; set by tests. */
  quickWaitsMs?: readonly number[] | undefined;
  turnScheduler?: TurnScheduler | undefined;
}

/** Builds the way of a message: the route table, open bots, turns in their lanes, the dispatcher of their replies. */
export async function createHotPath(deps: HotPathDeps) {
  const { env, clock, random, report, lifecycle, storage, leaseMs, engines, outbound } = deps;
  const { subscriptions, sources, mailer } = deps.alerts;
  const { database, vault, owner, lanes, queue } = storage;
  const { dialect } = database;
  const singleProcess = dialect === 'sqlite';
  const bots = createOpenBots({ database, vault, openProgram: engines.open });
  const deliveries = deliveryStore(dialect, (row) => openDelivery(vault, row));
  const routes: Routes = await openRouteTable({
    db: database.read,
    vault,
    keySets: { outbound, clock, events: deps.events },
    async onChange(changed) {
      bots.forgetBots(changed.bots);
      if (changed.alertSubscriptions.length > 0) await subscriptions.reload();
      void wakeLanes(changed).catch(report('wake lanes'));
    },
  });
  const target: FindTarget = (id) => (isAlertSubscription(id) ? subscriptions.target(id) : routes.callback(id));
  async function wakeLanes({ channels, bots: botIds, alertSubscriptions }: Changed): Promise<void> {
    const working = [...channels, ...routes.channelsOf(botIds), ...alertSubscriptions].filter((id) => target(id));
    if (working.length > 0) await dispatcher.tryNow(working);
  }

  const load = createBackgroundShare(clock);
  const events: Events = {
    ...deps.events,
    turnEnded(turn) {
      deps.events.turnEnded(turn);
      load.turnEnded();
      if (turn.test) return;
      const accountId = routes.byChannel(turn.channelId)?.accountId;
      sources.turnEnded({ botId: turn.botId, failed: turn.failure !== null }, accountId);
    },
  };
  const reports = createEndpointReports({ database, owner, clock, events });
  lifecycle.add('endpoint reports', () => reports.stop());
  const dispatcher = createDispatcher({
    database,
    queue,
    lanes,
    deliveries,
    outbound,
    mailer,
    target,
    deadLetter: sources.deadLetter,
    channelsAt: (accountId, origin) =>
      isOfAlerts(origin) ? subscriptions.of(accountId) : routes.channelsAt(accountId, origin),
    endpointChanged(report) {
      reports.note(report);
      sources.endpointChanged(report);
    },
    clock,
    random,
    events,
    slots: env.DISPATCH_SLOTS,
    leaseMs,
    ...(deps.quickWaitsMs && { quickWaitsMs: deps.quickWaitsMs }),
  });
  lifecycle.add('dispatcher', (deadline) => Promise.race([dispatcher.stop(), deadline]));

  const dispatches = env.ROLES.includes('dispatcher');
  const endpointNews = createEndpointNews({ database, owner, dispatcher });
  if (dispatches) await endpointNews.begin();

  // Without the role the deliveries wait for a process that has it.
  const dispatch = dispatches ? dispatcher.offer : () => {};
  const turns = turnStore((row) => openTurn(vault, row));
  const onError = report('turn updates');
  const updates = createTurnUpdates({ read: database.read, turns, clock, singleProcess, onError });
  const cutOff = new AbortController();
  const sessions = createSessions(database.read, sessionStore(dialect), (row) => openSession(vault, row));
  const record = createRecorder({ vault, random });
  const inbox = createInbox({
    database,
    queue,
    rowForm: rowFormOf(dialect),
    lanes,
    turns,
    updates,
    scheduler: deps.turnScheduler ?? createTurnScheduler(clock),
    idempotency: idempotencyStore(dialect),
    sessions,
    bots,
    routes,
    scripts: engines.scripts,
    clock,
    random,
    record: (job, session, bot, at) => (bot.records ? record(job, session, bot, at) : null),
    events,
    engineLimitMs: env.ENGINE_LIMIT_SECONDS * SECOND,
    syncLimitMs: env.SYNC_LIMIT_SECONDS * SECOND,
    singleProcess,
    leaseMs,
    cutOff: cutOff.signal,
    dispatch,
  });
  lifecycle.add('turns', async (deadline) => {
    await Promise.race([inbox.drained(), deadline]);
    cutOff.abort();
  });

  const proactive = createProactive({
    database,
    writeUnits: unitWriter(dialect, lanes),
    idempotency: idempotencyStore(dialect),
    times: storage.times,
    bots,
    scripts: engines.scripts,
    clock,
    random,
    dispatch,
  });

  return { bots, routes, dispatcher, dispatch, endpointNews, turns, updates, inbox, proactive, sessions, load };
}
