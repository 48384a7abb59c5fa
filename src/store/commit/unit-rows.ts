import type { ChannelCounts } from '../tables/channel-metrics.js';
import { isTestConversation } from '../tables/conversations.js';
import type { NumberedDelivery } from '../tables/delivery-store.js';
import { type Appended, type LaneAppend, laneId, type TurnRunAlone } from '../tables/lane-writes.js';
import type { NewTurn } from '../tables/turns.js';
import type { Unit, UnitOutcome } from './unit.js';

/** Refusals of units whose guard has failed. */
export type Refused = Map<Unit, UnitOutcome>;

/** What units want of lanes: one append each, and those of turns that ran alone. */
export interface LaneWork {
  appends: Map<string, LaneAppend>;
  alone: TurnRunAlone[];
}

/** What they got. */
export interface LaneResults {
  /** Open work left, by lane. */
  pending: ReadonlyMap<string, number>;
  /** By lane. */
  appended: ReadonlyMap<string, Appended>;
  /** By conversation. */
  alone: ReadonlyMap<string, Appended>;
}

export function pick<T>(units: readonly Unit[], of: (unit: Unit) => T | undefined): T[] {
  const found: T[] = [];
  for (const unit of units) {
    const part = of(unit);
    if (part !== undefined) found.push(part);
  }
  return found;
}

/** One row per key, the latest; sorted by key, so that rows are locked in one order. */
export function lastBy<T>(rows: T[], keyOf: (row: T) => string): T[] {
  const last = new Map(rows.map((row) => [keyOf(row), row]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** The counts of a unit, with the message it takes in; tests count nowhere. */
export function countsOf({ counts, turn, conversation }: Unit): ChannelCounts[] {
  if (!turn || isTestConversation(turn.conversationId)) return counts ? [counts] : [];
  const taken = {
    channelId: turn.channelId,
    messagesIn: 1,
    ...(conversation && { userId: conversation.userId }),
  };
  return counts ? [counts, taken] : [taken];
}

/** A turn that is not over is open work of its lane. */
const opens = (turn: Pick<NewTurn, 'status'>): number => (turn.status === 'QUEUED' || turn.status === 'PAUSED' ? 1 : 0);

/** Gathers the work on lanes. A turn that ran alone and shares its lane with another of the batch is refused. */
export function laneWorkOf(units: readonly Unit[], refused: Refused): LaneWork {
  const appends = new Map<string, LaneAppend>();
  const add = (append: LaneAppend) => {
    const id = laneId(append.conversationId, append.direction);
    const known = appends.get(id);
    if (!known) appends.set(id, append);
    else {
      known.advance += append.advance;
      known.open += append.open;
    }
  };
  const alone = new Map<string, TurnRunAlone>();
  for (const unit of units) {
    const { turn } = unit;
    if (!turn || unit.ranAlone || refused.has(unit)) continue;
    const { conversationId, channelId } = turn;
    add({ conversationId, channelId, direction: 'IN', advance: 1, open: opens(turn) });
  }
  for (const unit of units) {
    const { turn, ranAlone } = unit;
    if (!turn || !ranAlone || refused.has(unit)) continue;
    const { conversationId, channelId } = turn;
    if (alone.has(conversationId) || appends.has(laneId(conversationId, 'IN')))
      refused.set(unit, { status: 'overtaken' });
    else alone.set(conversationId, { conversationId, channelId, open: opens(turn), epoch: ranAlone.epoch });
  }
  for (const unit of units) {
    const [first] = unit.deliveries ?? [];
    if (!unit.deliveries || !first || refused.has(unit)) continue;
    const { conversationId, channelId } = first;
    const count = unit.deliveries.length;
    add({ conversationId, channelId, direction: 'OUT', advance: count, open: count });
  }
  return { appends, alone: [...alone.values()] };
}

/** Numbers of a lane, dealt to units. */
export interface Numbered {
  outcomes: UnitOutcome[];
  turns: NewTurn[];
  deliveries: NumberedDelivery[];
  /** Conversations of which a lane has given its first number. */
  begun: Set<string>;
}

/** Deals what lanes have given to the units, in the order they came. */
export function deal(units: readonly Unit[], refused: Refused, { pending, appended, alone }: LaneResults): Numbered {
  const numbering = createNumbering(appended);
  const numbered: Numbered = { outcomes: [], turns: [], deliveries: [], begun: new Set() };
  numbered.outcomes = units.map((unit): UnitOutcome => {
    const refusal = refused.get(unit);
    if (refusal) return refusal;
    const outcome: UnitOutcome = { status: 'committed' };
    const { turn, ranAlone } = unit;
    if (turn) {
      const { conversationId } = turn;
      outcome.inbound = ranAlone
        ? known(alone.get(conversationId), conversationId)
        : numbering(laneId(conversationId, 'IN'), 1, opens(turn));
      numbered.turns.push({ seq: outcome.inbound.firstSeq, ...turn });
      if (outcome.inbound.firstSeq === 1) numbered.begun.add(conversationId);
    }
    const [first] = unit.deliveries ?? [];
    if (unit.deliveries && first) {
      const count = unit.deliveries.length;
      outcome.outbound = numbering(laneId(first.conversationId, 'OUT'), count, count);
      const { firstSeq } = outcome.outbound;
      if (firstSeq === 1) numbered.begun.add(first.conversationId);
      unit.deliveries.forEach((one, index) => void numbered.deliveries.push({ seq: firstSeq + index, ...one }));
    }
    const left = unit.settle && pending.get(unit.settle.laneId);
    if (left !== undefined) outcome.pending = left;
    return outcome;
  });
  return numbered;
}

/** Deals the numbers of each lane to its units. */
function createNumbering(appended: ReadonlyMap<string, Appended>) {
  const dealt = new Map<string, Appended>();
  return (lane: string, advance: number, open: number): Appended => {
    const next = known(dealt.get(lane) ?? appended.get(lane), lane);
    dealt.set(lane, { ...next, firstSeq: next.firstSeq + advance, backlog: next.backlog + open });
    return next;
  };
}

function known(appended: Appended | undefined, lane: string): Appended {
  if (!appended) throw new Error(`no numbers were taken in lane ${lane}`);
  return appended;
}
