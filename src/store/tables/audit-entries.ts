import type { Db } from '../database/database.js';
import { descending, type Key, type Part, type Range } from '../database/order.js';
import { findPageIn, firstIn, type Page, type PageRequest } from '../database/page.js';
import { searchPage } from '../database/search-page.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import { withoutIndex } from '../database/using-index.js';

const auditEntries = table('audit_entries', {
  id: text(),
  accountId: text(),
  at: number,
  actor: text(),
  actorId: nullable(text()),
  /** The network address the request came from; null: the server acted by itself, or the entry is older than the column. */
  address: nullable(text()),
  action: text(),
  subject: text(),
  /** What the subject was called then; null for what has no name. */
  subjectName: nullable(text()),
  details: nullable(json<Record<string, unknown>>()),
});
export type AuditEntryRecord = RecordOf<typeof auditEntries>;

/** Which entries; what is left out matches all. */
export interface AuditFilter {
  /** The id of a user, or a part of an actor's name. */
  actor?: string | null | undefined;
  /** An action such as `bot.publish`, or a noun such as `bot`, which stands for all its actions. */
  action?: string | null | undefined;
  /** The id of the subject, or a part of its name. */
  subject?: string | null | undefined;
  /** Written then or later, in milliseconds. */
  from?: number | null | undefined;
  /** Written before then. */
  to?: number | null | undefined;
  /** The only bots that are shown, with their channels; null: all of the account. */
  botIds?: readonly string[] | null | undefined;
}

const NEWEST_FIRST = descending(auditEntries, 'at', 'id');

export const insertAuditEntries = (db: Db, entries: readonly AuditEntryRecord[]) => auditEntries.insert(db, entries);

/** Entries looked at in one statement, where what is asked for stands in their rows. */
const CHUNK = 5_000;

export async function listAuditEntries(
  db: Db,
  accountId: string,
  request: PageRequest & AuditFilter,
): Promise<Page<AuditEntryRecord>> {
  const { first: _, after: __, ...filter } = request;
  const parts = await auditParts(db, accountId, filter);
  const isWhole = Object.values(filter).every((value) => value === undefined || value === null || value === '');
  if (isWhole) {
    const { total: ___, ...page } = await findPageIn(db, auditEntries, NEWEST_FIRST, request, parts);
    return { ...page, count: () => countEntries(db, accountId) };
  }
  return parts.some(({ match }) => match)
    ? searchPage(db, auditEntries, NEWEST_FIRST, request, parts, CHUNK)
    : findPageIn(db, auditEntries, NEWEST_FIRST, request, parts);
}

/** What was done to this very subject, newest first. */
export const newestEntriesOn = (db: Db, accountId: string, subject: string, limit: number) =>
  auditEntries.rows(db, (query) =>
    query
      .where({ account_id: accountId, subject })
      .orderBy([
        { column: 'audit_entries.at', order: 'desc' },
        { column: 'audit_entries.id', order: 'desc' },
      ])
      .limit(limit),
  );

/** The entries of a filter behind `last`, newest first. */
export async function auditEntriesBehind(
  db: Db,
  accountId: string,
  filter: AuditFilter,
  last: Pick<AuditEntryRecord, 'at' | 'id'> | null,
  limit: number,
): Promise<AuditEntryRecord[]> {
  const parts = await auditParts(db, accountId, filter);
  if (parts.length === 0) return [];
  const span = { after: last && ([last.at, last.id] satisfies Key), limit };
  return auditEntries.rows(db, (query) => firstIn(db, query, auditEntries, NEWEST_FIRST, span, parts));
}

/** Parts of one list; beyond, all entries of the account are looked through for those that match. */
const MAX_PARTS = 100;

/**
 * The entries that match, as parts that an index gives in their order: of one subject each, one action, or one actor. Whatever
 * else is asked for is looked for in the rows.
 */
