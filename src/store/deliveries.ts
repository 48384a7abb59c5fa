import type { Knex } from 'knex';
import type { Dialect } from './database.js';
import { rowSource, runRows } from './row-source.js';

export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'DEAD';

/** One bot message on its way to a POST URL. `payload` is the JSON text of the body, without the sequence. */
export interface DeliveryRow {
  id: string;
  accountId: string;
  channelId: string;
  conversationId: string;
  turnId: string | null;
  seq: number;
  status: DeliveryStatus;
  payload: string;
  replay: boolean;
  /** POSTs made. */
  attempts: number;
  /** POSTs that count towards giving up: an endpoint that asks to wait costs none. */
  spent: number;
  firstAttemptAt: number | null;
  nextAttemptAt: number | null;
  createdAt: number;
  finishedAt: number | null;
}

export type NewDelivery = Pick<
  DeliveryRow,
  'id' | 'accountId' | 'channelId' | 'conversationId' | 'turnId' | 'payload' | 'createdAt'
>;

export type DeliveryProgress = Pick<
  DeliveryRow,
  'id' | 'status' | 'attempts' | 'spent' | 'firstAttemptAt' | 'nextAttemptAt' | 'finishedAt'
>;

/** One POST. `error` is a short reason that is safe to show; `responseBody` is capped. */
export interface AttemptRow {
  deliveryId: string;
  number: number;
  startedAt: number;
  durationMs: number;
  statusCode: number | null;
  error: string | null;
  responseBody: string | null;
}

const COLUMNS = [
  'id',
  'account_id',
  'channel_id',
  'conversation_id',
  'turn_id',
  'seq',
  'status',
  'payload',
  'replay',
  'attempts',
  'spent',
  'first_attempt_at',
  'next_attempt_at',
  'created_at',
  'finished_at',
] as const;

export interface StoredDelivery {
  id: string;
  account_id: string;
  channel_id: string;
  conversation_id: string;
  turn_id: string | null;
  seq: number;
  status: DeliveryStatus;
  payload: string;
  replay: boolean | number;
  attempts: number;
  spent: number;
  first_attempt_at: number | null;
  next_attempt_at: number | null;
  created_at: number;
  finished_at: number | null;
}

export function deliveryStore(dialect: Dialect) {
  const insertSource = rowSource(dialect, {
    id: 'text',
    account_id: 'text',
    channel_id: 'text',
    conversation_id: 'text',
    turn_id: 'text',
    seq: 'int',
    payload: 'text',
    created_at: 'int',
  });
  const insertSql = `insert into deliveries (id, account_id, channel_id, conversation_id, turn_id, seq, status, payload, next_attempt_at, created_at)
    select id, account_id, channel_id, conversation_id, turn_id, seq, 'PENDING', payload, created_at, created_at
    from ${insertSource.from} where true`;
  const progressSource = rowSource(dialect, {
    id: 'text',
    status: 'text',
    attempts: 'int',
    spent: 'int',
    first_attempt_at: 'int',
    next_attempt_at: 'int',
    finished_at: 'int',
  });
  // A delivery that was buried meanwhile (its channel was deleted) stays buried.
  const progressSql = `update deliveries set status = v.status, attempts = v.attempts, spent = v.spent, first_attempt_at = v.first_attempt_at,
    next_attempt_at = v.next_attempt_at, finished_at = v.finished_at
    from ${progressSource.from} where deliveries.id = v.id and deliveries.status = 'PENDING'`;
  const attemptSource = rowSource(dialect, {
    delivery_id: 'text',
    number: 'int',
    started_at: 'int',
    duration_ms: 'int',
    status_code: 'int',
    error: 'text',
    response_body: 'text',
  });
  const attemptSql = `insert into delivery_attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body)
    select delivery_id, number, started_at, duration_ms, status_code, error, response_body from ${attemptSource.from} where true
    on conflict (delivery_id, number) do nothing`;

  return {
    async insert(trx: Knex, rows: (NewDelivery & { seq: number })[]): Promise<void> {
      const cells = rows.map((r) => [
        r.id,
        r.accountId,
        r.channelId,
        r.conversationId,
        r.turnId,
        r.seq,
        r.payload,
        r.createdAt,
      ]);
      await runRows(trx, dialect, insertSource, insertSql, cells);
    },

    async progress(trx: Knex, rows: DeliveryProgress[]): Promise<void> {
      const cells = rows.map((r) => [
        r.id,
        r.status,
        r.attempts,
        r.spent,
        r.firstAttemptAt,
        r.nextAttemptAt,
        r.finishedAt,
      ]);
      await runRows(trx, dialect, progressSource, progressSql, cells);
    },

    async logAttempts(trx: Knex, rows: AttemptRow[]): Promise<void> {
      const cells = rows.map((r) => [
        r.deliveryId,
        r.number,
        r.startedAt,
        r.durationMs,
        r.statusCode,
        r.error,
        r.responseBody,
      ]);
      await runRows(trx, dialect, attemptSource, attemptSql, cells);
    },

    /** The open deliveries at the head of each conversation's outbound lane, in lane order. */
    async heads(db: Knex, conversationIds: readonly string[], perLane: number): Promise<DeliveryRow[]> {
      const ranked = db<StoredDelivery>('deliveries')
        .select(...COLUMNS, db.raw('row_number() over (partition by conversation_id order by seq) as place'))
        .whereIn('conversation_id', [...conversationIds])
        .where('status', 'PENDING')
        .as('ranked');
      const rows = await db
        .select<StoredDelivery[]>(...COLUMNS)
        .from(ranked)
        .where('place', '<=', perLane)
        .orderBy(['conversation_id', 'seq']);
      return rows.map(toDelivery);
    },

    async byId(db: Knex, id: string): Promise<DeliveryRow | null> {
      const row = await db<StoredDelivery>('deliveries')
        .where({ id })
        .first(...COLUMNS);
      return row ? toDelivery(row) : null;
    },

    /** A finished delivery goes out again under a new number, as the same message. */
    async reopen(trx: Knex, id: string, seq: number, now: number): Promise<void> {
      await trx('deliveries').where({ id }).update({
        seq,
        status: 'PENDING',
        replay: true,
        spent: 0,
        first_attempt_at: null,
        next_attempt_at: now,
        finished_at: null,
      });
    },

    /** Everything still open of a channel goes to the dead letters; its lanes come to rest. */
    async bury(trx: Knex, channelId: string, now: number): Promise<number> {
      const buried = await trx('deliveries')
        .where({ channel_id: channelId, status: 'PENDING' })
        .update({ status: 'DEAD', next_attempt_at: null, finished_at: now });
      await trx('lanes')
        .where({ channel_id: channelId, direction: 'OUT' })
        .update({ pending: 0, due: null, owner: null });
      return buried;
    },
  };
}

export function toDelivery(row: StoredDelivery): DeliveryRow {
  return {
    id: row.id,
    accountId: row.account_id,
    channelId: row.channel_id,
    conversationId: row.conversation_id,
    turnId: row.turn_id,
    seq: row.seq,
    status: row.status,
    payload: row.payload,
    replay: Boolean(row.replay),
    attempts: row.attempts,
    spent: row.spent,
    firstAttemptAt: row.first_attempt_at,
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
