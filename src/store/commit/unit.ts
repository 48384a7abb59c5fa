import type { Dialect } from '../database/database.js';
import type { BatchTransaction } from '../database/statements.js';
import { incidentWrites, type Occurrence } from '../tables/alert-incidents.js';
import { type AlertSent, alertSentWrites } from '../tables/alert-subscriptions.js';
import { type ChannelCounts, channelMetricWrites } from '../tables/channel-metrics.js';
import { type ConversationRow, conversationWrites } from '../tables/conversations.js';
import { type AttemptRow, type DeliveryProgress, deliveryStore, type NewDelivery } from '../tables/deliveries.js';
import { idempotencyStore, type JtiClaim, type KeyClaim } from '../tables/idempotency.js';
import {
  type Appended,
  type LaneAppend,
  type LaneSettle,
  type LaneStore,
  type LeaseTimes,
  laneId,
} from '../tables/lanes.js';
import { type PollAnswer, pollStore } from '../tables/polls.js';
import { type SessionRow, sessionStore } from '../tables/sessions.js';
import { type NewTurnRecord, turnRecordWrites } from '../tables/turn-records.js';
import { type NewTurn, type TurnProgress, turnStore } from '../tables/turns.js';

/**
 * Everything one event of the hot path makes durable: all of it or nothing. The first group are guards; a unit whose
 * guard fails writes nothing and is told so.
 */
