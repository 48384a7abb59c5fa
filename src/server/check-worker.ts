import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Candidate, type CheckWork, createChecker } from '../checks/checker.js';
import { createEngines } from '../engines/open-program.js';
import { createFormLinks } from '../files/form-links.js';
import { SECOND, systemClock } from '../time.js';

/* A thread that checks versions against recorded turns. It knows no keys and no credentials, and reaches nothing. */

/** What the thread is started with. */
export interface CheckWorkerData {
  /** Part of what bots are asked, and of the addresses of forms. */
  publicUrl: string;
}

const LOWEST = 19;
/** Time for one turn; it is the engine limit's default, since recorded answers come at once. */
const TURN_LIMIT_MS = 30 * SECOND;

/** Live turns go first. Linux takes a thread for a process, and threads that are started from here inherit it. */
function standBack(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), LOWEST);
  } catch {
    // other systems share the time out evenly
  }
}

const refused = () => Promise.reject(new Error('a check reaches nothing'));
/** What is not recorded are access tokens; they open nothing here. */
const noWayOut = {
  request: async () => ({
    status: 200,
    headers: {},
    body: Buffer.from('{"access_token":"none","expires_in":3600}'),
    durationMs: 0,
    truncated: false,
  }),
  close: async () => {},
  [Symbol.asyncDispose]: async () => {},
};

standBack();
const { publicUrl }: CheckWorkerData = workerData;
const engines = createEngines({
  outbound: noWayOut,
  tables: { query: refused, insert: refused, update: refused, remove: refused },
  publicUrl,
  formUrl: createFormLinks({ mac: () => 'none', verify: () => false }, publicUrl).url,
  clock: systemClock,
  waitingTurns: { isWaiting: async () => false, keep: async () => 'NONE', kept: async () => new Map() },
  warmUp: true,
  onError() {},
});
const check = createChecker({
  open: async ({ spec }: Candidate) => ({ program: await engines.open(spec) }),
  scripts: engines.scripts,
  clock: systemClock,
  engineLimitMs: TURN_LIMIT_MS,
});

let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', ({ id, work }: { id: number; work: CheckWork }) => {
  last = last.then(async () => {
    try {
      parentPort?.postMessage({ id, result: await check(work) });
    } catch (error) {
      parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
});
