import type { AlertTopic } from '../../vocabulary.js';
import type { Db, Dialect } from '../database/database.js';
import { recordSource, writeRows } from '../database/row-source.js';
import type { Statements } from '../database/statements.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

/** What an alert says besides its topic. Never a secret, never what an end user said. */
export type AlertFacts = Readonly<Record<string, string | number | null>>;

const incidents = table('alert_incidents', {
  id: text(),
  accountId: text(),
  topic: text<AlertTopic>(),
  /** What it happened to: the id of a channel, the origin of an endpoint. */
  subject: text(),
  facts: json<AlertFacts>(),
  openedAt: number,
  lastAt: number,
  /** Occurrences since it was last told of. */
  untold: number,
  /** Occurrences since it was opened. */
  total: number,
  toldAt: nullable(number),
  endedAt: nullable(number),
  /** When it is to be looked at next. */
  due: number,
});
/** Something that somebody is to be told of, as long as it goes on. */
export type IncidentRecord = RecordOf<typeof incidents>;

export type IncidentKey = Pick<IncidentRecord, 'accountId' | 'topic' | 'subject'>;

/** Something that happened; the first of its key opens an incident, the others are counted there. */
export interface Occurrence extends IncidentKey {
  facts: AlertFacts;
  count: number;
  /** When the last of `count` happened. */
  at: number;
  /** When the first happened, if there are several. */
  since?: number;
  /** When it is told of at the earliest, if it goes on until then. */
  due: number;
}

export const incidentId = ({ accountId, topic, subject }: IncidentKey): string => `${accountId} ${topic} ${subject}`;

export const dueIncidents = (db: Db, now: number, limit: number): Promise<IncidentRecord[]> =>
  incidents.rows(db, (query) => query.where('alert_incidents.due', '<=', now).orderBy('due').limit(limit));

/** The incidents that are still due, out of these, held until the transaction ends: each is told of by one process. */
export const lockDueIncidents = (db: Db, ids: readonly string[], now: number): Promise<IncidentRecord[]> =>
  incidents.rows(db, (query) =>
    query
      .whereIn('alert_incidents.id', [...ids])
      .where('alert_incidents.due', '<=', now)
      .orderBy('alert_incidents.id')
      .forUpdate(),
  );

export const updateIncident = (db: Db, id: string, change: Partial<IncidentRecord>) =>
  incidents.update(db, (query) => query.where({ id }), change);

export const deleteIncidents = async (db: Db, ids: readonly string[]): Promise<void> =>
  void (await db('alert_incidents')
    .whereIn('id', [...ids])
    .delete());

export function incidentWrites(dialect: Dialect) {
  type Row = Omit<Occurrence, 'facts' | 'since'> & { id: string; facts: string; since: number };
  const noteSource = recordSource<Row>(dialect, {
    id: 'text',
    accountId: 'text',
    topic: 'text',
    subject: 'text',
    facts: 'text',
    count: 'int',
    at: 'int',
    since: 'int',
    due: 'int',
  });
  // What had ended before anybody was told of it is over; what begins then is new.
  const unheardOf = 'i.ended_at is not null and i.told_at is null';
  const noteSql = `insert into alert_incidents as i (id, account_id, topic, subject, facts, opened_at, last_at, untold, total, due)
    select id, account_id, topic, subject, facts, since, at, count, count, due from ${noteSource.from} where true
    on conflict (id) do update set
      facts = excluded.facts,
      last_at = excluded.last_at,
      opened_at = case when ${unheardOf} then excluded.opened_at else i.opened_at end,
      untold = case when ${unheardOf} then excluded.untold else i.untold + excluded.untold end,
      total = case when ${unheardOf} then excluded.total else i.total + excluded.total end,
      due = case when i.ended_at is null then i.due else excluded.due end,
      ended_at = null`;

  const endSource = recordSource<{ id: string; facts: string; at: number; due: number }>(dialect, {
    id: 'text',
    facts: 'text',
    at: 'int',
    due: 'int',
  });
  const endSql = `update alert_incidents set ended_at = v.at, last_at = v.at, facts = v.facts, due = v.due
    from ${endSource.from} where alert_incidents.id = v.id and alert_incidents.ended_at is null`;

  return {
    async note(trx: Statements, occurrences: readonly Occurrence[]): Promise<void> {
      const rows = gather(occurrences).map((one) => ({
        ...one,
        id: incidentId(one),
        since: one.since ?? one.at,
        facts: JSON.stringify(one.facts),
      }));
      await writeRows(trx, noteSource, noteSql, noteSource.cells(rows));
    },

    /** What went on is over, and is told to be at `due` unless it has begun again by then. */
    async end(
      trx: Statements,
      ended: readonly (IncidentKey & Pick<Occurrence, 'facts' | 'at' | 'due'>)[],
    ): Promise<void> {
      const rows = ended.map(({ facts, at, due, ...key }) => ({
        id: incidentId(key),
        facts: JSON.stringify(facts),
        at,
        due,
      }));
      await writeRows(trx, endSource, endSql, endSource.cells(rows.sort((a, b) => (a.id < b.id ? -1 : 1))));
    },
  };
}

/** One occurrence of each key, in the order in which processes lock their rows. */
export function gather(occurrences: readonly Occurrence[]): Occurrence[] {
  const gathered = new Map<string, Occurrence>();
  for (const one of occurrences) {
    const known = gathered.get(incidentId(one));
    const both = known && { ...one, due: known.due, since: known.since ?? known.at, count: known.count + one.count };
    gathered.set(incidentId(one), both ?? one);
  }
  return [...gathered].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
