import { readEnv } from './config/env.js';
import { createLog } from './log.js';
import { startApp } from './server/app.js';

/** Reads the settings, runs the server until a signal, and leaves with 0 when everything was stopped in order. */
async function main(): Promise<void> {
  const env = readEnv();
  const log = createLog(env.LOG_LEVEL);
  const app = await startApp(env, log);
  if (app.adminToken !== null) {
    process.stdout.write(`\nThe first ADMIN's API token, shown only this once:\n\n    ${app.adminToken}\n\n`);
  }
  process.stdout.write(
    `Hookswitch listens on ${app.url} (console at ${app.url}/console/, API at ${app.url}/graphql)\n`,
  );
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('SIGTERM', () => resolve('SIGTERM'));
  });
  log.info({ signal }, 'stopping');
  process.once('SIGINT', () => process.exit(130)); // a second Ctrl-C does not wait
  await app.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
