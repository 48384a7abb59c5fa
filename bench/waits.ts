import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** What the busy backends of a database were found at. */
export interface Waits {
  /** Backends in the middle of a statement, summed over all looks. */
  busy: number;
  /** Those of them that wait for a row or transaction of another. */
  locks: number;
  /** Those of them that wait for the log to reach the disk, or for somebody who writes it there. */
  log: number;
}

const LOOK_EVERY_MS = 20;
const LOOK = `select count(*)::int as busy,
  count(*) filter (where wait_event_type = 'Lock')::int as locks,
  count(*) filter (where wait_event in ('WALSync', 'WalSync', 'WALWrite', 'WalWrite'))::int as log
  from pg_stat_activity where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid()`;

/** Looks at the backends again and again while some work is done. */
export async function watchWaits<T>(url: string, work: () => Promise<T>): Promise<{ done: T; waits: Waits }> {
  const client = new pg.Client(url);
  await client.connect();
  const waits: Waits = { busy: 0, locks: 0, log: 0 };
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const { rows } = await client.query<Waits>(LOOK);
      for (const name of ['busy', 'locks', 'log'] as const) waits[name] += rows[0]?.[name] ?? 0;
      await wait(LOOK_EVERY_MS);
    }
  })();
  try {
    return { done: await work(), waits };
  } finally {
    isOver = true;
    await looking;
    await client.end();
  }
}
