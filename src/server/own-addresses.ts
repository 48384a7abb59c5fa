import { networkInterfaces } from 'node:os';
import type { Env } from '../config/env.js';

/** Where this server and its database can be reached: callbacks and engines must not be pointed back at them. */
export function ownAddresses(env: Env): string[] {
  const everywhere = env.HOST === '0.0.0.0' || env.HOST === '::';
  const listening = everywhere
    ? Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
    : [env.HOST];
  return env.DATABASE_URL ? [...listening, new URL(env.DATABASE_URL).hostname] : listening;
}
