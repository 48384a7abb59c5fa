import type { SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';
import { type ConnectDeps, createConnector } from './connect.js';
import type { OutboundTls, SecureContextOf } from './secure-contexts.js';

export interface PoolLimits {
  /** Sockets of one origin for one partition. */
  connections: number;
  /** Limit on pools; beyond it the least recently used is closed. */
  maxPools: number;
  /** Milliseconds after which even a busy pool is replaced, so that a change of address reaches it. */
  poolLifetimeMs: number;
}

export interface Pools {
  /**
   * The pool of an origin for a partition and the certificates it is called with: tenants share no connection, hence no
   * TLS session and no queue. Throws OutboundError TLS for certificates that cannot be used.
   */
  get(origin: string, partition: string, tls?: OutboundTls): Pool;
  close(): Promise<void>;
}

export interface PoolDeps extends Omit<ConnectDeps, 'secureContext'> {
  secureContextOf: SecureContextOf;
}

interface Entry {
  pool: Pool;
  bornAt: number;
  secureContext: SecureContext;
}

/** Keep-alive pools by origin, partition and id of certificates, least recently used first out. */
export function createPools(limits: PoolLimits, deps: PoolDeps): Pools {
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

  function open(origin: string, secureContext: SecureContext): Pool {
    return new Pool(origin, {
      connections: limits.connections,
      pipelining: 1, // one slow answer must not hold up another request
      connect: createConnector({ ...deps, secureContext }),
      headersTimeout: 0, // the exchange has its own limits, over everything
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    });
  }

  return {
    get(origin, partition, tls) {
      const key = `${origin}\n${partition}\n${tls?.id ?? ''}`;
      const secureContext = deps.secureContextOf(tls);
      const now = deps.clock.monotonicNow();
      const known = entries.get(key);
      const isFresh = known && now - known.bornAt <= limits.poolLifetimeMs;
      if (isFresh && known.secureContext === secureContext) return known.pool;
      const pool = open(origin, secureContext);
      entries.set(key, { pool, bornAt: now, secureContext }); // the one in its place is retired
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
