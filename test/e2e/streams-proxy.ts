import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StreamsProxy {
  url: string;
  /** Streams of live updates that are open now. */
  open(): number;
  /** The most that were open at once so far. */
  most(): number;
  close(): void;
}

/** A door to a server, over HTTP/1.1, that counts the streams of live updates: those of workers and of frozen pages, too. */
export async function startStreamsProxy(serverUrl: string): Promise<StreamsProxy> {
  const streams = new Set<unknown>();
  let most = 0;
  const proxy = createServer((incoming, answer) => {
    if (incoming.url === '/graphql/stream') streams.add(answer);
    most = Math.max(most, streams.size);
    const onward = request(new URL(incoming.url ?? '/', serverUrl), {
      method: incoming.method,
      headers: incoming.headers,
    });
    onward.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.once('close', () => {
      streams.delete(answer);
      onward.destroy();
    });
    incoming.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    open: () => streams.size,
    most: () => most,
    close() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
