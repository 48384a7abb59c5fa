import type { LookupAddress } from 'node:dns';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { BLOCKED, mayCall } from './guard.js';
import { connectFailure, OutboundError } from './outbound-error.js';
import { findWayOut, type WayOut, type WayOutDeps } from './way-out.js';

export interface ConnectDeps extends WayOutDeps {
  /** Milliseconds for TCP and TLS together; through a proxy, for TLS alone. */
  connectTimeoutMs: number;
  secureContext: SecureContext;
}

/**
 * Makes the connections of one origin: resolve the name, check every address, connect to a checked one with
 * Host and SNI unchanged, and check the address of the connected socket again. Through a proxy the check comes before
 * the proxy is asked; the socket that it gives ends at the proxy, and TLS goes over it.
 *
 * Checking after the connect alone would be too late: the inside would have seen a TCP handshake and a ClientHello.
 * Checking in `lookup` alone would miss literal addresses, for which Node never calls it.
 */
export function createConnector(deps: ConnectDeps): buildConnector.connector {
  let known: { way: Promise<WayOut>; until: number } | null = null;
  let pinned: LookupAddress[] = [];

  const connector = buildConnector({
    lookup: (_hostname, _options, callback) => callback(null, pinned),
    // Several addresses are tried one after the other; the default of 250 ms is too short for another continent.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1000,
    timeout: deps.connectTimeoutMs,
    allowH2: false,
    secureContext: deps.secureContext,
    rejectUnauthorized: true, // explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot switch it off
  });

  function dial(options: buildConnector.Options): Promise<Socket> {
    return new Promise((resolve, reject) => {
      connector(options, (error, socket) => {
        if (error) return reject(error);
        // An alert that comes after the handshake ends nothing by itself, and the end that follows would hide it.
        resolve(socket.once('error', (alert) => socket.destroy(alert)));
      });
    });
  }

  async function open(options: buildConnector.Options): Promise<Socket> {
    if (!known || known.until <= deps.clock.monotonicNow()) {
      known = { way: findWayOut(options.hostname, deps), until: deps.clock.monotonicNow() + REMEMBER_MS };
    }
    const way = await known.way;
    const isSecure = options.protocol === 'https:';
    if (way.kind === 'TUNNEL') {
      const tunnel = await way.proxy.connect(way.hosts, Number(options.port) || (isSecure ? 443 : 80));
      return isSecure ? dial({ ...options, httpSocket: tunnel }) : tunnel;
    }
    pinned = way.addresses;
    const socket = await dial(options);
    const { remoteAddress } = socket;
    if (remoteAddress !== undefined && mayCall(remoteAddress, deps.policy)) return socket;
    socket.destroy();
    // A socket without an address has been closed by the other side already.
    throw remoteAddress === undefined
      ? new OutboundError('CONNECT', GONE)
      : new OutboundError('BLOCKED_ADDRESS', BLOCKED);
  }

  return (options, callback) => {
    open(options).then(
      (socket) => callback(null, socket),
      (error: unknown) => {
        known = null; // the next connection asks again
        callback(connectFailure(error, options.protocol === 'https:'), null);
      },
    );
  };
}

const GONE = 'The endpoint closed the connection at once.';

/** Milliseconds for which resolved addresses are reused by new connections; then the name is resolved again. */
const REMEMBER_MS = 10_000;
