import type { Knex } from 'knex';
import type { DeliveryStatus } from '../../vocabulary.js';
import type { Db, Dialect } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { type RowWrite, recordSource, rowSource } from '../database/row-source.js';
import type { Cell } from '../database/statements.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';

const attemptsTable = table('delivery_attempts', {
  deliveryId: text(),
  number,
  startedAt: number,
  durationMs: number,
  statusCode: nullable(number),
  /** A short reason that is safe to show. */
  error: nullable(text()),
  /** Capped. */
  responseBody: nullable(text()),
  /** JSON of where a POST that did not deliver went, and of the headers both ways; secrets are hidden in it. */
  exchange: nullable(text()),
});
/** One POST. */
export type AttemptRow = RecordOf<typeof attemptsTable>;

/** What the row of a delivery says of its first attempt, where that delivered; it has no row of its own then. */
export interface FirstAttempt {
  firstStatusCode: number;
  firstDurationMs: number;
  firstResponseBody: string | null;
}

/** How the outcome of a delivery is written: the usual one, a success at the first attempt, in its row alone. */
export function withFirstAttempt<P extends { status: DeliveryStatus; attempts: number }>(
  progress: P,
  attempts: AttemptRow[],
): { delivered: (P & Partial<FirstAttempt>)[]; attempts?: AttemptRow[] } {
  const [first] = attempts;
  const isUsual = progress.status === 'DELIVERED' && progress.attempts === 1 && first?.number === 1;
  if (!first || !isUsual || first.statusCode === null || first.error !== null || first.exchange !== null)
    return { delivered: [progress], attempts };
  const { statusCode: firstStatusCode, durationMs: firstDurationMs, responseBody: firstResponseBody } = first;
  return { delivered: [{ firstStatusCode, firstDurationMs, firstResponseBody, ...progress }] };
}

/** First attempts as they would be rows. An earlier version that sends a delivery again forgets when the first began. */
const AS_ROW = `id as delivery_id, 1 as number, coalesce(first_attempt_at, created_at) as started_at,
  first_duration_ms as duration_ms, first_status_code as status_code, null as error, first_response_body as response_body,
  null as exchange`;

const firstAttemptsOf = (db: Db, deliveryIds: readonly string[]): Knex.QueryBuilder =>
  db('deliveries')
    .select(db.raw(AS_ROW))
    .whereIn('id', [...deliveryIds])
    .whereNotNull('first_status_code');

/** The attempts of each of these deliveries, oldest first. */
export async function attemptsOf(db: Db, deliveryIds: readonly string[]): Promise<Map<string, AttemptRow[]>> {
  const [first, others] = await Promise.all([
    firstAttemptsOf(db, deliveryIds),
    attemptsTable.rows(db, (query) =>
      query
        .whereIn('delivery_attempts.delivery_id', [...deliveryIds])
        .orderBy(['delivery_attempts.delivery_id', 'delivery_attempts.number']),
    ),
  ]);
  return groupBy([...(first as unknown[]).map(attemptsTable.read), ...others], (row) => row.deliveryId);
}

/** The last attempt of each of these deliveries that was tried. */
export async function lastAttemptsOf(db: Db, deliveryIds: readonly string[]): Promise<AttemptRow[]> {
  const [first, others] = await Promise.all([
    firstAttemptsOf(db, deliveryIds).where('attempts', 1),
    attemptsTable.rows(db, (query) =>
      query
        .join('deliveries', 'deliveries.id', 'delivery_attempts.delivery_id')
        .whereIn('delivery_attempts.delivery_id', [...deliveryIds])
        .whereRaw('delivery_attempts.number = deliveries.attempts'),
    ),
  ]);
  return [...(first as unknown[]).map(attemptsTable.read), ...others];
}

/** Narrows a query to deliveries whose last attempt was answered with this status; most say so in their own row. */
export const lastAnswered = (query: Knex.QueryBuilder, statusCode: number): Knex.QueryBuilder =>
  query.whereRaw(
    `case when deliveries.first_status_code is not null and deliveries.attempts = 1 then deliveries.first_status_code
      else (select status_code from delivery_attempts where delivery_attempts.delivery_id = deliveries.id
        and delivery_attempts.number = deliveries.attempts) end = ?`,
    [statusCode],
  );

export function attemptLog(dialect: Dialect): RowWrite<AttemptRow> {
  const source = recordSource<AttemptRow>(dialect, {
    deliveryId: 'text',
    number: 'int',
    startedAt: 'int',
    durationMs: 'int',
    statusCode: 'int',
    error: 'text',
    responseBody: 'text',
    exchange: 'text',
  });
  const sql = `insert into delivery_attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body, exchange)
    select delivery_id, number, started_at, duration_ms, status_code, error, response_body, exchange from ${source.from} where true
    on conflict (delivery_id, number) do nothing`;
  return { sql, bind: (rows) => source.bind(source.cells(rows)) };
}

/** Gives the first attempts of deliveries, by id, their own rows, before others follow them. */
export function firstAttemptLog(dialect: Dialect): RowWrite<Cell[]> {
  const source = rowSource(dialect, { id: 'text' });
  const sql = `insert into delivery_attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_body, exchange)
    select delivery_id, number, started_at, duration_ms, status_code, error, response_body, exchange
    from (select ${AS_ROW} from deliveries where id in (select id from ${source.from}) and first_status_code is not null) as folded
    where true on conflict (delivery_id, number) do nothing`;
  return { sql, bind: source.bind };
}
