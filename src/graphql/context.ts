import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { AppError, conflict } from '../errors.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { Ports } from './ports.js';

/** What every resolver of one request sees. */
export interface Context {
  domain: Domain;
  /** Throws UNAUTHENTICATED for an anonymous caller. */
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  /** Throws CONFLICT for a part of the data plane that this server was built without. */
  port<K extends keyof Ports>(name: K): NonNullable<Ports[K]>;
}

export interface ContextDeps {
  domain: Domain;
  ports: Ports;
}

export function createContext({ domain, ports }: ContextDeps, viewer: Viewer | null): Context {
  let loaders: Loaders | undefined;
  const known = (): Viewer => {
    if (viewer) return viewer;
    throw new AppError('UNAUTHENTICATED', 'Send a valid API token: Authorization: Bearer <token>.');
  };
  return {
    domain,
    get viewer() {
      return known();
    },
    get loaders() {
      loaders ??= createLoaders(domain, ports, known());
      return loaders;
    },
    port(name) {
      const port = ports[name];
      if (!port) throw conflict(`This part of the API (${name}) is not available in this build.`);
      return port;
    },
  };
}
