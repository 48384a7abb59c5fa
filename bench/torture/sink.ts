import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Receipt } from './history.js';

/** The outside system: writes down every callback before it answers, and now and then fails like a real one. */
export interface Sink {
  url: string;
  close(): Promise<void>;
}

interface CallbackBody {
  text: string;
  to: string;
  sequence: number;
}

/** How it fails, as shares of all callbacks. Every callback succeeds at its next try at the latest. */
const FAIL = 0.02;
const RESET = 0.01;

export async function startSink(receipts: Receipt[], tick: () => number, random: () => number): Promise<Sink> {
  const failed = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {}); // a caller that was killed is part of the play
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { text, to, sequence } = JSON.parse(Buffer.concat(chunks).toString()) as CallbackBody;
      const id = String(request.headers['webhook-id']);
      const roll = failed.has(id) ? 1 : random();
      if (roll < FAIL + RESET) failed.add(id);
      receipts.push({ at: tick(), user: to, id, text, sequence });
      if (roll < RESET) request.socket.destroy();
      else response.writeHead(roll < FAIL + RESET ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
