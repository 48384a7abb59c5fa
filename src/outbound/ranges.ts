import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Range = readonly [Address, number];

export function parseRange(cidr: string): Range {
  return ipaddr.parseCIDR(cidr);
}

/** A CIDR, or a single address as the range of it alone; null for what is neither, e.g. a name. */
export function toRange(entry: string): Range | null {
  if (ipaddr.isValidCIDR(entry)) return parseRange(entry);
  const family = isIP(entry);
  return family === 0 ? null : parseRange(`${entry}/${family === 4 ? 32 : 128}`);
}

export function isIn(address: Address, ranges: readonly Range[]): boolean {
  return ranges.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/**
 * No setting opens these: they answer with the credentials of the machine itself, or hide an IPv4 address that the
 * other lists would never see. The IPv6 ones of the clouds are unique-local, so an operator who opens `fc00::/7` for
 * an inner network does not open them along with it.
 */
export const NEVER: readonly Range[] = [
  '169.254.0.0/16', // link-local; the metadata address of nearly every cloud
  '168.63.129.16/32', // Azure's platform address
  '100.100.100.200/32', // Alibaba metadata, inside carrier-grade NAT space
  '192.0.0.192/32', // Oracle metadata, older images
  'fe80::/10', // link-local
  'fd00:ec2::/32', // AWS metadata and its neighbours
  'fd20:ce::/32', // Google metadata
  'fd00:c1::/32', // Oracle metadata
  'fd00:42::/32', // Scaleway metadata
  '::/96', // IPv4-compatible, deprecated; ::1 is judged before this list
  '64:ff9b:1::/48', // local-use NAT64
  '2001::/32', // Teredo
  '2002::/16', // 6to4
].map(parseRange);

/** IPv4 that is not public: the IANA special-purpose registry, read strictly. */
export const NOT_PUBLIC_V4: readonly Range[] = [
  '0.0.0.0/8', // this host: Linux connects it to loopback
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved and broadcast
].map(parseRange);

/** The IPv6 range that IANA allocates as global unicast; everything outside it is refused. */
export const GLOBAL_V6: readonly Range[] = ['2000::/3'].map(parseRange);

/** Non-public ranges inside `GLOBAL_V6`. */
export const NOT_PUBLIC_V6: readonly Range[] = [
  '2001::/23', // protocol assignments: Teredo, ORCHID, benchmarking
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
  '2620:4f:8000::/48', // AS112
].map(parseRange);

const MAPPED = parseRange('::ffff:0:0/96');
const NAT64 = parseRange('64:ff9b::/96');

/**
 * The IPv4 address inside an IPv4-mapped or NAT64 address, else the address itself. Both reach the inner address: the
 * first through the system's own stack, the second through a translator, where DNS makes all IPv4 names look so.
 */
export function unwrap(address: Address): Address {
  if (!isIn(address, [MAPPED, NAT64])) return address;
  return ipaddr.fromByteArray(address.toByteArray().slice(-4));
}

/**
 * The network whose holder chose this address: an IPv6 address without its last 64 bits, which a subscriber chooses at
 * will (RFC 4291 §2.5.1); an IPv4 address itself. What is no address is returned as it is.
 */
export function networkOf(text: string): string {
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return text;
  const address = unwrap(ipaddr.parse(text));
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.fromByteArray([...address.toByteArray().slice(0, 8), ...Array(8).fill(0)])}/64`;
}
