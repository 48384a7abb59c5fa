import type { Env } from '../config/env.js';
import type { ProxySettings } from '../outbound/proxy.js';

/** The proxy that calls to the outside go through; undefined: they are made directly. */
export function proxySettings(env: Env): ProxySettings | undefined {
  if (env.OUTBOUND_PROXY === undefined) return undefined;
  return {
    url: env.OUTBOUND_PROXY,
    except: env.OUTBOUND_PROXY_EXCEPT,
    told: env.OUTBOUND_PROXY_NAMES ? 'NAME' : 'ADDRESS',
  };
}
