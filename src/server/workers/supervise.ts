import type { Env } from '../../config/env.js';
import type { Log } from '../../log.js';
import { SECOND, systemClock } from '../../time.js';
import { RETIRE_MS } from '../retirement.js';
import { forkWorker } from './cluster.js';
import { createSupervisor, type Supervisor } from './supervisor.js';

/** The supervisor of as many processes of this program as the settings say. */
export function superviseWorkers(env: Env, log: Log, soundAfterMs?: number): Supervisor {
  return createSupervisor({
    count: env.WORKERS,
    fork: forkWorker,
    clock: systemClock,
    log,
    limits: { drainMs: env.DRAIN_SECONDS * SECOND, retireMs: RETIRE_MS },
    soundAfterMs,
  });
}
