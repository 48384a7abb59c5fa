import { parseArgs } from 'node:util';
import { readEnv } from '../src/config/env.js';
import { createLog } from '../src/log.js';
import { startApp } from '../src/server/app.js';
import { countingBot } from './counting-bot.js';
import { deadlyPoint } from './torture/deadly-point.js';

/** The real server with the counting bot, as a process of its own: `--die-at before-commit:37` ends it by SIGKILL there. */
const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: '1' },
    'lease-ms': { type: 'string' },
    'die-at': { type: 'string' },
    /** Failures are tried again within milliseconds. */
    hurried: { type: 'boolean', default: false },
  },
});
const env = readEnv();
const app = await startApp(env, createLog(env.LOG_LEVEL), {
  engines: countingBot(Number(values.parts)),
  ...(values.hurried && { quickWaitsMs: [20, 100] }),
  ...(values['lease-ms'] !== undefined && { leaseMs: Number(values['lease-ms']) }),
  ...(values['die-at'] !== undefined && deadlyPoint(values['die-at'])),
});
process.send?.({ url: app.url });
process.once('SIGTERM', () => {
  void app.stop().then(() => process.exit(0));
});
