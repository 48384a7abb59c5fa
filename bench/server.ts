import { parseArgs } from 'node:util';
import { readEnv } from '../src/config/env.js';
import { createLog } from '../src/log.js';
import { startApp } from '../src/server/app.js';
import { seatHere } from '../src/server/workers/cluster.js';
import { superviseWorkers } from '../src/server/workers/supervise.js';
import { countingBot } from './counting-bot.js';
import { deadlyPoint } from './torture/deadly-point.js';

/**
 * The real server with the counting bot, or with real ones, as a process of its own, or with WORKERS as several:
 * `--die-at before-commit:37` ends it by SIGKILL there.
 */
const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: '1' },
    /** With the engines of the product instead of the counting bot. */
    'real-bots': { type: 'boolean', default: false },
    'lease-ms': { type: 'string' },
    'die-at': { type: 'string' },
    /** Failures are tried again within milliseconds, and workers that end again and again are started again. */
    hurried: { type: 'boolean', default: false },
  },
});
const seat = seatHere();
const env = readEnv();
const { url, stop } = await (env.WORKERS > 1 && seat === null ? supervise() : serve());
if (!seat) process.send?.({ url });
const end = () => void stop().then(() => process.exit(0));
process.on('SIGTERM', end);
void seat?.told.then(end);

async function serve(): Promise<{ url: string; stop(): Promise<void> }> {
  const app = await startApp(
    env,
    createLog(env.LOG_LEVEL, seat?.number),
    {
      ...(!values['real-bots'] && { engines: countingBot(Number(values.parts)) }),
      ...(values.hurried && { quickWaitsMs: [20, 100] }),
      ...(values['lease-ms'] !== undefined && { leaseMs: Number(values['lease-ms']) }),
      ...(values['die-at'] !== undefined && deadlyPoint(values['die-at'])),
    },
    seat,
  );
  seat?.ready(app.url);
  return app;
}

async function supervise(): Promise<{ url: string; stop(): Promise<void> }> {
  const supervisor = superviseWorkers(env, createLog(env.LOG_LEVEL), values.hurried ? 0 : undefined);
  process.on('SIGHUP', () => void supervisor.restart());
  return { url: await supervisor.start(), stop: supervisor.stop };
}
