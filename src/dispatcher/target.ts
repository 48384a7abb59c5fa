import type { KeyObject } from 'node:crypto';
import type { RequestHeaders } from '../outbound/headers.js';
import type { Mail } from '../outbound/mail.js';
import type { OutboundTls } from '../outbound/secure-contexts.js';
import type { SigningKey } from '../outbound/signature.js';
import { DAY, SECOND } from '../time.js';
import type { OnRejected } from '../vocabulary.js';
import type { ClientCredentials } from './oauth-tokens.js';

/** How the deliveries of a channel are tried, and for how long. */
export interface DeliveryPolicy {
  /** Milliseconds for everything from the first byte out to the last byte in. */
  timeoutMs: number;
  /** Milliseconds from a message's creation after which it is not sent any more. */
  windowMs: number;
  /** POSTs at once; null: the server's share. */
  maxConcurrency: number | null;
  /** POSTs a second; null: no limit. */
  maxPerSecond: number | null;
  /** What a 4xx other than 408, 425 and 429 means for its message. */
  onRejected: OnRejected;
}

export const DEFAULT_DELIVERY_POLICY: DeliveryPolicy = {
  timeoutMs: 15 * SECOND,
  windowMs: 1 * DAY,
  maxConcurrency: null,
  maxPerSecond: null,
  onRejected: 'DEAD_LETTER',
};

/** Where and with what a callback is sent; looked up at each try once its slot is given, so that changes act at once. */
export interface CallbackTarget {
  url: string;
  accountId: string;
  policy: DeliveryPolicy;
  /** The operator's own, and that of an authentication that is a header. Names in lower case. */
  headers?: RequestHeaders;
  /** Authentication by a token that is fetched first. */
  clientCredentials?: ClientCredentials | null;
  /** The client's certificate, and whom it trusts besides the system's authorities. */
  tls?: OutboundTls | null;
  /** Keys of the Standard Webhooks signatures `v1` that are valid at `now`, current first; none: it is not signed so. */
  signingKeys(now: number): SigningKey[];
  /** The same for `v1a`: private keys. */
  privateSigningKeys?(now: number): KeyObject[];
  /** Hides in what the receiver answers what is hidden in what was said. */
  mask?: { text(text: string): string } | null;
  /** How an alert is made of the stored payload; absent for a message of a bot, which is JSON with its number in the lane. */
  alert?: AlertForm;
}

/** An alert is POSTed in the form its receiver reads, or goes out as an e-mail. */
export type AlertForm =
  | { by: 'POST'; contentType: string; body(payload: string): string }
  | { by: 'MAIL'; mail(payload: string): Omit<Mail, 'id'> };

/**
 * What the dispatcher asks of the channel. Null: nothing may be sent now (disabled, suspended, never approved);
 * undefined: there is no such channel any more.
 */
export type FindTarget = (channelId: string) => CallbackTarget | null | undefined;

/**
 * One host of one account: what fails there says nothing about the same host for somebody else, and an alert that fails
 * says nothing about callbacks.
 */
export const endpointOf = ({ accountId, url, alert }: Pick<CallbackTarget, 'url' | 'accountId' | 'alert'>): string =>
  endpointNamed(accountId, alert ? `${OF_ALERTS}${originOf(url)}` : originOf(url));

const OF_ALERTS = 'alerts ';
export const isOfAlerts = (origin: string): boolean => origin.startsWith(OF_ALERTS);

export const endpointNamed = (accountId: string, origin: string): string => `${accountId} ${origin}`;

export function originOf(url: string): string {
  const end = url.indexOf('/', url.indexOf('://') + 3);
  return end < 0 ? url : url.slice(0, end);
}
