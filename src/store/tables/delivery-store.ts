import type { Db, Dialect } from '../database/database.js';
import {
  type Derived,
  queryRows,
  type RowWrite,
  recordSource,
  rowSource,
  writeAll,
  writeRows,
} from '../database/row-source.js';
import { type Statements, statementsOn } from '../database/statements.js';
import {
  type DeliveryProgress,
  type DeliveryRow,
  type FinishedDelivery,
  type NewDelivery,
  openDeliveries,
} from './deliveries.js';
import { type FirstAttempt, firstAttemptLog } from './delivery-attempts.js';

export type NumberedDelivery = NewDelivery & Pick<DeliveryRow, 'seq'>;

/** New deliveries, each with its number; `derived` gives it where it is known to the database alone. */
export function deliveryInsert(dialect: Dialect, derived?: Derived): RowWrite<NumberedDelivery> {
  const source = recordSource<NumberedDelivery>(
    dialect,
    {
      id: 'text',
      accountId: 'text',
      channelId: 'text',
      conversationId: 'text',
      turnId: 'text',
      traceId: 'text',
      jobId: 'text',
      seq: 'int',
      payload: 'text',
      createdAt: 'int',
      sealed: 'text',
    },
    derived,
  );
  const sql = `insert into deliveries (id, account_id, channel_id, conversation_id, turn_id, trace_id, job_id, seq, status, payload, next_attempt_at, created_at, sealed)
    select id, account_id, channel_id, conversation_id, turn_id, trace_id, job_id, seq, 'PENDING', payload, created_at, created_at, sealed
    from ${source.from} where true`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** A delivery that was buried meanwhile (its channel was deleted) stays buried. */
export function deliveryProgress(dialect: Dialect): RowWrite<DeliveryProgress & Partial<FirstAttempt>> {
  const source = recordSource<DeliveryProgress & Partial<FirstAttempt>>(dialect, {
    id: 'text',
    status: 'text',
    attempts: 'int',
    spent: 'int',
    firstAttemptAt: 'int',
    nextAttemptAt: 'int',
    finishedAt: 'int',
    deadReason: 'text',
    firstStatusCode: 'int',
    firstDurationMs: 'int',
    firstResponseBody: 'text',
  });
  const sql = `update deliveries set status = v.status, attempts = v.attempts, spent = v.spent, first_attempt_at = v.first_attempt_at,
    next_attempt_at = v.next_attempt_at, finished_at = v.finished_at, dead_reason = v.dead_reason,
    first_status_code = v.first_status_code, first_duration_ms = v.first_duration_ms, first_response_body = v.first_response_body,
    sealed = case when v.status = 'DELIVERED' then null else sealed end
    from ${source.from} where ${source.by('deliveries.id', 'id', "deliveries.status = 'PENDING'")}`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** `open` gives a delivery as it is to be sent. */
export function deliveryStore(dialect: Dialect, open: (row: DeliveryRow) => DeliveryRow = (row) => row) {
  const firstAttempts = firstAttemptLog(dialect);

  const idSource = rowSource(dialect, { id: 'text' });
  const lockFinishedSql = `select deliveries.id, conversation_id, channel_id, seq
    from ${idSource.from} join deliveries on deliveries.id = v.id where status <> 'PENDING' order by deliveries.id
    ${dialect === 'postgres' ? 'for update of deliveries' : ''}`;
  const pendingSql = `select deliveries.id from ${idSource.from} join deliveries on deliveries.id = v.id where status = 'PENDING'`;
  const reopenSource = rowSource(dialect, { id: 'text', seq: 'int', due: 'int' });
  const reopenSql = `update deliveries set seq = v.seq, status = 'PENDING', replay = true, spent = 0, first_attempt_at = null,
    next_attempt_at = v.due, finished_at = null, dead_reason = null,
    first_status_code = null, first_duration_ms = null, first_response_body = null
    from ${reopenSource.from} where deliveries.id = v.id`;

  return {
    /** Which of these are over, held until the transaction ends. */
    async lockFinished(trx: Statements, ids: readonly string[]): Promise<FinishedDelivery[]> {
      const rows = await queryRows<{ id: string; conversation_id: string; channel_id: string; seq: number }>(
        trx,
        idSource,
        lockFinishedSql,
        ids.map((id) => [id]),
      );
      return rows.map((row) => ({
        id: row.id,
        conversationId: row.conversation_id,
        channelId: row.channel_id,
        seq: Number(row.seq),
      }));
    },

    /** Which of these are still to be delivered. */
    async pendingAmong(db: Db, ids: readonly string[]): Promise<string[]> {
      const rows = await queryRows<{ id: string }>(
        statementsOn(db),
        idSource,
        pendingSql,
        ids.map((id) => [id]),
      );
      return rows.map(({ id }) => id);
    },

    /** Finished deliveries go out again under new numbers, as the same messages. */
    async reopen(trx: Statements, rows: readonly Pick<DeliveryRow, 'id' | 'seq'>[], now: number): Promise<void> {
      await writeAll(
        trx,
        firstAttempts,
        rows.map(({ id }) => [id]),
      );
      await writeRows(
        trx,
        reopenSource,
        reopenSql,
        rows.map(({ id, seq }) => [id, seq, now]),
      );
    },

    heads: async (db: Db, conversationId: string, limit: number): Promise<DeliveryRow[]> =>
      (await openDeliveries(db, conversationId, limit)).map(open),
  };
}
