import { OutboundError } from './outbound-error.js';

export type RequestHeaders = Readonly<Record<string, string>>;

/**
 * Refuses headers that would change how the request is framed or where it goes (RFC 9110 §7.6.1, RFC 9112 §6): those
 * belong to the connection, not to the caller. Throws OutboundError BAD_HEADER.
 */
export function checkHeaders(headers: RequestHeaders): void {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string' || !isSettableHeader(name)) {
      throw new OutboundError('BAD_HEADER', `The header "${shown(name)}" cannot be set on an outgoing request.`);
    }
    if (!isHeaderValue(value)) {
      throw new OutboundError(
        'BAD_HEADER',
        `The value of the header "${name}" has characters that HTTP does not allow.`,
      );
    }
  }
}

/** Whether a caller may set a header of this name. */
export const isSettableHeader = (name: string): boolean => TOKEN.test(name) && !FORBIDDEN.has(name.toLowerCase());

/** Whether HTTP can carry this as a header's value. */
export const isHeaderValue = (value: string): boolean => !UNSAFE_VALUE.test(value);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const UNSAFE_VALUE = /[^\t\x20-\x7e\x80-\xff]/; // line breaks and NUL above all
const FORBIDDEN = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function shown(name: string): string {
  return name.slice(0, 64).replace(/[^\x20-\x7e]/g, '?');
}
