import { type Clock, delay, SECOND } from '../../time.js';
import type { FromWorker } from './messages.js';
import type { Ending, WorkerProcess } from './worker-process.js';

/** Milliseconds without a sign of life after which a worker that serves is killed: its event loop stands still. */
export const SILENT_MS = 30 * SECOND;

/** A worker as its supervisor knows it. */
export interface Worker {
  number: number;
  pid: number;
  /** Its URL, once it serves; or how it ended before. */
  started: Promise<{ url: string } | { ending: Ending }>;
  ended: Promise<Ending>;
  isServing(): boolean;
  /** Milliseconds it has served, or did until it ended. */
  servedMs(): number;
  send: WorkerProcess['send'];
  /** Has it leave, and kills it when it is still there after `limitMs`. */
  leave(how: 'stop' | 'retire', limitMs: number): Promise<void>;
  /** Kills it when it serves and has said nothing for too long; true: it did. */
  killIfSilent(): boolean;
  /** It need not have said anything so far: nobody listened. */
  excuse(): void;
}

export function watchWorker(
  number: number,
  child: WorkerProcess,
  clock: Clock,
  hear: (message: FromWorker) => void,
): Worker {
  let readyAt: number | null = null;
  let isLeaving = false;
  let heardAt = clock.monotonicNow();
  const ended = child.ended;
  const started = new Promise<{ url: string } | { ending: Ending }>((resolve) => {
    child.hear((message) => {
      heardAt = clock.monotonicNow();
      if (message.is !== 'ready') return hear(message);
      readyAt = heardAt;
      resolve({ url: message.url });
    });
    void ended.then((ending) => resolve({ ending }));
  });
  return {
    number,
    pid: child.pid,
    started,
    ended,
    isServing: () => readyAt !== null,
    servedMs: () => (readyAt === null ? 0 : clock.monotonicNow() - readyAt),
    send: child.send,
    async leave(how, limitMs) {
      isLeaving = true;
      child.send({ is: how });
      const gone = new AbortController();
      void ended.then(() => gone.abort());
      await delay(clock, limitMs, gone.signal);
      if (!gone.signal.aborted) child.kill();
      await ended;
    },
    killIfSilent() {
      if (readyAt === null || isLeaving || clock.monotonicNow() - heardAt < SILENT_MS) return false;
      child.kill();
      return true;
    },
    excuse() {
      heardAt = clock.monotonicNow();
    },
  };
}
