import type { Occurrence } from '../tables/alert-incidents.js';
import type { AlertSent } from '../tables/alert-subscriptions.js';
import type { CanaryTurn } from '../tables/canary-counts.js';
import type { ChannelCounts } from '../tables/channel-metrics.js';
import type { ConversationRow } from '../tables/conversations.js';
import type { DeliveryProgress, NewDelivery } from '../tables/deliveries.js';
import type { AttemptRow, FirstAttempt } from '../tables/delivery-attempts.js';
import type { JtiClaim, KeyClaim } from '../tables/idempotency.js';
import type { Appended, LaneSettle, LeaseTimes } from '../tables/lane-writes.js';
import type { PollAnswer } from '../tables/polls.js';
import type { SessionRow } from '../tables/sessions.js';
import type { NewTurnRecord } from '../tables/turn-records.js';
import type { NewTurn, TurnProgress } from '../tables/turns.js';

/**
 * Everything one event of the hot path makes durable: all of it or nothing. The first group are guards; a unit whose
 * guard fails writes nothing and is told so.
 */
export interface Unit {
  key?: KeyClaim;
  jti?: JtiClaim;
  /** The lane this work was done under; also the fence. */
  settle?: LaneSettle;
  /** `turn` ran without its lane's lease: it counts only if the lane rests, and nobody has had it since this epoch. */
  ranAlone?: { epoch: number };

  conversation?: ConversationRow;
  /** A new turn; its number comes from the inbound lane. One that is not over opens work there. */
  turn?: Omit<NewTurn, 'seq'>;
  progress?: TurnProgress;
  /** Turns whose messages this one answers along with its own. */
  absorbed?: TurnProgress[];
  session?: SessionRow;
  /** What it takes to run the turn again. */
  record?: NewTurnRecord;
  /** New deliveries of one conversation; their numbers come from its outbound lane, where they open work. */
  deliveries?: NewDelivery[];
  delivered?: (DeliveryProgress & Partial<FirstAttempt>)[];
  attempts?: AttemptRow[];
  /** The answer to a poll id; the first one stands. */
  polled?: PollAnswer;
  /** The turn whose idempotency key is free again. */
  releaseKeyOf?: string;
  /** What this adds to its channel's metrics. */
  counts?: ChannelCounts;
  /** What this adds to the canary that its conversation is part of. */
  canary?: CanaryTurn;
  /** What somebody wants to be told of. */
  occurrences?: Occurrence[];
  /** What came of sending an alert. */
  alertSent?: AlertSent;
}

export type UnitOutcome =
  | {
      status: 'committed';
      /** The number and lease of `turn`. */
      inbound?: Appended;
      /** The numbers and lease of `deliveries`. */
      outbound?: Appended;
      /** Open work left in the settled lane. */
      pending?: number;
    }
  | { status: 'key-taken' }
  | { status: 'jti-used' }
  | { status: 'lease-lost' }
  /** Somebody has had the lane since the turn that `ranAlone` looked. */
  | { status: 'overtaken' };

export interface UnitTimes extends LeaseTimes {
  keysForgottenBefore: number;
}
