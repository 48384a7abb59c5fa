import type { EndpointStatus } from './endpoint-status.js';

/** What this process knows of an endpoint, for other processes and for the next start. */
export interface EndpointReport extends EndpointStatus {
  accountId: string;
  /** Scheme, host and port. */
  origin: string;
}
