import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { type Clock, MINUTE, SECOND } from '../time.js';
import { Endpoint, type Permit } from './endpoint.js';
import type { EndpointStatus } from './endpoint-status.js';

/** Endpoints of which something is known. Beyond it the one called least recently counts as new again. */
const MAX_ENDPOINTS = 10_000;
/** Lanes of a closed endpoint that wait in memory, under their leases. Further ones rest in the database. */
const MAX_WAITING = 100;
/** The longest rest of an endpoint that lanes wait for in memory. */
const MAX_WAIT_MS = 35 * SECOND;
/** How long a lane rests in the database when enough others wait. A recovery wakes it. */
const CROWDED_MS = 30 * MINUTE;

/** A lane in the line of an endpoint. */
export interface Waiting {
  /** Null: somebody wants the lane to look again at where it sends to. */
  permit: Promise<Permit | null>;
  /** Gives up the place, or the permit that has come meanwhile. */
  leave(): void;
}

/** Calls of this process to an endpoint: how many it bears at once, how many are under way, and how many lanes wait. */
export interface EndpointLoad {
  limit: number;
  underWay: number;
  waiting: number;
}

/**
 * What is known of endpoints as a whole: of callbacks, and of bots that live elsewhere. An endpoint in trouble is not
 * called but for tests, and spends no attempts of messages; the first success admits those who wait, oldest first and
 * more with each further success.
 */
export interface EndpointHealth {
  /** Null while the endpoint is left alone, others are testing it, or it has as much to do as it bears. */
  tryEnter(endpoint: string): Permit | null;
  /** Milliseconds until the endpoint is tried again; 0 when it may be called or is being tested. */
  restMs(endpoint: string): number;
  /** How often it has come back. */
  recoveries(endpoint: string): number;
  /** Waits for a permit; a number instead: how long to rest in the database. */
  join(endpoint: string, channelId: string): Waiting | number;
  /** Tests the endpoints of these channels at once; their lanes that wait look again at where they send to. */
  tryNow(endpoints: readonly string[], channelIds: readonly string[]): void;
  /** Whether somebody wants nothing to be sent to it; lanes rest meanwhile. Gives whether that is new. */
  setPaused(endpoint: string, isPaused: boolean): boolean;
  /** What this process calls it with. */
  load(endpoint: string): EndpointLoad | null;
  /** What another process, or the one before this, found out. */
  learn(endpoint: string, status: EndpointStatus): void;
  /** Null: nothing is known. */
  status(endpoint: string): EndpointStatus | null;
  /** Lanes that wait in memory. */
  waiting(): number;
}

export interface EndpointHealthOptions {
  /** Calls under way are limited by what an endpoint bears. */
  limited: boolean;
  /** An endpoint works again, or for the first time since the start: what rests in the database for it can go on. */
  recovered(endpoint: string): void;
  /** It has refused every message for a minute: none of them was to blame. */
  refusesAll(endpoint: string): void;
  changed(endpoint: string, status: EndpointStatus): void;
}

const UNWATCHED: EndpointHealthOptions = { limited: false, recovered() {}, refusesAll() {}, changed() {} };

export function createEndpointHealth(clock: Clock, options: EndpointHealthOptions = UNWATCHED): EndpointHealth {
  const endpoints = new LRUCache<string, Endpoint>({
    ...atMost(MAX_ENDPOINTS),
    dispose: (endpoint) => endpoint.forget(),
  });
  /** By channel, what makes its lanes look again at where they send to. */
  const lookAgain = new Map<string, Set<() => void>>();
  const paused = new Set<string>();
  let waiting = 0;

  function find(name: string): Endpoint {
    const known = endpoints.get(name);
    if (known) return known;
    const endpoint: Endpoint = new Endpoint({
      clock,
      limited: options.limited,
      isPaused: () => paused.has(name),
      recovered: () => options.recovered(name),
      refusesAll: () => options.refusesAll(name),
      changed: () => options.changed(name, endpoint.status()),
    });
    endpoints.set(name, endpoint);
    return endpoint;
  }

  function enqueue(endpoint: Endpoint, channelId: string): Waiting {
    const siblings = lookAgain.get(channelId) ?? new Set();
    lookAgain.set(channelId, siblings);
    let leaveLine = () => false;
    let settle: (permit: Permit | null) => void = () => {};
    const end = (permit: Permit | null) => {
      waiting -= 1;
      siblings.delete(look);
      if (siblings.size === 0 && lookAgain.get(channelId) === siblings) lookAgain.delete(channelId);
      settle(permit);
    };
    const look = () => {
      if (leaveLine()) end(null);
    };
    waiting += 1;
    siblings.add(look);
    const permit = new Promise<Permit | null>((resolve) => {
      settle = resolve;
      leaveLine = endpoint.wait(end);
    });
    return {
      permit,
      leave() {
        if (leaveLine()) end(null);
        else void permit.then((unused) => unused?.cancelled()); // never rejects
      },
    };
  }

  return {
    tryEnter: (name) => find(name).tryEnter(),
    restMs: (name) => endpoints.get(name)?.restMs() ?? 0,
    recoveries: (name) => endpoints.get(name)?.recoveries ?? 0,
    join(name, channelId) {
      if (paused.has(name)) return CROWDED_MS; // resuming wakes it
      const endpoint = find(name);
      const restMs = endpoint.restMs();
      const isCrowded = !endpoint.isOpen() && endpoint.waiting() >= MAX_WAITING;
      if (restMs > MAX_WAIT_MS || isCrowded) return isCrowded ? Math.max(restMs, CROWDED_MS) : restMs;
      return enqueue(endpoint, channelId);
    },
    tryNow(names, channelIds) {
      for (const id of channelIds) for (const look of [...(lookAgain.get(id) ?? [])]) look();
      for (const name of names) endpoints.get(name)?.tryNow();
    },
    setPaused(name, isPaused) {
      if (paused.has(name) === isPaused) return false;
      if (isPaused) paused.add(name);
      else {
        paused.delete(name);
        endpoints.get(name)?.resume();
      }
      return true;
    },
    load(name) {
      const endpoint = endpoints.get(name);
      return endpoint ? { ...endpoint.load(), waiting: endpoint.waiting() } : null;
    },
    learn(name, status) {
      if (status.state === 'HEALTHY') endpoints.get(name)?.tryNow();
      else if (status.state === 'BLOCKED') find(name).beginTested(status);
    },
    status: (name) => endpoints.get(name)?.status() ?? null,
    waiting: () => waiting,
  };
}
