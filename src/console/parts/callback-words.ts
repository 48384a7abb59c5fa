import type { ChannelStatus, EndpointState } from '../api/.generated/graphql';
import { shortTime } from './short-time';
import { CHANNEL_STATES, type Label } from './words';

/** How the endpoint of a channel fares, as lists of channels ask for it; null for a channel without callbacks. */
export interface EndpointGlance {
  state: EndpointState;
  since?: string | null | undefined;
  lastError?: string | null | undefined;
  dead: number;
}

interface ChannelGlance {
  functional: boolean;
  status: ChannelStatus;
  endpoint?: EndpointGlance | null | undefined;
}

/** Characters of an error in a badge; the page of the channel shows it whole. */
const MAX_ERROR = 60;

export const isFailing = (endpoint: { state: EndpointState } | null | undefined): boolean =>
  endpoint?.state === 'FAILING' || endpoint?.state === 'BLOCKED';

/** Since when callbacks fail, and how, as the end of a sentence. Null: they do not. */
export function failureOf(endpoint: EndpointGlance | null | undefined): string | null {
  if (!endpoint || !isFailing(endpoint)) return null;
  const since = endpoint.since ? ` since ${shortTime(endpoint.since)}` : '';
  const error = endpoint.lastError ? `: ${shortened(endpoint.lastError)}` : '';
  return `callbacks fail${since}${error}`;
}

/** Whether a channel works, and whether its callbacks arrive. */
export function channelState({ functional, status, endpoint }: ChannelGlance): Label {
  if (!functional) return CHANNEL_STATES[status];
  return isFailing(endpoint)
    ? { text: 'Working, but callbacks fail', color: 'red' }
    : { text: 'Working', color: 'green' };
}

export const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

export const deadLetters = (count: number): string => counted(count, 'dead letter', 'dead letters');

const shortened = (error: string): string => (error.length > MAX_ERROR ? `${error.slice(0, MAX_ERROR - 1)}…` : error);
