import type { Dispatcher } from '../dispatcher/dispatcher.js';
import type { createAttachments } from '../files/attachments.js';
import type { Inbox } from '../inbox/inbox.js';
import { DISK } from '../load/limits.js';
import type { createOverload } from '../load/overload.js';
import type { EndpointNews } from '../outbox/endpoint-news.js';
import type { Routes } from '../routing/routes.js';
import { CANARY_COUNTS } from '../store/tables/canary-counts.js';
import { CHANNEL_METRICS, CHANNEL_REFUSALS } from '../store/tables/channel-metrics.js';
import { addUpCounts } from '../store/tables/count-logs.js';
import { shorterRetention } from '../store/tables/privacy.js';
import { sweep } from '../store/tables/retention.js';
import { DAY, HOUR, MINUTE, SECOND } from '../time.js';
import type { Loop } from './loop.js';
import { BEAT_EVERY_MS, createPresence } from './presence.js';
import { KEYS_KEPT_MS, type Storage, type StorageDeps } from './storage.js';

const CHANGES_KEPT_MS = 1 * DAY;
const POLLS_KEPT_MS = 2 * DAY; // an id is good for a day after its turn
const LOOSE_FILES_EVERY_MS = 1 * HOUR;
const CLAIM_EVERY_MS = 250;
const FOLLOW_EVERY_MS = 500;
const ADD_UP_EVERY_MS = 5 * SECOND;
const LANES_AT_ONCE = 200;
const MAX_DISPATCHING_LANES = 2_000;

export interface BackgroundJobDeps extends Pick<StorageDeps, 'env' | 'clock'> {
  storage: Storage;
  routes: Routes;
  inbox: Inbox;
  dispatcher: Dispatcher;
  endpointNews: EndpointNews;
  attachments: ReturnType<typeof createAttachments>;
  overload: ReturnType<typeof createOverload>;
  /** Starts a loop that is stopped with everything else. */
  loop(name: string, everyMs: number, work: () => Promise<unknown>): Loop;
}

/** Starts the loops that claim lanes, follow changes, watch the disk and remove old rows. */
export function startBackgroundJobs(deps: BackgroundJobDeps): void {
  const { env, clock, storage, routes, inbox, dispatcher, endpointNews, attachments, overload, loop } = deps;
  const { database } = storage;
  loop('overload', DISK.lookEveryMs, overload.look);
  // On SQLite every change is read at once after its commit; the loop sees to those whose reading failed.
  loop('changes', FOLLOW_EVERY_MS, routes.refresh);

  if (database.dialect === 'postgres') {
    loop('presence', BEAT_EVERY_MS, createPresence(database, clock, storage.owner)).trigger();
  }

  if (env.ROLES.includes('ingress')) {
    const claim = async () => {
      const claimed = await inbox.claim(LANES_AT_ONCE);
      if (claimed === 0) inbox.caughtUp();
      return claimed > 0;
    };
    loop('claim turns', CLAIM_EVERY_MS, claim).trigger();
  }
  if (env.ROLES.includes('dispatcher')) {
    const claim = async () => {
      const room = Math.min(LANES_AT_ONCE, MAX_DISPATCHING_LANES - dispatcher.depth());
      return (await dispatcher.claim(room)) > 0;
    };
    loop('claim deliveries', CLAIM_EVERY_MS, claim).trigger();
    // On SQLite nobody else reports anything, and what is asked for is read at once.
    if (database.dialect === 'postgres') loop('endpoint news', FOLLOW_EVERY_MS, endpointNews.follow);
  }

  const counted = [CHANNEL_METRICS, CHANNEL_REFUSALS, CANARY_COUNTS];
  loop('counts', ADD_UP_EVERY_MS, () => addUpCounts(database, counted));
  loop('loose files', LOOSE_FILES_EVERY_MS, attachments.sweepLoose).trigger();
  loop('retention', env.RETENTION_SWEEP_MINUTES * MINUTE, async () => {
    const now = clock.now();
    const accounts = await database
      .read<{ id: string; retention_days: number }>('accounts')
      .select('id', 'retention_days');
    const logs = accounts.map(({ id, retention_days: days }) => ({ accountId: id, before: now - days * DAY }));
    const channels: { channelId: string; before: number }[] = [];
    for (const { id, retention_days: most } of accounts)
      for (const { channelId, days } of await shorterRetention(database.read, id))
        if (days < most) channels.push({ channelId, before: now - days * DAY });
    await attachments.sweep(logs);
    const horizon = {
      logs,
      channels,
      idempotencyKeys: now - KEYS_KEPT_MS,
      polls: now - POLLS_KEPT_MS,
      sealed: now - POLLS_KEPT_MS,
      changes: now - CHANGES_KEPT_MS,
      now,
    };
    await sweep(database, horizon, attachments.removeContents);
  });
}
