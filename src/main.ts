import { readEnv } from './config/env.js';
import { createLog } from './log.js';
import { startApp } from './server/app.js';

/** Reads the settings, runs the server until a signal, and leaves with 0 when everything was stopped in order. */
async function main(): Promise<void> {
  const env = readEnv();
  const log = createLog(env.LOG_LEVEL);
  const app = await startApp(env, log);
  const signal = stopSignal(); // before whoever reads the lines below may send one
  if (app.adminToken !== null) {
    process.stdout.write(`\nThe first ADMIN's API token, shown only this once:\n\n    ${app.adminToken}\n\n`);
  }
  process.stdout.write(
    `Hookswitch listens on ${app.url} (console at ${app.url}/console/, API at ${app.url}/graphql)\n`,
  );
  log.info({ signal: await signal }, 'stopping');
  await app.stop();
}

/** npm passes a Ctrl-C on that its child has had already; what comes this soon is the same one. */
const SAME_CTRL_C_MS = 1_000;

/** The first signal to stop. A Ctrl-C after that does not wait for anything. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    process.once('SIGTERM', () => resolve('SIGTERM'));
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
