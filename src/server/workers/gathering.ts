import { type Clock, SECOND, type Timer } from '../../time.js';
import { mergeMetrics } from './merge-metrics.js';
import type { FromWorker } from './messages.js';
import type { Worker } from './worker.js';

/** Milliseconds that all workers have to tell their metrics; those of one that takes longer are left out. */
const PATIENCE_MS = 3 * SECOND;

interface Gathering {
  for: Worker;
  /** The id by which its worker knows it. */
  askedAs: number;
  waitingFor: Set<Worker>;
  texts: Map<Worker, string>;
  timer: Timer;
}

/** Has every worker tell its metrics when one of them is asked for those of all. */
export function createGathering(clock: Clock, own: () => string) {
  const open = new Map<number, Gathering>();
  let lastId = 0;

  function finish(id: number): void {
    const gathering = open.get(id);
    if (!gathering) return;
    open.delete(id);
    gathering.timer.cancel();
    const texts = [...gathering.texts].sort(([a], [b]) => a.number - b.number).map(([, text]) => text);
    gathering.for.send({ is: 'gathered', id: gathering.askedAs, text: mergeMetrics([...texts, own()]) });
  }

  return {
    hear(worker: Worker, message: FromWorker, serving: readonly Worker[]): void {
      if (message.is === 'gather') {
        lastId += 1;
        const id = lastId;
        const timer = clock.after(PATIENCE_MS, () => finish(id));
        open.set(id, { for: worker, askedAs: message.id, waitingFor: new Set(serving), texts: new Map(), timer });
        for (const one of serving) {
          one.send({ is: 'report', id });
          void one.ended.then(() => leaveOut(id, one));
        }
      } else if (message.is === 'metrics') {
        open.get(message.id)?.texts.set(worker, message.text);
        leaveOut(message.id, worker);
      }
    },
  };

  function leaveOut(id: number, worker: Worker): void {
    const gathering = open.get(id);
    if (gathering?.waitingFor.delete(worker) && gathering.waitingFor.size === 0) finish(id);
  }
}
