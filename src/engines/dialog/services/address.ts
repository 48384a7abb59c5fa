import type { ServiceNode } from '../../../definition/program.js';
import { NodeFailure, type Run } from '../run.js';
import { authorHosts } from './author-hosts.js';
import { type Filled, fillEncoded } from './fill.js';

/**
 * The address of a service, its variables filled in. Scheme, host and port come from the definition, `env` and
 * `content` alone (docs/decisions/0037); other values are encoded and stay inside the path segment, query or fragment
 * they stand in. Host and protocol may be missing: then the path begins with a variable that holds them
 * (docs/reference/kore-exports.md §6). NodeFailure when no usable address comes of it.
 */
export async function addressOf(run: Run, node: ServiceNode): Promise<string> {
  const { protocol, host, port, path } = node.service.endPoint;
  const scheme = /^http$/i.test(protocol) ? 'http' : 'https';
  const server = (await fillEncoded(run, host.trim(), (filled, before) => inHost(run, node, filled, before)))
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '');
  const start = server === '' ? '' : `${scheme}://${server}${port ? `:${port}` : ''}/`;
  const userSpans: [from: number, to: number][] = [];
  const rest = await fillEncoded(run, path.trim(), (filled, before) => {
    const sofar = withScheme(start + before, scheme);
    const part = partAt(sofar);
    if (filled.source === 'AUTHOR' && part !== 'HOST') return authorsValue(filled.text, part, before);
    const given =
      part === 'HOST'
        ? inHost(run, node, filled, start + before)
        : encodeURIComponent(plainText(filled).toWellFormed());
    const from = start.length + before.length;
    if (filled.source !== 'AUTHOR') userSpans.push([from, from + given.length]);
    return given;
  });
  if (climbs(start + rest, userSpans)) {
    throw new NodeFailure(
      `A value in the path of the service "${node.name}" is "." or "..", which names another path.`,
    );
  }
  const url = withScheme(start + (start === '' ? rest : rest.replace(/^\//, '')), scheme);
  if (partAt(`${url}/`) === 'HOST' || !URL.canParse(url)) {
    throw new NodeFailure(
      `The service "${node.name}" has no usable address. Fill in the variables its address is made of.`,
    );
  }
  return new URL(url).href;
}

/**
 * A value where the host stands. The author's own are taken as they are. A value that a script computed may be the whole
 * address, on a host that the author names elsewhere. Anything else is refused.
 */
function inHost(run: Run, node: ServiceNode, { source, text, name }: Filled, before: string): string {
  if (source === 'AUTHOR') return withoutBreaks(text);
  const url = withScheme(withoutBreaks(text).trim(), 'https');
  const whole = source === 'SCRIPT' && before === '' && /^[^\s\\]+$/.test(url) && URL.canParse(url);
  if (whole && authorHosts(run).has(new URL(url).host) && !hasCredentials(url)) return endedHost(url);
  throw new NodeFailure(
    `The service "${node.name}" would take its host from {{${name}}}. Write the host in the address, or in a variable ({{env.…}}).`,
  );
}

const hasCredentials = (url: string): boolean => new URL(url).username !== '' || new URL(url).password !== '';

/** Nothing that follows may extend the host. */
const endedHost = (url: string): string => (partAt(url) === 'HOST' ? `${url}/` : url);

/** Drops what the URL parser drops wherever it stands. */
const withoutBreaks = (text: string): string => text.replace(/[\t\n\r]/g, '');

const withScheme = (url: string, scheme: string): string => (/^https?:\/\//i.test(url) ? url : `${scheme}://${url}`);

/** The part of a URL that what is appended to it belongs to; a backslash counts as a slash, as for the URL parser. */
function partAt(url: string): 'HOST' | 'PATH' | 'QUERY' | 'FRAGMENT' {
  if (!/^https?:\/\/[^/?#\\]+[/?#\\]/i.test(url)) return 'HOST';
  if (url.includes('#')) return 'FRAGMENT';
  return url.includes('?') ? 'QUERY' : 'PATH';
}

/** May hold several segments or parameters; a plain one after a `=` is encoded, such as a key with a `+`. */
function authorsValue(text: string, part: ReturnType<typeof partAt>, before: string): string {
  const isPlain = !/%[0-9a-f]{2}/i.test(text);
  return part === 'QUERY' && before.endsWith('=') && isPlain
    ? encodeURIComponent(text.toWellFormed())
    : withoutBreaks(text);
}

/** Scripts often encode a value themselves: what is nothing but that is decoded, to be encoded once. */
function plainText({ source, text }: Filled): string {
  if (source !== 'SCRIPT' || !/^[\w\-.~!*'()%]+$/.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a segment that a user had a part in is `.` or `..`, which no encoding keeps from being followed. */
function climbs(url: string, userSpans: readonly [from: number, to: number][]): boolean {
  const end = url.search(/[?#]/);
  let at = 0;
  return (end === -1 ? url : url.slice(0, end)).split(/[/\\]/).some((segment) => {
    const from = at;
    at += segment.length + 1;
    return /^(?:\.|%2e){1,2}$/i.test(segment) && userSpans.some(([start, to]) => start >= from && to < at);
  });
}
