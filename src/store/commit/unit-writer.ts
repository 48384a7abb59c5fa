import type { Dialect } from '../database/database.js';
import type { BatchTransaction } from '../database/statements.js';
import { incidentWrites } from '../tables/alert-incidents.js';
import { alertSentWrites } from '../tables/alert-subscriptions.js';
import { metricCounts } from '../tables/channel-metrics.js';
import { dueConversations } from '../tables/conversations.js';
import { idempotencyStore } from '../tables/idempotency.js';
import { type Appended, type LaneStore, laneId } from '../tables/lanes.js';
import { rowsOf } from './batch-rows.js';
import { rowsWriter } from './rows-writer.js';
import type { Unit, UnitOutcome, UnitTimes } from './unit.js';
import { countsOf, deal, laneWorkOf, lastBy, pick, type Refused } from './unit-rows.js';

/** What a process remembers of what it has written. */
export interface WriterMemory {
  conversations: ReturnType<typeof dueConversations>;
  metrics: ReturnType<typeof metricCounts>;
}

export const createWriterMemory = (): WriterMemory => ({ conversations: dueConversations(), metrics: metricCounts() });

/** Writes units in one open transaction with one statement per table, however many units there are. */
export function unitWriter(dialect: Dialect, lanes: LaneStore, memory = createWriterMemory()) {
  const idempotency = idempotencyStore(dialect);
  const writeRows = rowsWriter(dialect);
  const incidents = incidentWrites(dialect);
  const alerts = alertSentWrites(dialect);

  return async function writeUnits(
    trx: BatchTransaction,
    units: readonly Unit[],
    times: UnitTimes,
  ): Promise<UnitOutcome[]> {
    const refused: Refused = new Map();
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

    const wanted = laneWorkOf(units, refused);
    const settles = pick(accepted(), (unit) => unit.settle);
    const ids = [...settles.map((settle) => settle.laneId), ...wanted.appends.keys()];
    for (const { conversationId } of wanted.alone) ids.push(laneId(conversationId, 'IN'));
    await lanes.lock(trx, new Set(ids.sort()));
    // Settling comes first: a lane that comes to rest here can be taken again by an append of the same transaction.
    const pending = settles.length > 0 ? await lanes.settle(trx, settles, times.leaseEnd) : new Map<string, number>();
    for (const unit of accepted()) {
      if (unit.settle && !pending.has(unit.settle.laneId)) refused.set(unit, { status: 'lease-lost' });
    }
    const alone =
      wanted.alone.length > 0 ? await lanes.appendAlone(trx, wanted.alone, times) : new Map<string, Appended>();
    for (const unit of accepted()) {
      if (unit.turn && unit.ranAlone && !alone.has(unit.turn.conversationId))
        refused.set(unit, { status: 'overtaken' });
    }

    const { appends } = refused.size === 0 ? wanted : laneWorkOf(units, refused);
    const appended =
      appends.size > 0 ? await lanes.append(trx, [...appends.values()], times) : new Map<string, Appended>();

    const kept = accepted();
    const numbered = deal(units, refused, { pending, alone, appended });
    const touched = lastBy(
      pick(kept, (unit) => unit.conversation),
      (row) => row.id,
    );
    const due = touched.filter((row) => numbered.begun.has(row.id) || memory.conversations.isDue(row));
    const counted = memory.metrics.rowsOf(kept.flatMap(countsOf), times.now);
    await writeRows(trx, rowsOf(kept, numbered, due, counted));
    trx.afterCommit(() => {
      memory.conversations.written(due);
      memory.metrics.written(counted);
    });
    const occurrences = kept.flatMap((unit) => unit.occurrences ?? []);
    if (occurrences.length > 0) await incidents.note(trx, occurrences);
    const sent = pick(kept, (unit) => unit.alertSent);
    if (sent.length > 0) await alerts.note(trx, sent);
    return numbered.outcomes;
  };
}
