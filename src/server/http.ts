import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import Koa from 'koa';
import type { Events } from '../events.js';
import { type Clock, delay, SECOND, systemClock } from '../time.js';
import { limitBodies } from './body-deadlines.js';
import { RETIRE_MS } from './retirement.js';

export interface HttpServer {
  /** Where it listens, once it does: with the port the system chose. */
  url: string;
  /**
   * Leaves the port to other processes, ends each connection with its next answer, and resolves when none is left, or
   * after RETIRE_MS.
   */
  retire(): Promise<void>;
  /** Answers what is under way and takes nothing new. */
  stop(deadline: Promise<void>): Promise<void>;
}

/**
 * Connections that wait to be accepted, as far as the system allows: Node takes one of them in a round of the event loop.
 * The clients of those beyond try again after a second.
 */
const BACKLOG = 4_096;

/** Milliseconds between two looks for connections whose headers take too long. */
const CONNECTIONS_CHECKED_EVERY_MS = 1 * SECOND;

/** Adds its routes. */
export type Part = (koa: Koa) => void;

export interface HttpOptions {
  host: string;
  port: number;
  events: Events;
  /** What bodies are timed by. */
  clock?: Clock;
  /** Where a request comes from; every part reads it as `ctx.ip`. */
  sourceAddress?(request: IncomingMessage): string;
  /** Answers a request that no part needs to see, or calls `handle` when it is its turn; true: it does one or the other. */
  shed?: ((request: IncomingMessage, response: ServerResponse, handle: () => void) => boolean) | undefined;
}

/** Puts the parts on one port, in this order. */
export async function listen(parts: readonly Part[], options: HttpOptions): Promise<HttpServer> {
  const { host, port, events, clock = systemClock, sourceAddress, shed = () => false } = options;
  const koa = new Koa();
  koa.silent = true; // errors go through events
  koa.on('error', (error: unknown) => {
    if (!isOfClient(error)) events.unexpected('http', error);
  });
  if (sourceAddress) {
    koa.use((ctx, next) => {
      ctx.request.ip = sourceAddress(ctx.req);
      return next();
    });
  }
  for (const part of parts) part(koa);
  const handle = koa.callback(); // last: Koa copies its middleware here
  let retiring = false;
  const server = createServer({ connectionsCheckingInterval: CONNECTIONS_CHECKED_EVERY_MS }, (request, response) => {
    if (retiring) response.shouldKeepAlive = false;
    const begin = () => void handle(request, response); // Koa answers its own failures
    if (!shed(request, response, begin)) begin();
  });
  server.requestTimeout = 0; // bodies have a limit of their own
  server.headersTimeout = 10 * SECOND;
  const stopLimits = limitBodies(server, clock);
  server.keepAliveTimeout = 65 * SECOND; // longer than the usual balancer's, which must be the one to close
  server.maxHeadersCount = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve());
  });
  return {
    url: urlOf(server),
    async retire() {
      retiring = true;
      await Promise.race([leave(server), delay(clock, RETIRE_MS)]);
    },
    stop: (deadline) => stop(server, deadline).finally(stopLimits),
  };
}

/** Stops listening without closing idle connections, as `close` of an HTTP server would. */
const leave = (server: Server): Promise<void> =>
  new Promise((resolve) => void NetServer.prototype.close.call(server, () => resolve()));

async function stop(server: Server, deadline: Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  server.keepAliveTimeout = 1; // those that become idle from here on
  await Promise.race([closed, deadline]);
  server.closeAllConnections();
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo; // it listens on TCP
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Whether a connection was lost, or brought what is no HTTP: no fault of this server. */
const isOfClient = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE|HPE_.*)$/.test(String(error.code));
