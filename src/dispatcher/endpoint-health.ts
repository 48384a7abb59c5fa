import { SECOND } from '../time.js';

const FAILURES_TO_OPEN = 10; // in a row, over all lanes of the endpoint
const OPEN_MS = 30 * SECOND;
const BUSY_MS = 5 * SECOND; // when it asks to wait without saying how long

/**
 * What is known of endpoints as a whole. While one is blocked its lanes rest and spend no attempts; afterwards a single
 * message probes it before the others follow.
 */
export interface EndpointHealth {
  /** Until when nothing is to be sent there, or null. The first to ask after that is the probe. */
  blockedUntil(endpoint: string, now: number): number | null;
  succeeded(endpoint: string): void;
  failed(endpoint: string, now: number): void;
  /** It asked to wait. */
  busy(endpoint: string, now: number, waitMs: number | null): void;
}

interface State {
  failures: number;
  until: number;
}

export function createEndpointHealth(): EndpointHealth {
  const states = new Map<string, State>();
  const stateOf = (endpoint: string): State => {
    let state = states.get(endpoint);
    if (!state) {
      state = { failures: 0, until: 0 };
      states.set(endpoint, state);
    }
    return state;
  };
  return {
    blockedUntil(endpoint, now) {
      const state = states.get(endpoint);
      if (!state || state.until === 0) return null;
      if (state.until > now) return state.until;
      state.until = now + OPEN_MS; // the others wait for what the probe finds
      return null;
    },
    succeeded: (endpoint) => void states.delete(endpoint),
    failed(endpoint, now) {
      const state = stateOf(endpoint);
      state.failures += 1;
      if (state.failures >= FAILURES_TO_OPEN) state.until = now + OPEN_MS;
    },
    busy(endpoint, now, waitMs) {
      stateOf(endpoint).until = now + (waitMs ?? BUSY_MS);
    },
  };
}
