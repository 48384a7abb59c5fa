import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** One request as it came in. */
export interface Received {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** The body as JSON; throws if it is not. */
  json(): unknown;
  /** Which connection it came over: 0 for the first one. */
  connection: number;
  /** Resolves when that connection has ended. */
  closed: Promise<void>;
}

export interface Exchange {
  request: Received;
  response: ServerResponse;
  socket: Socket;
}

/** What the receiver does with a request; it answers, or does not. */
export type Answer = (exchange: Exchange) => void | Promise<void>;

export interface Receiver {
  /** Without a final slash. */
  url: string;
  port: number;
  /** Everything received so far, in order of completion of the request bodies. */
  requests: Received[];
  /** Connections opened so far, also those that carried no request. */
  readonly connections: number;
  /** The next requests get these answers, one each; later ones the default again. */
  script(...answers: Answer[]): void;
  /** Resolves with the first `count` requests, as soon as there are so many. */
  received(count: number): Promise<Received[]>;
  /** Resolves when no connection is open. */
  disconnected(): Promise<void>;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** Speaks TLS with it; with more options of a server, e.g. to ask for a client certificate. */
  certificate?: ServerOptions;
  host?: string;
}

/** A real HTTP server that plays the outside system: it answers by script, or with `fallback`, and remembers. */
export async function createReceiver(fallback: Answer = answer(200), options: ReceiverOptions = {}): Promise<Receiver> {
  const { certificate, host = '127.0.0.1' } = options;
  const requests: Received[] = [];
  const scripted: Answer[] = [];
  const sockets = new Map<Socket, Pick<Received, 'connection' | 'closed'>>();
  const waiting = new Set<() => void>();
  let connections = 0;

  const server: Server = certificate ? createSecureServer(certificate) : createServer();
  server.on(certificate ? 'secureConnection' : 'connection', (socket: Socket) => {
    socket.on('error', () => {}); // a caller who hangs up is part of the play
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => {
        sockets.delete(socket);
        wake();
        resolve();
      });
    });
    sockets.set(socket, { connection: connections++, closed });
  });
  server.on('request', (incoming, response) => void take(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a path

  async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { connection, closed } = sockets.get(incoming.socket) ?? { connection: -1, closed: Promise.resolve() };
    const body = await readAll(incoming);
    if (!body) return; // the caller left in the middle
    const request: Received = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body,
      text: body.toString(),
      json: () => JSON.parse(body.toString()),
      connection,
      closed,
    };
    requests.push(request);
    wake();
    await (scripted.shift() ?? fallback)({ request, response, socket: incoming.socket });
  }

  function wake(): void {
    for (const look of waiting) look();
  }

  function until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });
  }

  return {
    url: `${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    script: (...answers) => void scripted.push(...answers),
    received: (count) => until(() => (requests.length >= count ? requests.slice(0, count) : undefined)),
    disconnected: () => until(() => (sockets.size === 0 ? null : undefined)).then(() => {}),
    async close() {
      for (const socket of sockets.keys()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}

export function answer(status: number, body: string | Buffer = '', headers: Record<string, string> = {}): Answer {
  return ({ response }) => void response.writeHead(status, headers).end(body);
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return answer(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

export function redirect(location: string, status = 307): Answer {
  return answer(status, '', { location });
}

/** Something to wait for that the test lets happen. */
export function createGate(): { opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Answers once the promise is there. */
export function hold(ready: Promise<unknown>, then: Answer): Answer {
  return async (exchange) => {
    await ready;
    await then(exchange);
  };
}

/** Takes the request and says nothing. */
export function silence(): Answer {
  return () => {};
}

/** Ends the connection the hard way, without an answer. */
export function reset(): Answer {
  return ({ socket }) => void socket.resetAndDestroy();
}

/** Sends the head, then a byte now and then, for ever: never silent, never done. */
export function drip(everyMs = 5): Answer {
  return ({ response, socket }) => {
    response.writeHead(200).write('.');
    const timer = setInterval(() => response.write('.'), everyMs);
    socket.on('close', () => clearInterval(timer));
  };
}

/** A body of so many bytes, or without an end, sent as fast as it is read. */
export function flood(bytes = Number.POSITIVE_INFINITY): Answer {
  return async ({ response }) => {
    response.writeHead(200, Number.isFinite(bytes) ? { 'content-length': String(bytes) } : {});
    // It ends early when the caller has had enough.
    await pipeline(Readable.from(pieces(bytes)), response).catch(() => {});
  };
}

function* pieces(bytes: number): Generator<Buffer> {
  const piece = Buffer.alloc(64 * 1024, 'x');
  for (let left = bytes; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

/** These bytes in place of HTTP; with `end`, then a proper end of the connection. */
export function raw(bytes: string, options: { end?: boolean } = {}): Answer {
  return ({ socket }) => void (options.end ? socket.end(bytes) : socket.write(bytes));
}
