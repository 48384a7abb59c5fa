import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { maySlowlyUpload } from '../slow-uploads.js';
import { type Clock, SECOND } from '../time.js';

/** Milliseconds in which a request has to come in; beyond, its connection is closed, with 408 unless it was answered. */
const LIMIT_MS = 30 * SECOND;
/** Bytes of a permitted slow upload that have to come in each time that long, 128 kbit/s; fewer close it, too. */
const MIN_UPLOAD_BYTES = (16 * 1024 * LIMIT_MS) / SECOND;
/** Milliseconds between two looks at what comes in: a request may take so much longer than its limit. */
const LOOK_EVERY_MS = 1 * SECOND;

/** The latest request of a connection. */
interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  /** When it began, or when an upload was last seen to go on, and the bytes the connection had brought then. */
  since: number;
  bytes: number;
}

/**
 * Closes connections whose requests do not come in in time. Node's own limit would be the same for all requests, so that
 * either files need a fast line or strangers may send a message for minutes. Gives how to stop looking.
 */
export function limitBodies(server: Server, clock: Clock): () => void {
  const connections = new Map<Socket, Incoming>();
  server.on('request', (request, response) => {
    const { socket } = request;
    if (!connections.has(socket)) socket.once('close', () => connections.delete(socket));
    connections.set(socket, { request, response, since: clock.monotonicNow(), bytes: socket.bytesRead });
  });

  function look(): void {
    const now = clock.monotonicNow();
    for (const [socket, incoming] of connections) {
      if (incoming.request.complete || now - incoming.since < LIMIT_MS) continue;
      if (maySlowlyUpload(incoming.request) && socket.bytesRead - incoming.bytes >= MIN_UPLOAD_BYTES) {
        incoming.since = now;
        incoming.bytes = socket.bytesRead;
      } else cutOff(socket, incoming.response);
    }
  }

  let timer = clock.after(LOOK_EVERY_MS, lookAgain);
  function lookAgain(): void {
    look();
    timer = clock.after(LOOK_EVERY_MS, lookAgain);
  }
  return () => timer.cancel();
}

function cutOff(socket: Socket, response: ServerResponse): void {
  if (!response.headersSent && socket.writable) {
    socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }
  socket.destroySoon();
}
