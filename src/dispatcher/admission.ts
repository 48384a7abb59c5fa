import type { ChannelPace, Turn, TurnAhead } from './channel-pace.js';
import type { Permit } from './endpoint.js';
import type { EndpointHealth } from './endpoint-health.js';
import type { Slots } from './slots.js';
import { type CallbackTarget, endpointOf, type FindTarget } from './target.js';

/** What becomes of a try before it is made. */
export type Admission =
  /** To be POSTed now, to this target; `release` gives back what the POST takes up. */
  | { status: 'admitted'; target: CallbackTarget; permit: Permit; release(wasMade: boolean): void }
  /** Nothing may be sent for the channel now, or the server stops. */
  | { status: 'withheld' }
  /** The endpoint is in trouble, or the channel has enough to send, and the lane rests in the database for so long. */
  | { status: 'resting'; restMs: number; endpoint: string; recoveries: number };

export interface AdmissionDeps {
  target: FindTarget;
  slots: Slots;
  pace: ChannelPace;
  /** Alerts have slots of their own: none is taken from callbacks. */
  alertSlots: Slots;
  health: EndpointHealth;
  /** Aborted when the server stops. */
  stopping: AbortSignal;
}

/** Keeps the caller's lease during a wait; null: the server stops first. */
type Hold = <T>(work: Promise<T>) => Promise<T | null>;

const WITHHELD = { status: 'withheld' } as const;

/**
 * Waits until the channel may send, a slot is free, and its endpoint may be called. The target is looked up again once
 * the slot is given, so that what was suspended, moved or rotated meanwhile is not called.
 */
export async function admit(deps: AdmissionDeps, channelId: string, hold: Hold): Promise<Admission> {
  const { target, pace, health, stopping } = deps;
  let permit: Permit | null = null;
  try {
    for (;;) {
      const before = target(channelId);
      if (!before || stopping.aborted) return WITHHELD;
      const endpoint = endpointOf(before);
      const turn = await turnOf(pace.enter(channelId, before.policy), hold);
      if (turn === null) return WITHHELD;
      const recoveries = health.recoveries(endpoint);
      if (typeof turn === 'number') return { status: 'resting', restMs: turn, endpoint, recoveries };
      const slots = before.alert ? deps.alertSlots : deps.slots;
      const slot = await slots.acquire(before.accountId, endpoint);
      const now = target(channelId);
      const isSame = now && !stopping.aborted && endpointOf(now) === endpoint;
      if (slot && isSame) {
        permit ??= health.tryEnter(endpoint);
        if (permit) {
          const admitted = { status: 'admitted' as const, target: now, permit, release: releaseOf(turn, slot) };
          permit = null;
          return admitted;
        }
      }
      slot?.();
      turn.unused();
      if (!slot) return WITHHELD;
      if (!isSame) {
        permit?.cancelled();
        permit = null;
        continue;
      }
      const waiting = health.join(endpoint, channelId);
      if (typeof waiting === 'number') return { status: 'resting', restMs: waiting, endpoint, recoveries };
      let given: { permit: Permit | null } | null = null;
      try {
        given = await hold(waiting.permit.then((come) => ({ permit: come })));
      } finally {
        if (!given) waiting.leave();
      }
      if (!given) return WITHHELD;
      ({ permit } = given);
    }
  } finally {
    permit?.cancelled();
  }
}

async function turnOf(entered: Turn | TurnAhead | number, hold: Hold): Promise<Turn | number | null> {
  if (typeof entered === 'number' || !('turn' in entered)) return entered;
  let turn: Turn | null = null;
  try {
    turn = await hold(entered.turn);
  } finally {
    if (!turn) entered.leave();
  }
  return turn;
}

const releaseOf =
  (turn: Turn, slot: () => void) =>
  (wasMade: boolean): void => {
    slot();
    if (wasMade) turn.over();
    else turn.unused();
  };
