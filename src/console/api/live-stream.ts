import { createClient, NetworkError } from 'graphql-sse';
import { stringifyDocument } from 'urql';
import { graphql } from './.generated/gql';
import type { ChangedSubscription, WatchInput } from './.generated/graphql';
import { HEADERS } from './headers';

const CHANGED = graphql(`
  subscription Changed($watch: [WatchInput!]!) {
    changed(watch: $watch) {
      topic
      channelId
      user
    }
  }
`);

/** Watches that the server takes in one stream; what is beyond is asked for like all where no stream comes through. */
const MAX_WATCHES = 20;
const MAX_WAIT_MS = 30_000;
/** Asked so often where the stream does not come through, as behind a proxy that holds it back. */
const ASK_EVERY_MS = 10_000;

export interface StreamEvents {
  /** Something of the watch of this key has changed, or may have. */
  changed(key: string): void;
  /** The server does not know any more who is asking. */
  sessionEnded(): void;
}

/** A connection that tells of each watch once at its beginning, then of changes. It ends, and is opened again, by itself. */
export interface LiveStream {
  /** Follows these, and no longer what is not among them. */
  follow(watches: ReadonlyMap<string, WatchInput>): void;
  /** Whether the watch of this key is followed already, so that the server does not tell of it by itself. */
  follows(key: string): boolean;
  /** Begins again, for whoever is signed in now. */
  renew(): void;
}

export function createLiveStream({ changed, sessionEnded }: StreamEvents): LiveStream {
  const client = createClient({ url: '/graphql/stream', headers: HEADERS, retryAttempts: 0 });
  let wanted: ReadonlyMap<string, WatchInput> = new Map();
  let current: { keys: ReadonlySet<string>; close(): void } | null = null;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function reopen(): void {
    clearTimeout(retry);
    current?.close();
    current = wanted.size > 0 ? open(wanted) : null;
  }

  function open(watches: ReadonlyMap<string, WatchInput>): NonNullable<typeof current> {
    const newestFirst = [...watches].reverse();
    const streamed = newestFirst.slice(0, MAX_WATCHES);
    const beyond = newestFirst.slice(MAX_WATCHES);
    let comesThrough = false;
    const asking = setInterval(() => {
      for (const [key] of comesThrough ? beyond : newestFirst) changed(key);
    }, ASK_EVERY_MS);
    let closed = false;
    const lost = () => {
      clearInterval(asking);
      if (closed) return;
      current = null;
      failures += 1;
      retry = setTimeout(reopen, Math.min(MAX_WAIT_MS, 500 * 2 ** failures));
    };
    const stop = client.subscribe<ChangedSubscription>(
      { query: stringifyDocument(CHANGED), variables: { watch: streamed.map(([, watch]) => watch) } },
      {
        next({ data }) {
          comesThrough = true;
          if (!data) return;
          failures = 0;
          changed(keyOf(data.changed));
        },
        error(error) {
          if (error instanceof NetworkError && error.response?.status === 401) sessionEnded();
          lost();
        },
        complete: lost,
      },
    );
    return {
      keys: new Set(watches.keys()),
      close() {
        closed = true;
        clearInterval(asking);
        stop();
      },
    };
  }

  return {
    follow(watches) {
      wanted = watches;
      const fewer = current && [...watches.keys()].every((key) => current?.keys.has(key));
      if (watches.size > 0 && fewer) return;
      reopen();
    },
    follows: (key) => current?.keys.has(key) ?? false,
    renew: reopen,
  };
}

export const keyOf = ({ topic, channelId = null, user = null }: WatchInput): string =>
  JSON.stringify([topic, channelId, user]);
