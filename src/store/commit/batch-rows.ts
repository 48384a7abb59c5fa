import type { Dialect } from '../database/database.js';
import type { Derived, RowWrite } from '../database/row-source.js';
import { canaryRows, canaryWrites } from '../tables/canary-counts.js';
import { channelMetricWrites, type MetricRows, widthOf } from '../tables/channel-metrics.js';
import { type ConversationRow, conversationTouch } from '../tables/conversations.js';
import { attemptLog } from '../tables/delivery-attempts.js';
import { deliveryInsert, deliveryProgress } from '../tables/delivery-store.js';
import { keyReleases } from '../tables/idempotency.js';
import { pollAnswers } from '../tables/polls.js';
import { sessionSave } from '../tables/sessions.js';
import { turnRecordInsert } from '../tables/turn-records.js';
import { turnInsert, turnProgress } from '../tables/turns.js';
import type { Unit } from './unit.js';
import { lastBy, type Numbered, pick } from './unit-rows.js';

/** The statements that write the rows of a batch and give nothing, in the order they run. `numbers`: how rows get theirs. */
export function rowWrites(dialect: Dialect, numbers: { turns?: Derived; deliveries?: Derived } = {}) {
  const metrics = channelMetricWrites(dialect);
  const canaries = canaryWrites(dialect);
  return {
    conversations: conversationTouch(dialect),
    turns: turnInsert(dialect, numbers.turns),
    progress: turnProgress(dialect),
    records: turnRecordInsert(dialect),
    sessions: sessionSave(dialect),
    deliveries: deliveryInsert(dialect, numbers.deliveries),
    delivered: deliveryProgress(dialect),
    attempts: attemptLog(dialect),
    polled: pollAnswers(dialect),
    counters: metrics.counters,
    quick: metrics.quick,
    all: metrics.all,
    users: metrics.noteUsers,
    refusals: metrics.noteRefusals,
    canaryCounts: canaries.counts,
    canaryConversations: canaries.conversations,
    released: keyReleases(dialect),
  } satisfies Record<string, RowWrite<never>>;
}

/** Rows by the statement that writes them. */
export type RowsFor<S> = { [N in keyof S]?: S[N] extends RowWrite<infer R> ? readonly R[] : never };
export type BatchRows = RowsFor<ReturnType<typeof rowWrites>>;

/** The rows of units that no guard has refused. */
export function rowsOf(
  units: readonly Unit[],
  { turns, deliveries }: Pick<Numbered, 'turns' | 'deliveries'>,
  conversations: readonly ConversationRow[],
  { sums, users, refusals }: MetricRows,
): BatchRows {
  const canary = canaryRows(pick(units, (unit) => unit.canary));
  return {
    conversations,
    turns,
    progress: units.flatMap((unit) => [...(unit.progress ? [unit.progress] : []), ...(unit.absorbed ?? [])]),
    records: pick(units, (unit) => unit.record),
    sessions: lastBy(
      pick(units, (unit) => unit.session),
      (row) => row.conversationId,
    ),
    deliveries,
    delivered: units.flatMap((unit) => unit.delivered ?? []),
    attempts: units.flatMap((unit) => unit.attempts ?? []),
    polled: pick(units, (unit) => unit.polled),
    ...(sums.length > 0 && { [widthOf(sums)]: sums }),
    users,
    refusals,
    canaryCounts: canary.counts,
    canaryConversations: canary.conversations,
    released: pick(units, (unit) => unit.releaseKeyOf),
  };
}

/** What is bound for the rows of a statement; null: there are none. */
export function boundTo(write: RowWrite<never>, rows: readonly unknown[] | undefined): string | null {
  return rows === undefined || rows.length === 0 ? null : write.bind(rows as readonly never[]); // rows of its own kind
}
