import type { ScryptOptions } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { unavailable } from '../../errors.js';
import { startWorker } from '../../start-worker.js';

/** `KNOWN`: the work of a user or a known device, done before what a `STRANGER` asks for. */
export type Urgency = 'KNOWN' | 'STRANGER';

interface Job {
  password: string;
  salt: Uint8Array;
  resolve(key: Buffer): void;
  reject(error: Error): void;
}

/** OWASP's password storage cheat sheet: N = 2^17, r = 8, p = 1 (128 MiB, about a third of a second). */
const COST: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
/** Passwords of each urgency that may wait for the thread, some three seconds' work; a further one is refused with UNAVAILABLE. */
const MAX_WAITING = 8;
const RETRY_AFTER_SECONDS = 3;

/**
 * One thread for the hashing of passwords, which takes 128 MiB and a third of a second of a core each: strangers can ask
 * for it, and neither the event loop nor the threads that the database shares may wait for them. Tests hash at a lower cost.
 */
export function createHashingThread(cost = COST) {
  const waiting: Record<Urgency, Job[]> = { KNOWN: [], STRANGER: [] };
  let worker: Worker | null = null;
  let running: Job | null = null;

  const start = (): Worker => {
    const started = startWorker(new URL('./hashing-worker.js', import.meta.url), { workerData: cost });
    const ended = (error: Error) => {
      if (worker !== started) return;
      worker = null;
      running?.reject(error);
      next();
    };
    started.on('message', (key: Uint8Array) => {
      running?.resolve(Buffer.from(key));
      next();
    });
    started.on('error', ended);
    started.on('exit', () => ended(new Error('The thread that hashes passwords ended.')));
    return started;
  };

  function next(): void {
    running = waiting.KNOWN.shift() ?? waiting.STRANGER.shift() ?? null;
    if (!running) {
      worker?.unref();
      return;
    }
    worker ??= start();
    worker.ref();
    worker.postMessage({ password: running.password, salt: running.salt });
  }

  return {
    /** Derives a key by scrypt. UNAVAILABLE when too many wait. */
    derive(password: string, salt: Uint8Array, urgency: Urgency): Promise<Buffer> {
      if (waiting[urgency].length >= MAX_WAITING) {
        return Promise.reject(
          unavailable('TOO_MANY_SIGN_INS', 'Many people sign in at this moment. Try again in a few seconds.', {
            retryAfterSeconds: RETRY_AFTER_SECONDS,
          }),
        );
      }
      return new Promise((resolve, reject) => {
        waiting[urgency].push({ password, salt, resolve, reject });
        if (!running) next();
      });
    },

    async close(): Promise<void> {
      const ended = worker;
      worker = null;
      const left = [running, ...waiting.KNOWN.splice(0), ...waiting.STRANGER.splice(0)];
      running = null;
      for (const job of left) job?.reject(unavailable('STOPPING', 'The server is stopping.'));
      await ended?.terminate();
    },
  };
}
