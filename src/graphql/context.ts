import type { Viewer } from '../domain/access.js';
import type { Domain } from '../domain/domain.js';
import { conflict } from '../errors.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { Ports } from './ports.js';

export interface ContextDeps {
  domain: Domain;
  ports: Ports;
}

/** What every resolver of one request sees. A class, because Apollo copies a plain object and calls its getters. */
export class Context {
  readonly domain: Domain;
  /** Who asks. */
  readonly viewer: Viewer;
  /** Points of metric series answered so far. */
  seriesPoints = 0;
  /** Parts of the data plane; some servers are built without. */
  readonly ports: Ports;
  private made: Loaders | undefined;

  constructor({ domain, ports }: ContextDeps, viewer: Viewer) {
    this.domain = domain;
    this.ports = ports;
    this.viewer = viewer;
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
