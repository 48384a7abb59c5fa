import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHeaders } from '../outbound/headers.js';
import type { CallbackTarget } from './target.js';

/** Where an attempt went, and the headers both ways as people may see them. */
export interface ShownExchange {
  url: string;
  requestHeaders: Record<string, string>;
  /** Null: there was no answer. */
  responseHeaders: Record<string, string> | null;
}

/** Stands where a secret was. */
const HIDDEN = '•••';
/** Headers of an answer that are secrets of the receiver. */
const RECEIVERS_SECRETS: ReadonlySet<string> = new Set(['set-cookie', 'authorization', 'www-authenticate']);
/** Headers of an answer that are kept, and characters of each value; what is more or longer is left out. */
const MAX_HEADERS = 40;
const MAX_VALUE = 300;

/** The headers of an attempt without its secrets: the operator's own values, tokens, signatures unless `signed`. */
export function shownExchange(
  target: CallbackTarget,
  sent: RequestHeaders,
  answered: IncomingHttpHeaders | null,
  { signed = false } = {},
): ShownExchange {
  const own = target.headers ?? {};
  const requestHeaders = Object.fromEntries(
    Object.entries(sent).map(([name, value]) => {
      if (name in own) return [name, HIDDEN];
      return [name, name === 'webhook-signature' && !signed ? value.replace(/(v1a?),\S+/g, `$1,${HIDDEN}`) : value];
    }),
  );
  if (target.clientCredentials) requestHeaders.authorization = `Bearer ${HIDDEN}`;
  return { url: target.url, requestHeaders, responseHeaders: answered && shownAnswer(target, answered) };
}

function shownAnswer({ mask }: CallbackTarget, headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).slice(0, MAX_HEADERS);
  return Object.fromEntries(
    entries.map(([name, value = '']) => {
      if (RECEIVERS_SECRETS.has(name)) return [name, HIDDEN];
      const text = (Array.isArray(value) ? value.join(', ') : value).slice(0, MAX_VALUE).replaceAll('\0', '');
      return [name, mask ? mask.text(text) : text];
    }),
  );
}
