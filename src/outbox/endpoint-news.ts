import type { Dispatcher } from '../dispatcher/dispatcher.js';
import type { EndpointReport } from '../dispatcher/endpoint-report.js';
import type { Database } from '../store/database/database.js';
import {
  type EndpointRow,
  endpointsChangedAfter,
  latestEndpointChange,
  latestEndpoints,
  pausedEndpoints,
} from '../store/tables/endpoints.js';

/** Endpoints that a process learns of at its start, those that changed last. */
const MAX_AT_START = 10_000;

export interface EndpointNewsDeps {
  database: Database;
  /** This process. */
  owner: string;
  dispatcher: Pick<Dispatcher, 'learn' | 'tryNow' | 'setPaused'>;
}

export interface EndpointNews {
  /** Learns what was known before this process began. */
  begin(): Promise<void>;
  /** Learns what other processes have reported since, and tries what somebody asked to try, pauses or resumes. */
  follow(): Promise<void>;
}

/** Tells the dispatcher what is stored of endpoints, by the numbers of their changes. */
export function createEndpointNews({ database, owner, dispatcher }: EndpointNewsDeps): EndpointNews {
  let seen = 0;
  let following: Promise<void> = Promise.resolve();

  async function follow(): Promise<void> {
    const rows = await endpointsChangedAfter(database.read, seen);
    const last = rows.at(-1);
    if (!last) return;
    for (const row of rows) if (row.reportedBy !== null && row.reportedBy !== owner) dispatcher.learn(toReport(row));
    for (const row of rows) await dispatcher.setPaused(row, row.pausedAt !== null);
    const tried = rows.filter((row) => (row.tryRequested ?? 0) > seen).flatMap((row) => row.tryChannelId ?? []);
    if (tried.length > 0) await dispatcher.tryNow(tried);
    seen = last.changed;
  }

  return {
    async begin() {
      seen = await latestEndpointChange(database.read); // before the rows: what changes meanwhile is read again
      for (const row of await pausedEndpoints(database.read)) await dispatcher.setPaused(row, true);
      for (const row of await latestEndpoints(database.read, MAX_AT_START))
        if (row.reportedBy !== null) dispatcher.learn(toReport(row));
    },
    follow() {
      following = following.catch(() => {}).then(follow); // one after the other: `seen` moves in order
      return following;
    },
  };
}

function toReport({ accountId, origin, state, since, ...row }: EndpointRow): EndpointReport {
  const { lastSuccessAt, lastFailureAt, lastError, blockedUntil } = row;
  return { accountId, origin, state, since, lastSuccessAt, lastFailureAt, lastError, blockedUntil };
}
