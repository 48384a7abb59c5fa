import type { ProxySettings } from './proxy.js';

/** The settings of the server that are about the proxy. */
export interface ProxyEnv {
  OUTBOUND_PROXY?: string | undefined;
  OUTBOUND_PROXY_EXCEPT: readonly string[];
  OUTBOUND_PROXY_NAMES: boolean;
}

/** The proxy that calls to the outside go through; undefined: they are made directly. */
export function proxySettings(env: ProxyEnv): ProxySettings | undefined {
  if (env.OUTBOUND_PROXY === undefined) return undefined;
  return {
    url: env.OUTBOUND_PROXY,
    except: env.OUTBOUND_PROXY_EXCEPT,
    told: env.OUTBOUND_PROXY_NAMES ? 'NAME' : 'ADDRESS',
  };
}
