import { createClient, NetworkError } from 'graphql-sse';
import { stringifyDocument } from 'urql';
import { graphql } from './.generated/gql';
import type { ChangedSubscription, WatchInput } from './.generated/graphql';
import { HEADERS, hasSessionEnded, onSessionChange, sessionEnded } from './session';

const CHANGED = graphql(`
  subscription Changed($watch: [WatchInput!]!) {
    changed(watch: $watch) {
      topic
      channelId
      user
    }
  }
`);

const MAX_WAIT_MS = 30_000;
/** Asked so often where the stream does not come through, as behind a proxy that holds it back. */
const ASK_EVERY_MS = 10_000;

const watched = new Map<string, { watch: WatchInput; listeners: Set<() => void> }>();
const client = createClient({ url: '/graphql/stream', headers: HEADERS, retryAttempts: 0 });

let stream: { watches: Set<string>; close(): void } | null = null;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Calls the listener once soon, then whenever the server tells that something of the watch has changed. The whole tab has
 * one stream, and none while it is out of sight: a browser allows few connections to one server. Gives how to stop.
 */
export function watchChanges(watch: WatchInput, listener: () => void): () => void {
  const key = keyOf(watch);
  const entry = watched.get(key) ?? { watch, listeners: new Set() };
  watched.set(key, entry);
  entry.listeners.add(listener);
  openSoon();
  return () => {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0) return;
    watched.delete(key);
    stream?.watches.delete(key); // whoever wants it again wants to be told soon, which a new stream does
    openSoon();
  };
}

/** What opens and closes together, as when the page changes, is one change of the stream. */
function openSoon(waitMs = 20): void {
  clearTimeout(timer);
  timer = setTimeout(open, waitMs);
}

function open(): void {
  const wanted = document.hidden || hasSessionEnded() ? [] : [...watched.keys()];
  if (wanted.length > 0 && wanted.every((key) => stream?.watches.has(key))) return;
  stream?.close();
  stream = wanted.length > 0 ? listen(wanted) : null;
}

function listen(keys: string[]): NonNullable<typeof stream> {
  const watch = keys.flatMap((key) => watched.get(key)?.watch ?? []);
  const asking = setInterval(() => keys.forEach(tell), ASK_EVERY_MS);
  let closed = false;
  const lost = () => {
    clearInterval(asking);
    if (closed) return;
    stream = null;
    failures += 1;
    openSoon(Math.min(MAX_WAIT_MS, 500 * 2 ** failures));
  };
  const stop = client.subscribe<ChangedSubscription>(
    { query: stringifyDocument(CHANGED), variables: { watch } },
    {
      next({ data }) {
        clearInterval(asking);
        if (!data) return;
        failures = 0;
        tell(keyOf(data.changed));
      },
      error(error) {
        if (error instanceof NetworkError && error.response?.status === 401) sessionEnded(true);
        lost();
      },
      complete: lost,
    },
  );
  return {
    watches: new Set(keys),
    close() {
      closed = true;
      stop();
    },
  };
}

function tell(key: string): void {
  for (const listener of watched.get(key)?.listeners ?? []) listener();
}

const keyOf = ({ topic, channelId = null, user = null }: WatchInput): string =>
  JSON.stringify([topic, channelId, user]);

document.addEventListener('visibilitychange', () => openSoon());
onSessionChange(() => openSoon());
