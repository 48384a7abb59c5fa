import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Clock, SECOND } from '../time.js';
import { toHostName } from './guard.js';
import { OutboundError } from './outbound-error.js';
import { isIn, toRange, unwrap } from './ranges.js';

/** The operator's settings for a CONNECT proxy. */
export interface ProxySettings {
  /** `http:` or `https:`, credentials in its user info. */
  url: string;
  /** What is called directly: hosts, `.suffix` for the names under a domain, addresses and CIDRs. */
  except: readonly string[];
  /** What it is told of a name that was resolved and checked here: one of the addresses, or the name. */
  told: 'ADDRESS' | 'NAME';
}

export interface OutboundProxy {
  readonly told: ProxySettings['told'];
  /** Whether calls of a host go through the proxy. `addresses` are those it has here; none if it is not known here. */
  serves(hostname: string, addresses: readonly string[]): boolean;
  /**
   * A connection to the first of the hosts (names or addresses) that the proxy can reach. Rejects with OutboundError
   * PROXY, CONNECT or TIMEOUT, whose message holds neither the proxy's address nor its credentials.
   */
  connect(hosts: readonly string[], port: number): Promise<Socket>;
}

export interface ProxyDeps {
  clock: Clock;
  /** Milliseconds for the connection to the proxy and its answer to CONNECT, over all hosts that are tried. */
  limitMs: number;
  /** PEM certificates to trust in place of the system's. */
  ca: string[] | undefined;
}

export function createProxy(settings: ProxySettings, { clock, limitMs, ca }: ProxyDeps): OutboundProxy {
  const ranges = settings.except.map(toRange).filter((range) => range !== null);
  const names = settings.except.map(toHostName);
  const open = createTunnels(settings.url, clock, ca);

  async function connect(hosts: readonly string[], port: number): Promise<Socket> {
    const endAt = clock.monotonicNow() + limitMs;
    for (const [place, host] of hosts.entries()) {
      const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
      try {
        return await open(authority, endAt - clock.monotonicNow());
      } catch (error) {
        const isLast = place === hosts.length - 1 || clock.monotonicNow() >= endAt;
        if (isLast || !(error instanceof OutboundError) || error.reason === 'PROXY') throw error;
      }
    }
    throw new OutboundError('CONNECT', UNREACHABLE);
  }

  return {
    told: settings.told,
    serves(hostname, addresses) {
      const host = toHostName(hostname);
      const isNamed = names.some((name) => (name.startsWith('.') ? host.endsWith(name) : host === name));
      const isWithin = (address: string): boolean => isIn(unwrap(ipaddr.parse(address)), ranges);
      return !isNamed && !(addresses.length > 0 && addresses.every(isWithin));
    },
    connect,
  };
}

/** Asks for one tunnel after the other (RFC 9110 §9.3.6), each on a connection of its own. */
function createTunnels(
  proxyUrl: string,
  clock: Clock,
  ca: string[] | undefined,
): (authority: string, limitMs: number) => Promise<Socket> {
  const { protocol, hostname, port, username, password } = new URL(proxyUrl);
  const isSecure = protocol === 'https:';
  const host = toHostName(hostname);
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const server = {
    host,
    port: Number(port) || (isSecure ? 443 : 80),
    agent: false,
    // Explicit: Node would take the name from the Host header, and the switch from the environment.
    ...(isSecure && { servername: isIP(host) === 0 ? host : '', rejectUnauthorized: true }),
    ...(isSecure && { minVersion: 'TLSv1.2' as const, ca }),
  };

  return (authority, limitMs) =>
    new Promise((resolve, reject) => {
      const request = (isSecure ? httpsRequest : httpRequest)({
        ...server,
        method: 'CONNECT',
        path: authority,
        headers: {
          host: authority,
          connection: 'keep-alive',
          ...(username !== '' && { 'proxy-authorization': `Basic ${credentials}` }),
        },
      });
      const limit = clock.after(limitMs, () => request.destroy(new OutboundError('TIMEOUT', SLOW)));
      request.on('connect', ({ statusCode = 0 }, socket, head) => {
        limit.cancel();
        socket.on('error', () => {}); // told to whoever uses it next
        if (statusCode >= 200 && statusCode < 300) {
          if (head.length > 0) socket.unshift(head);
          resolve(socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_DELAY_MS));
        } else {
          socket.destroy();
          reject(refusalOf(statusCode));
        }
      });
      request.on('error', (error) => {
        limit.cancel();
        reject(proxyFailure(error));
      });
      request.end();
    });
}

function refusalOf(status: number): OutboundError {
  if (status === 407) {
    return new OutboundError('PROXY', 'The outbound proxy does not accept the credentials of OUTBOUND_PROXY (407).');
  }
  if (status === 401 || status === 403) {
    return new OutboundError('PROXY', `The outbound proxy does not allow calls to this host (${status}).`);
  }
  if (status === 504)
    return new OutboundError('TIMEOUT', 'The outbound proxy did not reach the endpoint in time (504).');
  if (status >= 500)
    return new OutboundError('CONNECT', `The outbound proxy could not reach the endpoint (${status}).`);
  return new OutboundError('PROXY', `The outbound proxy answered ${status} in place of opening a connection.`);
}

function proxyFailure(error: Error & { code?: string }): OutboundError {
  if (error instanceof OutboundError) return error;
  const { code = '' } = error;
  // What the parser of HTTP says holds the bytes received, in which a proxy may repeat what it was sent.
  if (code.startsWith('HPE_')) return new OutboundError('PROXY', `The outbound proxy does not speak HTTP (${code}).`);
  return new OutboundError('PROXY', `The outbound proxy could not be reached (${code || 'no reason given'}).`, {
    cause: error,
  });
}

const SLOW = 'The outbound proxy did not open a connection to the endpoint in time.';
const UNREACHABLE = 'The outbound proxy could not reach the endpoint.';
const KEEP_ALIVE_DELAY_MS = 60 * SECOND; // as undici has it on connections of its own
