import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';
import { type ConnectDeps, createConnector } from './connect.js';

export interface PoolLimits {
  /** Sockets of one origin for one partition. */
  connections: number;
  /** Limit on pools; beyond it the least recently used is closed. */
  maxPools: number;
  /** Milliseconds after which even a busy pool is replaced, so that a change of address reaches it. */
  poolLifetimeMs: number;
}

export interface Pools {
  /** The pool of an origin for a partition: tenants share no connection, hence no TLS session and no queue. */
  get(origin: string, partition: string): Pool;
  close(): Promise<void>;
}

interface Entry {
  pool: Pool;
  bornAt: number;
}

/** Keep-alive pools by origin and partition, least recently used first out. */
export function createPools(limits: PoolLimits, deps: ConnectDeps): Pools {
  const entries = new LRUCache<string, Entry>({ max: limits.maxPools, dispose: ({ pool }) => retire(pool) });
  // A retired pool finishes what it has begun; nobody needs to wait for it, but closing must end it too.
  const retired = new Set<Pool>();

  function retire(pool: Pool): void {
    retired.add(pool);
    void pool
      .close()
      .catch(() => {}) // destroyed meanwhile
      .finally(() => retired.delete(pool));
  }

  function open(origin: string): Pool {
    return new Pool(origin, {
      connections: limits.connections,
      pipelining: 1, // one slow answer must not hold up another request
      connect: createConnector(deps),
      headersTimeout: 0, // the exchange has its own limits, over everything
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    });
  }

  return {
    get(origin, partition) {
      const key = `${origin} ${partition}`;
      const now = deps.clock.now();
      const known = entries.get(key);
      if (known && now - known.bornAt <= limits.poolLifetimeMs) return known.pool;
      const pool = open(origin);
      entries.set(key, { pool, bornAt: now }); // the one in its place is retired
      return pool;
    },
    async close() {
      entries.clear();
      await Promise.all([...retired].map((pool) => pool.destroy()));
    },
  };
}

const KEEP_ALIVE_MS = 4000; // below the 5 s after which a Node server closes an idle connection
const KEEP_ALIVE_MAX_MS = 60_000; // upper limit on what the server offers
