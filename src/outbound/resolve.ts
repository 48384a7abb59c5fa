import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { Clock } from '../time.js';
import { BLOCKED, isLocalhost, mayCall, type OutboundPolicy, toHostName } from './guard.js';
import { OutboundError } from './outbound-error.js';

/** All addresses of a name. Tests pass their own to simulate an attacker's name server. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

export interface ResolveDeps {
  policy: OutboundPolicy;
  resolve: Resolve;
  clock: Clock;
  /** Milliseconds until the name server counts as silent. */
  timeoutMs: number;
}

/**
 * The addresses of a name, every one of them allowed: the connection must go to one of these and to nothing that is
 * resolved later. One bad address refuses the name, as a client cannot know which of them it would reach.
 * Throws OutboundError DNS or BLOCKED_ADDRESS.
 */
export async function resolveAllowed(hostname: string, deps: ResolveDeps): Promise<LookupAddress[]> {
  const found = [...(await withinLimit(deps.resolve(hostname), deps))];
  if (found.length === 0) throw new OutboundError('DNS', UNKNOWN);
  const allowed = found.filter(({ address }) => mayCall(address, deps.policy));
  // Systems list localhost as 127.0.0.1 and ::1: one machine, so opening one of the two is enough to use that one.
  const enough = isLocalhost(toHostName(hostname)) ? allowed.length > 0 : allowed.length === found.length;
  if (!enough) throw new OutboundError('BLOCKED_ADDRESS', BLOCKED);
  return allowed;
}

const UNKNOWN = "The endpoint's host name could not be resolved.";

function withinLimit<T>(answer: Promise<T>, { clock, timeoutMs }: ResolveDeps): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(timeoutMs, () => {
      reject(new OutboundError('DNS', "The endpoint's host name did not resolve in time."));
    });
    answer.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (cause: unknown) => {
        timer.cancel();
        reject(new OutboundError('DNS', UNKNOWN, { cause }));
      },
    );
  });
}
