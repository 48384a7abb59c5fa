import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AppError, badInput } from '../errors.js';
import { GLOBAL_V6, isIn, NEVER, NOT_PUBLIC_V4, NOT_PUBLIC_V6, type Range, toRange, unwrap } from './ranges.js';

/** The operator's settings for outgoing calls. */
export interface OutboundSettings {
  /** Plain `http:` besides `https:`. */
  allowHttp: boolean;
  /** Non-public ranges that may be called, as CIDRs or single addresses. */
  allowCidrs: readonly string[];
  /** Addresses, CIDRs and host names of the server's own parts: refused even if public, unless `allowCidrs` has them. */
  deny?: readonly string[];
}

/** `OutboundSettings`, parsed once. */
export interface OutboundPolicy {
  readonly allowHttp: boolean;
  readonly allowed: readonly Range[];
  readonly denied: readonly Range[];
  readonly deniedHosts: ReadonlySet<string>;
}

/** Parses the settings. Throws BAD_USER_INPUT naming an entry that is not a range. */
export function createPolicy(settings: OutboundSettings): OutboundPolicy {
  const deny = settings.deny ?? [];
  return {
    allowHttp: settings.allowHttp,
    allowed: settings.allowCidrs.map((entry) => {
      const range = toRange(entry);
      if (range) return range;
      throw badInput('allowCidrs', `"${entry}" is not an address range. Write it like 10.0.0.0/8 or ::1/128.`);
    }),
    denied: deny.map(toRange).filter((range) => range !== null),
    deniedHosts: new Set(deny.filter((entry) => toRange(entry) === null).map(toHostName)),
  };
}

/**
 * Whether a connection to this address is allowed. `address` is the text form, without brackets, with or without an
 * IPv6 zone. Public addresses are; the policy opens others, but never link-local and metadata ones.
 * Source: the IANA special-purpose address registries.
 */
export function mayCall(address: string, policy: OutboundPolicy): boolean {
  if (isIP(address) === 0) return false;
  const judged = unwrap(ipaddr.parse(address));
  if (judged.range() !== 'loopback' && isIn(judged, NEVER)) return false;
  if (isIn(judged, policy.allowed)) return true;
  if (isIn(judged, policy.denied)) return false;
  if (judged.kind() === 'ipv4') return !isIn(judged, NOT_PUBLIC_V4);
  return isIn(judged, GLOBAL_V6) && !isIn(judged, NOT_PUBLIC_V6);
}

export type UrlVerdict = { url: URL } | { refused: 'BAD_URL' | 'BLOCKED_ADDRESS'; message: string };

/**
 * Judges a URL by itself, without the network: scheme, user info, and the host if it is an address in any spelling
 * (the URL parser turns `2130706433`, `0x7f.1` and full-width digits into 127.0.0.1) or a name that is never a public
 * one. Other names are judged when they resolve.
 */
export function judgeUrl(text: string, policy: OutboundPolicy): UrlVerdict {
  if (text.length > MAX_URL_LENGTH) return badUrl(`A URL may have at most ${MAX_URL_LENGTH} characters.`);
  // The parser drops tabs and line breaks silently, so the URL called would differ from the one shown.
  if (hasControlCharacter(text)) return badUrl('A URL must not contain line breaks, tabs or other control characters.');
  if (text.includes('\\')) return badUrl('A URL must not contain backslashes: programs read them in different ways.');
  const url = parseUrl(text);
  if (!url) return badUrl('This is not a URL. Write it in full, like https://example.com/hook.');
  if (url.protocol === 'http:' && !policy.allowHttp) {
    return badUrl('Only https:// URLs may be called. The operator can allow http:// with OUTBOUND_ALLOW_HTTP=true.');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return badUrl('The URL must begin with https://.');
  if (url.username !== '' || url.password !== '' || EMPTY_USER_INFO.test(text)) {
    return badUrl('A URL must not contain a user name or password. Send credentials in a header.');
  }
  if (url.port === '0') return badUrl('There is no port 0.');
  const host = toHostName(url.hostname);
  if (isIP(host) === 0 && !isName(host)) return badUrl('The host of the URL is neither a name nor an address.');
  return mayCallHost(host, policy) ? { url } : { refused: 'BLOCKED_ADDRESS', message: BLOCKED };
}

/** The URL if it may be saved. Throws BAD_USER_INPUT that says what to do; `field` is the caller's name for it. */
export function checkUrl(text: string, policy: OutboundPolicy, field = 'url'): URL {
  const verdict = judgeUrl(text, policy);
  if ('url' in verdict) return verdict.url;
  throw new AppError('BAD_USER_INPUT', verdict.message, { details: { field, reason: verdict.refused } });
}

/** `localhost` and the names under it mean this machine, whatever a resolver says (RFC 6761 §6.3). */
export function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Whether a name can only be an internal one; refused without a look-up unless internal ranges are allowed. */
export const isInsideName = (host: string): boolean =>
  !host.includes('.') || isLocalhost(host) || INSIDE_NAME.test(host);

/** A host as the guard compares it: lower case, no brackets, no final dot. */
export function toHostName(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

/** One text for every refused address: naming the address would reveal the internal network. */
export const BLOCKED =
  'This address may not be called: it is private, reserved or belongs to this server. Use a public address, or ask the operator to open its range with OUTBOUND_ALLOW_CIDRS.';

const LOOPBACK = ['127.0.0.1', '::1'];
const MAX_URL_LENGTH = 8192; // below the request-line limit of common servers
const EMPTY_USER_INFO = /^[^/?#]*\/\/:?@/; // the parser drops it
const MAX_NAME_LENGTH = 253; // RFC 1035 §2.3.4, without the final dot
const LABEL = /^[a-z0-9_-]{1,63}$/;

/** Top-level names that the public DNS will never have (RFC 6762 appendix G, RFC 8375, `.internal` by ICANN in 2024). */
const INSIDE_NAME = /(^|\.)(corp|home|home\.arpa|internal|intranet|lan|local|localdomain|private)$/;

function mayCallHost(host: string, policy: OutboundPolicy): boolean {
  if (policy.deniedHosts.has(host)) return false;
  if (isLocalhost(host)) return LOOPBACK.some((address) => mayCall(address, policy));
  if (isIP(host) !== 0) return mayCall(host, policy);
  return policy.allowed.length > 0 || !isInsideName(host);
}

const isName = (host: string): boolean =>
  host.length <= MAX_NAME_LENGTH && host.split('.').every((label) => LABEL.test(label));

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function badUrl(message: string): UrlVerdict {
  return { refused: 'BAD_URL', message };
}
