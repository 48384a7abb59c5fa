import { readEnv } from './config/env.js';
import { createLog } from './log.js';
import { startApp } from './server/app.js';

/** Reads the settings, runs the server until a signal, and exits with 0 after an orderly stop. */
async function main(): Promise<void> {
  const env = readEnv();
  const log = createLog(env.LOG_LEVEL);
  const app = await startApp(env, log);
  const signal = stopSignal(); // installed before the lines below can prompt anyone to send one
  if (app.adminToken !== null) {
    process.stdout.write(`\nThe first ADMIN's API token, shown only this once:\n\n    ${app.adminToken}\n\n`);
  }
  process.stdout.write(
    `Hookswitch listens on ${app.url} (console at ${app.url}/console/, API at ${app.url}/graphql)\n`,
  );
  log.info({ signal: await signal }, 'stopping');
  await app.stop();
}

/** Milliseconds in which a second signal counts as the first: npm forwards a Ctrl-C that its child already got. */
const SAME_CTRL_C_MS = 1_000;

/** Resolves with the first stop signal. A later Ctrl-C exits at once. */
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
