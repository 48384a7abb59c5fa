import { createHub, type Hub, type Line, type News } from './live-hub';
import type { FromTab } from './live-worker';

/** Serves this tab alone, in browsers without shared workers, or where the worker could not be loaded. */
let own: Hub | null = typeof SharedWorker === 'undefined' ? createHub() : null;

/** A line to what tells of changes. `onLost` is called when it has to be opened again. */
export function openLine(tell: (news: News) => void, onLost: () => void): Line {
  if (own) return own.join(tell);
  const worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'hookswitch' });
  const send = (message: FromTab) => worker.port.postMessage(message);
  worker.addEventListener('error', () => {
    own ??= createHub();
    onLost();
  });
  worker.port.addEventListener('message', ({ data }: MessageEvent<News>) => tell(data));
  worker.port.start();
  return {
    wish: (wish) => send({ kind: 'WISH', wish }),
    close() {
      send({ kind: 'CLOSE' });
      worker.port.close();
    },
  };
}