export interface Unit {
  key?: KeyClaim;
  jti?: JtiClaim;
  /** The lane this work was done under; also the fence. */
  settle?: LaneSettle;

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
  delivered?: DeliveryProgress[];
  attempts?: AttemptRow[];
  /** The answer to a poll id; the first one stands. */
  polled?: PollAnswer;
  /** The turn whose idempotency key is free again. */
  releaseKeyOf?: string;
  /** What this adds to its channel's metrics. */
  counts?: ChannelCounts;
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
  | { status: 'lease-lost' };

export interface UnitTimes extends LeaseTimes {
  keysForgottenBefore: number;
}

/** Writes units in one open transaction with one statement per table, however many units there are. */
export function unitWriter(dialect: Dialect, lanes: LaneStore) {
  const conversations = conversationWrites(dialect);
  const sessions = sessionStore(dialect);
  const turns = turnStore(dialect);
  const records = turnRecordWrites(dialect);
  const deliveries = deliveryStore(dialect);
  const idempotency = idempotencyStore(dialect);
  const metrics = channelMetricWrites(dialect);
  const polls = pollStore(dialect);
  const incidents = incidentWrites(dialect);
  const alerts = alertSentWrites(dialect);

  return async function writeUnits(
    trx: BatchTransaction,
    units: readonly Unit[],
    times: UnitTimes,
  ): Promise<UnitOutcome[]> {
    const refused = new Map<Unit, UnitOutcome>();
    const accepted = () => (refused.size === 0 ? units : units.filter((unit) => !refused.has(unit)));

    const keys = pick(units, (unit) => unit.key);
    if (keys.length > 0) {
      const won = await idempotency.claimKeys(trx, keys, times.keysForgottenBefore);
      for (const unit of units) if (unit.key && !won.has(unit.key.turnId)) refused.set(unit, { status: 'key-taken' });
    }
    const jtis = pick(accepted(), (unit) => unit.jti);
    if (jtis.length > 0) {
      const won = await idempotency.claimJtis(trx, jtis);
      const losers = jtis.filter((jti) => !won.has(jti.turnId)).map((jti) => jti.turnId);
      if (losers.length > 0) await idempotency.releaseKeys(trx, losers);
      for (const unit of accepted())
        if (unit.jti && !won.has(unit.jti.turnId)) refused.set(unit, { status: 'jti-used' });
    }

    const appends = gatherAppends(accepted());
    const settles = pick(accepted(), (unit) => unit.settle);
    await lanes.lock(trx, new Set([...settles.map((settle) => settle.laneId), ...appends.keys()].sort()));
    // Settling comes first: a lane that comes to rest here can be taken again by an append of the same transaction.
    const pending = settles.length > 0 ? await lanes.settle(trx, settles, times.leaseEnd) : new Map<string, number>();
    for (const unit of accepted()) {
      if (unit.settle && !pending.has(unit.settle.laneId)) refused.set(unit, { status: 'lease-lost' });
    }

    const kept = accepted();
    const gathered = refused.size === 0 ? appends : gatherAppends(kept);
    const appended =
      gathered.size > 0 ? await lanes.append(trx, [...gathered.values()], times) : new Map<string, Appended>();

    const numbering = createNumbering(appended);
    const newTurns: NewTurn[] = [];
    const newDeliveries: (NewDelivery & { seq: number })[] = [];
    /** Conversations of which a lane has given its first number. */
    const begun = new Set<string>();
    const outcomes = units.map((unit): UnitOutcome => {
      const refusal = refused.get(unit);
      if (refusal) return refusal;
      const outcome: UnitOutcome = { status: 'committed' };
      if (unit.turn) {
        outcome.inbound = numbering(laneId(unit.turn.conversationId, 'IN'), 1, opens(unit.turn));
        newTurns.push({ ...unit.turn, seq: outcome.inbound.firstSeq });
        if (outcome.inbound.firstSeq === 1) begun.add(unit.turn.conversationId);
      }
      const [first] = unit.deliveries ?? [];
      if (unit.deliveries && first) {
        const count = unit.deliveries.length;
        outcome.outbound = numbering(laneId(first.conversationId, 'OUT'), count, count);
        const { firstSeq } = outcome.outbound;
        if (firstSeq === 1) begun.add(first.conversationId);
        newDeliveries.push(...unit.deliveries.map((delivery, index) => ({ ...delivery, seq: firstSeq + index })));
      }
      const left = unit.settle && pending.get(unit.settle.laneId);
      if (left !== undefined) outcome.pending = left;
      return outcome;
    });

    const touched = pick(kept, (unit) => unit.conversation);
    if (touched.length > 0)
      await conversations.touch(
        trx,
        lastBy(touched, (row) => row.id),
        begun,
      );
    if (newTurns.length > 0) await turns.insert(trx, newTurns);
    const progress = kept.flatMap((unit) => [...(unit.progress ? [unit.progress] : []), ...(unit.absorbed ?? [])]);
    if (progress.length > 0) await turns.progress(trx, progress);
    const recorded = pick(kept, (unit) => unit.record);
    if (recorded.length > 0) await records.insert(trx, recorded);
    const saved = pick(kept, (unit) => unit.session);
    if (saved.length > 0)
      await sessions.save(
        trx,
        lastBy(saved, (row) => row.conversationId),
      );
    if (newDeliveries.length > 0) await deliveries.insert(trx, newDeliveries);
    const delivered = kept.flatMap((unit) => unit.delivered ?? []);
    if (delivered.length > 0) await deliveries.progress(trx, delivered);
    const attempts = kept.flatMap((unit) => unit.attempts ?? []);
    if (attempts.length > 0) await deliveries.logAttempts(trx, attempts);
    const polled = pick(kept, (unit) => unit.polled);
    if (polled.length > 0) await polls.answer(trx, polled);
    const counts = kept.flatMap(countsOf);
    if (counts.length > 0) await metrics.add(trx, counts, times.now);
    const released = pick(kept, (unit) => unit.releaseKeyOf);
    if (released.length > 0) await idempotency.releaseKeys(trx, released);
    const occurrences = kept.flatMap((unit) => unit.occurrences ?? []);
    if (occurrences.length > 0) await incidents.note(trx, occurrences);
    const sent = pick(kept, (unit) => unit.alertSent);
    if (sent.length > 0) await alerts.note(trx, sent);
    return outcomes;
  };
}

function pick<T>(units: readonly Unit[], of: (unit: Unit) => T | undefined): T[] {
  const found: T[] = [];
  for (const unit of units) {
    const part = of(unit);
    if (part !== undefined) found.push(part);
  }
  return found;
}

/** One row per key, the latest; sorted by key, so that rows are locked in one order. */
function lastBy<T>(rows: T[], keyOf: (row: T) => string): T[] {
  const last = new Map(rows.map((row) => [keyOf(row), row]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** The counts of a unit, with the message it takes in. */
function countsOf({ counts, turn, conversation }: Unit): ChannelCounts[] {
  const taken = turn && {
    channelId: turn.channelId,
    messagesIn: 1,
    ...(conversation && { userId: conversation.userId }),
  };
  return [counts, taken].filter((one) => one !== undefined);
}

/** A turn that is not over is open work of its lane. */
const opens = (turn: Pick<NewTurn, 'status'>): number => (turn.status === 'QUEUED' || turn.status === 'PAUSED' ? 1 : 0);

/** The appends of all units, one per lane. */
function gatherAppends(units: readonly Unit[]): Map<string, LaneAppend> {
  const gathered = new Map<string, LaneAppend>();
  const add = (append: LaneAppend) => {
    const id = laneId(append.conversationId, append.direction);
    const known = gathered.get(id);
    if (!known) gathered.set(id, append);
    else {
      known.advance += append.advance;
      known.open += append.open;
    }
  };
  for (const { turn, deliveries } of units) {
    if (turn) {
      const { conversationId, channelId } = turn;
      add({ conversationId, channelId, direction: 'IN', advance: 1, open: opens(turn) });
    }
    const [first] = deliveries ?? [];
    if (deliveries && first) {
      const { conversationId, channelId } = first;
      add({ conversationId, channelId, direction: 'OUT', advance: deliveries.length, open: deliveries.length });
    }
  }
  return gathered;
}

/** Deals the numbers of each lane to its units, in the order the units came. */
function createNumbering(appended: Map<string, Appended>) {
  const dealt = new Map<string, Appended>();
  return (lane: string, advance: number, open: number): Appended => {
    const next = dealt.get(lane) ?? appended.get(lane);
    if (!next) throw new Error(`no numbers were taken in lane ${lane}`);
    dealt.set(lane, { ...next, firstSeq: next.firstSeq + advance, backlog: next.backlog + open });
    return next;
  };
}
