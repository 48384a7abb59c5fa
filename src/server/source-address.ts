import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { isIn, parseRange, unwrap } from '../outbound/ranges.js';

/**
 * Finds the address a request comes from: the connection's, or, where that is a trusted proxy's, the last address in
 * `X-Forwarded-For` that is not. What stands before it was written by the caller and proves nothing.
 */
export function createSourceAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = trustedProxies.map(parseRange);
  return (request) => {
    const hops = String(request.headers['x-forwarded-for'] ?? '').split(',');
    let address = plain(request.socket.remoteAddress ?? '');
    while (ipaddr.isValid(address) && isIn(ipaddr.process(address), trusted)) {
      const before = plain(hops.pop() ?? '');
      if (!ipaddr.isValid(before)) break;
      address = before;
    }
    return address;
  };
}

/** An IPv4 address in the form of IPv6 as the IPv4 address it is; anything else as it came. */
function plain(text: string): string {
  const address = text.trim();
  return ipaddr.isValid(address) ? unwrap(ipaddr.parse(address)).toString() : address;
}