async function auditParts(db: Db, accountId: string, filter: AuditFilter): Promise<Part[]> {
  const { actor, action, subject, from, to, botIds } = filter;
  const rows: Range[] = [];
  if (actor && !ID.test(actor)) rows.push(isOrHolds({ id: 'actor_id', name: 'actor' }, actor));
  if (subject && !ID.test(subject)) rows.push(isOrHolds({ id: 'subject', name: 'subject_name' }, subject));
  const asked: { column: string; values: readonly string[] }[] = [];
  if (subject && ID.test(subject)) asked.push({ column: 'subject', values: [subject] });
  if (botIds) asked.push({ column: 'subject', values: await subjectsOf(db, botIds) });
  if (action)
    asked.push({
      column: 'action',
      values: action.includes('.') ? [action] : await actionsOf(db, accountId, action),
    });
  if (actor && ID.test(actor)) asked.push({ column: 'actor_id', values: [actor] });
  const chosen = asked.find(({ values }) => values.length <= MAX_PARTS);
  rows.push(...asked.filter((one) => one !== chosen).map((one) => isAmong(db, one)));
  const match: Range | null = rows.length === 0 ? null : (query) => rows.reduce((all, row) => row(all), query);
  const ofAccount: Range = (query) => query.where('audit_entries.account_id', accountId);
  const part = (range: Range): Part => ({ range, match, from: from ?? undefined, to: to ?? undefined });
  if (!chosen) return [part(ofAccount)];
  const column = `audit_entries.${chosen.column}`;
  return chosen.values.map((value) => part((query) => ofAccount(query).where(column, value)));
}

/** These bots and their channels. */
async function subjectsOf(db: Db, botIds: readonly string[]): Promise<string[]> {
  const channelIds: string[] = await db('channels')
    .whereIn('bot_id', [...botIds])
    .pluck('id');
  return [...new Set([...botIds, ...channelIds])];
}

/** The actions of a noun that there are entries of, one look at the index for each; '/' follows '.'. */
async function actionsOf(db: Db, accountId: string, noun: string): Promise<string[]> {
  const next = (behind: string) =>
    `(select min(action) from audit_entries where account_id = ? and action > ${behind} and action < ?)`;
  const bounds = [accountId, `${noun}/`];
  const rows: { action: string }[] = await db
    .withRecursive(
      'found',
      ['action'],
      db.raw(`select ${next('?')} union all select ${next('found.action')} from found where found.action is not null`, [
        accountId,
        `${noun}.`,
        `${noun}/`,
        ...bounds,
      ]),
    )
    .from('found')
    .whereNotNull('action')
    .select('action');
  return rows.map(({ action }) => action);
}

/** The words keep SQLite from the index of the column. */
const isAmong =
  (db: Db, { column, values }: { column: string; values: readonly string[] }): Range =>
  (query) =>
    query.whereRaw(
      `${withoutIndex(db, `audit_entries.${column}`)} in (${values.map(() => '?').join(', ') || 'null'})`,
      [...values],
    );

/** Ids of this server, which an index answers. */
const ID = /^(st|cs|ivrInst|ds|[a-z]{1,2})-[0-9a-f-]{8,}$/;

function isOrHolds(columns: { id: string; name: string }, wanted: string): Range {
  const part = `%${wanted.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return (query) =>
    query.whereRaw(`(audit_entries.${columns.id} = ? or lower(audit_entries.${columns.name}) like ? escape '\\')`, [
      wanted,
      part,
    ]);
}

/**
 * All but those of other accounts, of which there are mostly none: SQLite counts a table without a look at its rows, and
 * looks at each where it has to compare something. Of 400,000 entries that is 1 ms against 25 ms.
 */
async function countEntries(db: Db, accountId: string): Promise<number> {
  const count = () => db('audit_entries').count('*');
  const [row] = await db.select<Record<'every' | 'before' | 'behind', number | string>[]>([
    count().as('every'),
    count().where('account_id', '<', accountId).as('before'),
    count().where('account_id', '>', accountId).as('behind'),
  ]);
  return Number(row?.every ?? 0) - Number(row?.before ?? 0) - Number(row?.behind ?? 0);
}
