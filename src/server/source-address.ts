import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { isIn, parseRange, unwrap } from '../outbound/ranges.js';

/** Addresses remembered; beyond, the one unused for longest is read again. */
const MAX_READ = 5_000;

/** Characters of an address that is remembered; longer ones, with a zone, are read each time. */
const MAX_LENGTH = 64;

/** An address as text, and whether the proxy that has it is trusted; null: it is no address. */
interface ReadAddress {
  text: string;
  isTrusted: boolean | null;
}

/**
 * Finds the address a request comes from: the connection's, or, where that is a trusted proxy's, the last address in
 * `X-Forwarded-For` that is not. What stands before it was written by the caller and proves nothing.
 */
export function createSourceAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = trustedProxies.map(parseRange);
  const known = new LRUCache<string, ReadAddress>(atMost(MAX_READ));

  function read(text: string): ReadAddress {
    const seen = known.get(text);
    if (seen) return seen;
    const address = plain(text);
    const isTrusted = ipaddr.isValid(address) ? isIn(ipaddr.process(address), trusted) : null;
    const found = { text: address, isTrusted };
    if (isTrusted !== null && text.length <= MAX_LENGTH) known.set(text, found); // anybody can write what is none
    return found;
  }

  return (request) => {
    let address = read(request.socket.remoteAddress ?? '');
    if (!address.isTrusted) return address.text;
    const hops = String(request.headers['x-forwarded-for'] ?? '').split(',');
    while (address.isTrusted) {
      const before = read(hops.pop() ?? '');
      if (before.isTrusted === null) break;
      address = before;
    }
    return address.text;
  };
}

/** An IPv4 address in the form of IPv6 as the IPv4 address it is; anything else as it came. */
function plain(text: string): string {
  const address = text.trim();
  return ipaddr.isValid(address) ? unwrap(ipaddr.parse(address)).toString() : address;
}
