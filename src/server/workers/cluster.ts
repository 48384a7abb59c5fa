import cluster from 'node:cluster';
import { WORKER_NUMBER, workerNumber } from '../../config/env.js';
import { systemClock } from '../../time.js';
import { createSeat, type Seat } from './seat.js';
import type { WorkerProcess } from './worker-process.js';

/** Starts this same program as a worker. Its supervisor takes connections and hands each to the next worker in turn. */
export function forkWorker(number: number): WorkerProcess {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const worker = cluster.fork({ [WORKER_NUMBER]: String(number) });
  worker.on('error', () => {}); // it ended while it was written to
  return {
    pid: worker.process.pid ?? 0,
    send: (message) => void (worker.isConnected() && worker.send(message)),
    kill: () => void worker.process.kill('SIGKILL'),
    hear: (listener) => void worker.on('message', listener),
    ended: new Promise((resolve) => worker.once('exit', (code, signal) => resolve({ code, signal }))),
  };
}

/** What this process has as a worker; null: it is none. A worker whose supervisor is gone ends at once. */
export function seatHere(): Seat | null {
  if (!cluster.isWorker) return null;
  return createSeat(
    workerNumber(),
    {
      send: (message) => void (process.connected && process.send?.(message)),
      hear: (listener) => void process.on('message', listener),
    },
    systemClock,
  );
}
