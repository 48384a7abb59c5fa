import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { BLOCKED, isInsideName, mayCall, toHostName } from './guard.js';
import { OutboundError } from './outbound-error.js';
import type { OutboundProxy } from './proxy.js';
import { type ResolveDeps, resolveAllowed } from './resolve.js';

export interface WayOutDeps extends ResolveDeps {
  /** Null: everything is called directly. */
  proxy: OutboundProxy | null;
}

/** How a host is reached that has been judged. */
export type WayOut =
  | { kind: 'DIRECT'; addresses: LookupAddress[] }
  /** `hosts`: what the proxy is told, one after the other until it reaches one. */
  | { kind: 'TUNNEL'; proxy: OutboundProxy; hosts: string[] };

/**
 * Judges a host by its addresses and chooses the way to it. The proxy is told nothing before that, and by default an
 * address that was checked: a name it would resolve again, to whatever its owner says by then. A name that has no
 * address here is told as it is, as closed networks know none of the public ones; but never one that can only be an
 * internal one. Throws OutboundError DNS or BLOCKED_ADDRESS.
 */
export async function findWayOut(hostname: string, deps: WayOutDeps): Promise<WayOut> {
  const { proxy } = deps;
  const addresses = await addressesOf(hostname, deps);
  const texts = addresses?.map(({ address }) => address) ?? [];
  if (!proxy?.serves(hostname, texts)) return { kind: 'DIRECT', addresses: addresses ?? [] };
  const hosts = addresses === null || proxy.told === 'NAME' ? [toHostName(hostname)] : inOrder(texts);
  return { kind: 'TUNNEL', proxy, hosts };
}

/** Null for a name that is to be told to the proxy because nobody here knows it. */
async function addressesOf(hostname: string, deps: WayOutDeps): Promise<LookupAddress[] | null> {
  const family = isIP(hostname);
  if (family !== 0) {
    if (!mayCall(hostname, deps.policy)) throw new OutboundError('BLOCKED_ADDRESS', BLOCKED);
    return [{ address: hostname, family }];
  }
  try {
    return await resolveAllowed(hostname, deps);
  } catch (error) {
    const isUnknown = error instanceof OutboundError && error.reason === 'DNS';
    if (isUnknown && deps.proxy?.serves(hostname, []) && !isInsideName(toHostName(hostname))) return null;
    throw error;
  }
}

/** IPv4 first: many proxies reach nothing else, and each address costs a try. */
function inOrder(addresses: readonly string[]): string[] {
  const isV4 = (address: string): boolean => isIP(address) === 4;
  return [...addresses.filter(isV4), ...addresses.filter((address) => !isV4(address))].slice(0, MAX_TRIED);
}

/** Addresses of one name that a proxy is asked to reach; more are not tried. */
const MAX_TRIED = 4;
