import type { Knex } from 'knex';
import type { Db, Dialect } from '../database/database.js';
import { recordSource, writeRows } from '../database/row-source.js';
import { statementsOn } from '../database/statements.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';

export type EndpointState = 'UNKNOWN' | 'HEALTHY' | 'FAILING' | 'BLOCKED';

const endpoints = table('endpoints', {
  accountId: text(),
  origin: text(),
  state: text<EndpointState>(),
  since: number,
  lastSuccessAt: nullable(number),
  lastFailureAt: nullable(number),
  lastError: nullable(text()),
  blockedUntil: nullable(number),
  /** The process that reported last; null: none has. */
  reportedBy: nullable(text()),
  /** Number of the last change, by which other processes follow. */
  changed: number,
  changedAt: number,
  /** Number of the change that asked for a try at once, and the channel it was asked for. */
  tryRequested: nullable(number),
  tryChannelId: nullable(text()),
  /** Since when somebody wants nothing to be sent to it, and their name; null: it is not paused. */
  pausedAt: nullable(number),
  pausedBy: nullable(text()),
});
/** One host that callbacks of an account go to, as the processes know it together. */
export type EndpointRow = RecordOf<typeof endpoints>;

export type EndpointKey = Pick<EndpointRow, 'accountId' | 'origin'>;
export type ReportedEndpoint = Omit<
  EndpointRow,
  'reportedBy' | 'changed' | 'changedAt' | 'tryRequested' | 'tryChannelId' | 'pausedAt' | 'pausedBy'
>;

/** Characters of a stored error; what is longer is cut. */
const MAX_ERROR = 500;

/** Numbers come from a one-row counter, as those of changes do: whoever has seen one has seen all before it. */
async function nextNumber(trx: Knex.Transaction): Promise<number> {
  const [counter] = await trx('endpoint_counter').increment('value', 1).returning<{ value: number }[]>('value');
  if (!counter) throw new Error('endpoint_counter has lost its row');
  return counter.value;
}

export async function latestEndpointChange(db: Db): Promise<number> {
  const row = await db<{ value: number }>('endpoint_counter').first('value');
  return row?.value ?? 0;
}

/** Those changed after `after`. One change may have written many, so all come at once. */
export const endpointsChangedAfter = (db: Db, after: number): Promise<EndpointRow[]> =>
  endpoints.rows(db, (query) => query.where('endpoints.changed', '>', after).orderBy('endpoints.changed'));

/** Those that changed last. */
export const latestEndpoints = (db: Db, limit: number): Promise<EndpointRow[]> =>
  endpoints.rows(db, (query) => query.orderBy('endpoints.changed', 'desc').limit(limit));

/** The endpoints, out of these, that something is known of. */
export async function findEndpoints(db: Db, keys: readonly EndpointKey[]): Promise<Map<string, EndpointRow>> {
  const wanted = new Set(keys.map(endpointKey));
  const rows = await endpoints.rowsIn(
    db,
    'origin',
    keys.map(({ origin }) => origin),
    (query) => query.whereIn('endpoints.account_id', [...new Set(keys.map(({ accountId }) => accountId))]),
  );
  return new Map(rows.map((row) => [endpointKey(row), row] as const).filter(([key]) => wanted.has(key)));
}

export const pausedEndpoints = (db: Db): Promise<EndpointRow[]> =>
  endpoints.rows(db, (query) => query.whereNotNull('endpoints.paused_at'));

/** Those of an account that something is known of, what changed last first. */
export const endpointsOfAccount = (db: Db, accountId: string, limit: number): Promise<EndpointRow[]> =>
  endpoints.rows(db, (query) =>
    query.where('endpoints.account_id', accountId).orderBy('endpoints.changed', 'desc').limit(limit),
  );

export const endpointKey = ({ accountId, origin }: EndpointKey): string => `${accountId} ${origin}`;

/** Another text whenever an endpoint of the account has come into another state. */
export async function endpointStatesMark(db: Db, accountId: string): Promise<string> {
  const row = await db('endpoints')
    .where({ account_id: accountId })
    .first<{ latest: number | null; troubled: number | null }>(
      db.raw("max(since) as latest, sum(case when state in ('FAILING', 'BLOCKED') then 1 else 0 end) as troubled"),
    );
  return `${row?.latest ?? ''}:${row?.troubled ?? ''}`;
}

/** Asks every process to try an endpoint at once, whatever it rests for. */
export async function requestTry(
  trx: Knex.Transaction,
  { accountId, origin, channelId, now }: EndpointKey & { channelId: string; now: number },
): Promise<void> {
  const changed = await nextNumber(trx);
  const request = { changed, changed_at: now, try_requested: changed, try_channel_id: channelId };
  await trx('endpoints')
    .insert({ account_id: accountId, origin, state: 'UNKNOWN', since: now, ...request })
    .onConflict(['account_id', 'origin'])
    .merge(Object.keys(request));
}

/** Has every process send nothing to an endpoint, or again. */
export async function pauseEndpoint(
  trx: Knex.Transaction,
  { accountId, origin }: EndpointKey,
  { pausedAt, pausedBy }: Pick<EndpointRow, 'pausedAt' | 'pausedBy'>,
  now: number,
): Promise<void> {
  const change = { changed: await nextNumber(trx), changed_at: now, paused_at: pausedAt, paused_by: pausedBy };
  await trx('endpoints')
    .insert({ account_id: accountId, origin, state: 'UNKNOWN', since: now, ...change })
    .onConflict(['account_id', 'origin'])
    .merge(Object.keys(change));
}

export function endpointStore(dialect: Dialect) {
  const source = recordSource<ReportedEndpoint & Pick<EndpointRow, 'reportedBy' | 'changed' | 'changedAt'>>(dialect, {
    accountId: 'text',
    origin: 'text',
    state: 'text',
    since: 'int',
    lastSuccessAt: 'int',
    lastFailureAt: 'int',
    lastError: 'text',
    blockedUntil: 'int',
    reportedBy: 'text',
    changed: 'int',
    changedAt: 'int',
  });
  const columns = source.columns.join(', ');
  const later = (column: string) =>
    `case when excluded.${column} is null or endpoints.${column} > excluded.${column} then endpoints.${column} else excluded.${column} end`;
  // Several processes know of one endpoint: the state is that of the last report, since the first that told of it.
  const sql = `insert into endpoints (${columns}) select ${columns} from ${source.from} where true
    on conflict (account_id, origin) do update set
      since = case when endpoints.state = excluded.state and endpoints.since < excluded.since then endpoints.since else excluded.since end,
      last_success_at = ${later('last_success_at')},
      last_failure_at = ${later('last_failure_at')},
      state = excluded.state, last_error = excluded.last_error, blocked_until = excluded.blocked_until,
      reported_by = excluded.reported_by, changed = excluded.changed, changed_at = excluded.changed_at`;

  return {
    /** Stores reports of a process, each of another endpoint. */
    report: (db: Knex, reportedBy: string, reports: readonly ReportedEndpoint[], changedAt: number): Promise<void> =>
      db.transaction(async (trx) => {
        const changed = await nextNumber(trx);
        const rows = reports.map((report) => ({
          ...report,
          lastError: report.lastError?.slice(0, MAX_ERROR) ?? null,
          blockedUntil: report.blockedUntil && Math.round(report.blockedUntil), // by the monotonic clock, which has fractions
          reportedBy,
          changed,
          changedAt,
        }));
        await writeRows(statementsOn(trx), source, sql, source.cells(rows));
      }),
  };
}
