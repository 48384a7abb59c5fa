import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a database whose connections can stop carrying anything, without being closed. */
export interface Wire {
  /** URL of the database, by way of this wire. */
  readonly url: string;
  /** Connections made so far. */
  readonly connections: number;
  /** All connections there are now carry nothing any more; later ones do. */
  goSilent(): void;
  /** The next connection that sends these words to the database carries them, and no answer to them. */
  loseAnswerTo(words: string): void;
  close(): Promise<void>;
}

export async function startWire(databaseUrl: string): Promise<Wire> {
  const { hostname, port, href } = new URL(databaseUrl);
  const carrying = new Set<() => void>();
  const sockets = new Set<Socket>();
  let connections = 0;
  let unanswered: string | null = null;
  const server = createServer((near) => {
    connections += 1;
    const far = connect(Number(port) || 5432, hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    const deafen = () => void far.unpipe(near).resume();
    near.on('data', (sent: Buffer) => {
      if (unanswered === null || !sent.includes(unanswered)) return;
      unanswered = null;
      deafen();
    });
    near.pipe(far);
    far.pipe(near);
    near.on('close', () => far.destroy());
    carrying.add(() => {
      near.unpipe(far).resume();
      deafen();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(href);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port); // it listens on TCP
  return {
    url: url.href,
    get connections() {
      return connections;
    },
    goSilent() {
      for (const stop of carrying) stop();
      carrying.clear();
    },
    loseAnswerTo(words) {
      unanswered = words;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
