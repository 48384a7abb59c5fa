import type { EndpointReport } from '../dispatcher/endpoint-report.js';
import type { Events } from '../events.js';
import type { Database } from '../store/database/database.js';
import { endpointKey, endpointStore } from '../store/tables/endpoints.js';
import { type Clock, SECOND, type Timer } from '../time.js';

/** Milliseconds between two writes of one endpoint; what is reported in between is written with the next. */
const WRITE_EVERY_MS = 1 * SECOND;
/** Milliseconds in which the reports of other endpoints join a write. */
const GATHER_MS = 100;

export interface EndpointReportsDeps {
  database: Database;
  /** This process. */
  owner: string;
  clock: Clock;
  events: Pick<Events, 'unexpected'>;
}

export interface EndpointReports {
  /** Has the report stored soon; of several of one endpoint the latest. */
  note(report: EndpointReport): void;
  /** Stores what has not been stored yet. */
  stop(): Promise<void>;
}

/** Stores what the dispatcher reports of endpoints, apart from the deliveries: whatever fails here, they go on. */
export function createEndpointReports({ database, owner, clock, events }: EndpointReportsDeps): EndpointReports {
  const store = endpointStore(database.dialect);
  const unwritten = new Map<string, EndpointReport>();
  /** When each endpoint that may not be written again yet was last written, by the monotonic clock. */
  const writtenAt = new Map<string, number>();
  let next: { at: number; timer: Timer } | null = null;
  let writing: Promise<void> | null = null;

  const waitOf = (key: string): number => {
    const last = writtenAt.get(key);
    return last === undefined ? 0 : Math.max(0, last + WRITE_EVERY_MS - clock.monotonicNow());
  };

  /** Has the next write come as soon as one of these may be written. */
  function writeSoon(keys: Iterable<string>): void {
    if (writing) return;
    for (const key of keys) {
      const waitMs = Math.max(GATHER_MS, waitOf(key));
      const at = clock.monotonicNow() + waitMs;
      if (next && next.at <= at) continue;
      next?.timer.cancel();
      next = { at, timer: clock.after(waitMs, writeDue) };
    }
  }

  function writeDue(): void {
    next = null;
    writing = write([...unwritten.keys()].filter((key) => waitOf(key) === 0)).then(() => {
      writing = null;
      writeSoon(unwritten.keys());
    });
  }

  /** Never rejects. What could not be written is written with the next, unless it is out of date by then. */
  async function write(keys: readonly string[]): Promise<void> {
    const reports = keys.flatMap((key) => unwritten.get(key) ?? []);
    if (reports.length === 0) return;
    for (const key of keys) unwritten.delete(key);
    for (const key of writtenAt.keys()) if (waitOf(key) === 0) writtenAt.delete(key);
    const now = clock.monotonicNow();
    for (const key of keys) writtenAt.set(key, now);
    try {
      await store.report(database.write, owner, reports, clock.now());
    } catch (error) {
      events.unexpected('store endpoint reports', error, { endpoints: reports.length });
      for (const report of reports) {
        const key = endpointKey(report);
        if (!unwritten.has(key)) unwritten.set(key, report);
      }
    }
  }

  return {
    note(report) {
      const key = endpointKey(report);
      unwritten.set(key, report);
      writeSoon([key]);
    },
    async stop() {
      await writing;
      next?.timer.cancel();
      await write([...unwritten.keys()]);
    },
  };
}
