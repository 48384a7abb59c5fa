import type { SigningKey } from '../outbound/signature.js';

/** Where and with what a callback is sent; looked up at each try once its slot is given, so that changes act at once. */
export interface CallbackTarget {
  url: string;
  accountId: string;
  accessToken: string | null;
  /** Keys of the Standard Webhooks signature that are valid at `now`, current first. */
  signingKeys(now: number): SigningKey[];
}

/**
 * What the dispatcher asks of the channel. Null: nothing may be sent now (disabled, suspended, never approved);
 * undefined: there is no such channel any more.
 */
export type FindTarget = (channelId: string) => CallbackTarget | null | undefined;

/** One host of one account: what fails there says nothing about the same host for somebody else. */
export const endpointOf = (target: CallbackTarget): string => `${target.accountId} ${originOf(target.url)}`;

function originOf(url: string): string {
  const end = url.indexOf('/', url.indexOf('://') + 3);
  return end < 0 ? url : url.slice(0, end);
}
