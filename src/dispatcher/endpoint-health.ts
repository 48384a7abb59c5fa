import { LRUCache } from 'lru-cache';
import { type Clock, MINUTE, SECOND } from '../time.js';
import { Endpoint, type Permit } from './endpoint.js';

/** Endpoints of which something is known. Beyond it the one called least recently counts as well. */
const MAX_ENDPOINTS = 10_000;
/** Lanes of an endpoint in trouble that wait in memory, under their leases. Further ones rest in the database. */
const MAX_WAITING = 100;
/** The longest rest of an endpoint that lanes wait for in memory. */
const MAX_WAIT_MS = 35 * SECOND;
/** How long a lane rests in the database when enough others wait. A recovery wakes it. */
const CROWDED_MS = 5 * MINUTE;

/** A lane in the line of an endpoint. */
export interface Waiting {
  permit: Promise<Permit>;
  /** Gives up the place, or the permit that has come meanwhile. */
  leave(): void;
}

/**
 * What is known of endpoints as a whole: of callbacks, and of bots that live elsewhere. An endpoint in trouble is not
 * called, and spends no attempts of messages; the first success admits those who wait, oldest first and more with each
 * further success.
 */
export interface EndpointHealth {
  /** Null while the endpoint is left alone, or others are testing it. */
  tryEnter(endpoint: string): Permit | null;
  /** Milliseconds until the endpoint is tried again; 0 when it may be called or is being tested. */
  restMs(endpoint: string): number;
  /** Waits for a permit; a number instead: how long to rest in the database, as a lane of this channel. */
  join(endpoint: string, channelId: string): Waiting | number;
  /** A lane of the channel rests in the database; a recovery of the endpoint, if it is in trouble, wakes it. */
  rests(endpoint: string, channelId: string): void;
  /** Lanes that wait in memory. */
  waiting(): number;
}

interface Known {
  endpoint: Endpoint;
  /** Channels whose lanes rest in the database until it recovers. */
  resting: Set<string>;
}

export function createEndpointHealth(
  clock: Clock,
  /** Lanes of these channels rest in the database for an endpoint that works again. */
  onRecovery: (channelIds: string[]) => void = () => {},
): EndpointHealth {
  const endpoints = new LRUCache<string, Known>({
    max: MAX_ENDPOINTS,
    dispose: ({ endpoint, resting }) => {
      endpoint.forget();
      wake(resting);
    },
  });
  let waiting = 0;

  function wake(resting: Set<string>): void {
    if (resting.size === 0) return;
    onRecovery([...resting]);
    resting.clear();
  }

  function find(name: string): Known {
    const known = endpoints.get(name);
    if (known) return known;
    const resting = new Set<string>();
    const made = { endpoint: new Endpoint(clock, () => wake(resting)), resting };
    endpoints.set(name, made);
    return made;
  }

  return {
    tryEnter: (name) => find(name).endpoint.tryEnter(),
    restMs: (name) => endpoints.get(name)?.endpoint.restMs() ?? 0,
    join(name, channelId) {
      const { endpoint, resting } = find(name);
      const restMs = endpoint.restMs();
      const isCrowded = endpoint.waiting() >= MAX_WAITING && !endpoint.isRecovering();
      if (restMs > MAX_WAIT_MS || isCrowded) {
        resting.add(channelId);
        return isCrowded ? Math.max(restMs, CROWDED_MS) : restMs;
      }
      waiting += 1;
      let leave = () => false;
      const permit = new Promise<Permit>((resolve) => {
        leave = endpoint.wait((admitted) => {
          waiting -= 1;
          resolve(admitted);
        });
      });
      return {
        permit,
        leave() {
          if (leave()) waiting -= 1;
          else void permit.then((unused) => unused.cancelled()); // never rejects
        },
      };
    },
    rests(name, channelId) {
      const known = endpoints.get(name);
      if (known && known.endpoint.restMs() > 0) known.resting.add(channelId);
    },
    waiting: () => waiting,
  };
}
