import type { Permit } from './endpoint.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { Slots } from './slots.js';
import { type CallbackTarget, endpointOf, type FindTarget } from './target.js';

/** What becomes of a try before it is made. */
export type Admission =
  /** To be POSTed now, to this target; then both are given back. */
  | { status: 'admitted'; target: CallbackTarget; endpoint: string; permit: Permit; release(): void }
  /** Nothing may be sent for the channel now, or the server stops. */
  | { status: 'withheld' }
  /** The endpoint is in trouble, and the lane rests in the database for so long. */
  | { status: 'resting'; restMs: number };

export interface AdmissionDeps {
  target: FindTarget;
  slots: Slots;
  health: EndpointHealth;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
}

/**
 * Waits until the endpoint of a channel may be called and a slot is free. `hold` keeps the caller's lease while it waits;
 * null: the server stops first. The target is looked up again once the slot is given, so that what was suspended, moved
 * or rotated meanwhile is not called.
 */
export async function admit(
  { target, slots, health, stopping }: AdmissionDeps,
  channelId: string,
  hold: <T>(work: Promise<T>) => Promise<T | null>,
): Promise<Admission> {
  for (let permit: Permit | null = null; ; ) {
    const before = target(channelId);
    const endpoint = before ? endpointOf(before) : '';
    const release = before ? await slots.acquire(before.accountId, endpoint) : null;
    const now = target(channelId);
    if (release && now && !stopping.aborted && endpointOf(now) === endpoint) {
      permit ??= health.tryEnter(endpoint);
      if (permit) return { status: 'admitted', target: now, endpoint, permit, release };
      release();
      const waiting = health.join(endpoint, channelId);
      if (typeof waiting === 'number') return { status: 'resting', restMs: waiting };
      try {
        permit = await hold(waiting.permit);
      } finally {
        if (!permit) waiting.leave();
      }
      if (!permit) return { status: 'withheld' };
      continue;
    }
    release?.();
    permit?.cancelled();
    permit = null;
    if (!now || stopping.aborted) return { status: 'withheld' };
  }
}
