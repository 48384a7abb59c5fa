import type { LookupAddress } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { BLOCKED, mayCall } from './guard.js';
import { connectFailure, OutboundError } from './outbound-error.js';
import { type ResolveDeps, resolveAllowed } from './resolve.js';

export interface ConnectDeps extends ResolveDeps {
  /** Milliseconds for TCP and TLS together. */
  connectTimeoutMs: number;
  secureContext: SecureContext;
}

/**
 * Makes the connections of one origin: resolve the name, check every address, connect to a checked one with
 * Host and SNI unchanged, and check the address of the connected socket again.
 *
 * Checking after the connect alone would be too late: the inside would have seen a TCP handshake and a ClientHello.
 * Checking in `lookup` alone would miss literal addresses, for which Node never calls it.
 */
export function createConnector(deps: ConnectDeps): buildConnector.connector {
  let known: { addresses: Promise<LookupAddress[]>; until: number } | null = null;
  let pinned: LookupAddress[] = [];

  const dial = buildConnector({
    lookup: (_hostname, _options, callback) => callback(null, pinned),
    // Several addresses are tried one after the other; the default of 250 ms is too short for another continent.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1000,
    timeout: deps.connectTimeoutMs,
    allowH2: false,
    secureContext: deps.secureContext,
    rejectUnauthorized: true, // explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot switch it off
  });

  async function prepare(hostname: string): Promise<void> {
    if (isIP(hostname) !== 0) {
      if (!mayCall(hostname, deps.policy)) throw new OutboundError('BLOCKED_ADDRESS', BLOCKED);
      return;
    }
    if (!known || known.until <= deps.clock.now()) {
      known = { addresses: resolveAllowed(hostname, deps), until: deps.clock.now() + REMEMBER_MS };
    }
    pinned = await known.addresses;
  }

  function open(options: buildConnector.Options): Promise<Socket> {
    return new Promise((resolve, reject) => {
      dial(options, (error, socket) => {
        if (error) return reject(error);
        const { remoteAddress } = socket;
        if (remoteAddress !== undefined && mayCall(remoteAddress, deps.policy)) return resolve(socket);
        socket.destroy();
        // A socket without an address has been closed by the other side already.
        reject(
          remoteAddress === undefined
            ? new OutboundError('CONNECT', GONE)
            : new OutboundError('BLOCKED_ADDRESS', BLOCKED),
        );
      });
    });
  }

  return (options, callback) => {
    prepare(options.hostname)
      .then(() => open(options))
      .then(
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
