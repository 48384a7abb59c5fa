import { createHub, type Line, type Wish } from './live-hub';

/** What a tab sends to the shared worker. */
export type FromTab = { kind: 'WISH'; wish: Wish } | { kind: 'CLOSE' };

/** One for all tabs of the browser, so that however many there are, one connection to the server is taken by streams. */
const hub = createHub();

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (!port) return;
  const line: Line = hub.join((news) => port.postMessage(news));
  port.addEventListener('message', ({ data }: MessageEvent<FromTab>) => {
    if (data.kind === 'WISH') line.wish(data.wish);
    else line.close();
  });
  port.addEventListener('close', line.close); // a tab that died; browsers that do not tell leave its watches behind
  port.start();
});
