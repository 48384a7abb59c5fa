import { type Env, readEnv } from './config/env.js';
import { createLog } from './log.js';
import { seatHere } from './server/workers/cluster.js';
import type { Seat } from './server/workers/seat.js';
import { superviseWorkers } from './server/workers/supervise.js';

/** Reads the settings, runs the server or its workers until a signal, and exits with 0 after an orderly stop. */
async function main(): Promise<void> {
  const seat = seatHere(); // first: it may be told to end before it has begun
  const env = readEnv();
  if (env.WORKERS > 1 && seat === null) await supervise(env);
  else await serve(env, seat);
}

async function serve(env: Env, seat: Seat | null): Promise<void> {
  const { startApp } = await import('./server/app.js'); // which a supervisor has no use for
  const log = createLog(env.LOG_LEVEL, seat?.number);
  let serves = false;
  const told = seat?.told.then((how) => (serves ? how : process.exit(0)));
  const app = await startApp(env, log, {}, seat);
  serves = true;
  const signal = stopSignal(); // installed before the lines below can prompt anyone to send one
  if (app.adminToken !== null) {
    process.stdout.write(`\nThe first ADMIN's API token, shown only this once:\n\n    ${app.adminToken}\n\n`);
  }
  if (seat) seat.ready(app.url);
  else sayWhere(app.url);
  const why = await Promise.race(told ? [signal, told] : [signal]);
  log.info({ signal: why }, 'stopping');
  if (why === 'retire') await Promise.race([app.retire(), signal]);
  await app.stop();
}

async function supervise(env: Env): Promise<void> {
  const log = createLog(env.LOG_LEVEL);
  const supervisor = superviseWorkers(env, log);
  const signal = stopSignal();
  setInterval(() => {}, KEEP_ALIVE_MS); // also while no worker is there
  process.on('SIGHUP', () => void supervisor.restart());
  const stopped = signal.then(async (name) => {
    log.info({ signal: name }, 'stopping');
    await supervisor.stop();
    return null;
  });
  const url = await Promise.race([stopped, supervisor.start()]);
  if (url === null) return;
  sayWhere(url, `, with ${env.WORKERS} workers`);
  const reason = await Promise.race([stopped, supervisor.gaveUp]);
  if (reason === null) return;
  log.error({ reason }, 'giving up');
  await supervisor.stop();
  throw new Error(reason);
}

/** Any time: the timer does nothing. */
const KEEP_ALIVE_MS = 60_000;

function sayWhere(url: string, more = ''): void {
  process.stdout.write(`Hookswitch listens on ${url} (console at ${url}/console/, API at ${url}/graphql)${more}\n`);
}

/** Milliseconds in which a second signal counts as the first: npm forwards a Ctrl-C that its child already got. */
const SAME_CTRL_C_MS = 1_000;

/**
 * Resolves with the first stop signal. A later Ctrl-C exits at once; a later SIGTERM changes nothing: a service manager
 * may send it to every process, beside what a supervisor tells its workers.
 */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > SAME_CTRL_C_MS) process.exit(130);
      resolve('SIGINT');
    });
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
