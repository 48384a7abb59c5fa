import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { AppError, conflict } from '../errors.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { Ports } from './ports.js';

export interface ContextDeps {
  domain: Domain;
  ports: Ports;
}

/**
 * What every resolver of one request sees. A class, because Apollo copies the context and would call the getters of a
 * plain object then, also for an anonymous caller who only looks at the schema.
 */
export class Context {
  readonly domain: Domain;
  private readonly ports: Ports;
  private readonly caller: Viewer | null;
  private made: Loaders | undefined;

  constructor({ domain, ports }: ContextDeps, caller: Viewer | null) {
    this.domain = domain;
    this.ports = ports;
    this.caller = caller;
  }

  /** Throws UNAUTHENTICATED for an anonymous caller. */
  get viewer(): Viewer {
    if (this.caller) return this.caller;
    throw new AppError('UNAUTHENTICATED', 'Send a valid API token: Authorization: Bearer <token>.');
  }

  get loaders(): Loaders {
    this.made ??= createLoaders(this.domain, this.ports, this.viewer);
    return this.made;
  }

  /** Throws CONFLICT for a part of the data plane that this server was built without. */
  port<K extends keyof Ports>(name: K): NonNullable<Ports[K]> {
    const port = this.ports[name];
    if (!port) throw conflict(`This part of the API (${name}) is not available in this build.`);
    return port;
  }
}
