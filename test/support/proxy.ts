import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Certificate } from './certificate.js';

/** One CONNECT as it came in. */
export interface Asked {
  /** `host:port`, as written. */
  authority: string;
  authorization: string | undefined;
}

/** What the proxy does with a CONNECT. */
export type ProxyAnswer = (asked: Asked, socket: Socket) => void;

export interface TestProxy {
  /** Without credentials and final slash. */
  url: string;
  port: number;
  asked: Asked[];
  /** Requests of any other method; there should be none. */
  others: string[];
  /** Connections opened so far. */
  readonly connections: number;
  /** The next CONNECTs get these answers, one each; later ones tunnels again. */
  script(...answers: ProxyAnswer[]): void;
  /** Resolves when there have been so many CONNECTs. */
  askedTimes(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A real CONNECT proxy. Whatever host it is told, its tunnels end on this machine, at the port. */
export async function createProxy(certificate?: Certificate): Promise<TestProxy> {
  const asked: Asked[] = [];
  const others: string[] = [];
  const scripted: ProxyAnswer[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;

  const server = certificate ? createSecureServer(certificate) : createServer();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    keep(socket);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => {}); // a caller who hangs up is part of the play
    const one = { authority: request.url ?? '', authorization: request.headers['proxy-authorization'] };
    asked.push(one);
    for (const look of waiting) look();
    (scripted.shift() ?? tunnel)(one, socket);
  });
  server.on('request', ({ method, url }, response) => {
    others.push(`${method} ${url}`);
    response.writeHead(400).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a path

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  }

  function tunnel({ authority }: Asked, socket: Socket): void {
    const far = connect(Number(authority.split(':').at(-1)), '127.0.0.1');
    keep(far);
    far.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(far).pipe(socket);
    });
    far.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    far.on('close', () => socket.destroy());
    socket.on('close', () => far.destroy());
  }

  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    asked,
    others,
    get connections() {
      return connections;
    },
    script: (...answers) => void scripted.push(...answers),
    askedTimes: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (asked.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers a status, with a body that repeats the credentials it was sent. */
export function refuse(status: number, head = ''): ProxyAnswer {
  return ({ authorization }, socket) =>
    void socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\nYou sent ${authorization}`);
}

/** These bytes in place of HTTP. */
export function babble(text: string): ProxyAnswer {
  return ({ authorization }, socket) => void socket.end(`${text} ${authorization}\r\n\r\n`);
}

/** Takes the request and says nothing. */
export function ignore(): ProxyAnswer {
  return () => {};
}

export function hangUp(): ProxyAnswer {
  return (_asked, socket) => void socket.destroy();
}
