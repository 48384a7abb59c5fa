import type { Db } from '../database/database.js';
import { nullable, type RecordOf, table, text } from '../database/table.js';

export type CheckGroupOutcome = 'ACCEPTED' | 'DIFFERENT' | 'FAILING' | 'UNKNOWN';

const checkedTurns = table(
  'checked_turns',
  {
    jobId: text(),
    turnId: text(),
    channelId: text(),
    outcome: text<CheckGroupOutcome>(),
    /** Null for bots without nodes, and where none is to blame. */
    node: nullable(text()),
    message: nullable(text()),
    /** The same for turns of one outcome, node, message and channel. */
    groupKey: text(),
    /** The kinds of its differences, separated by a space: of an accepted turn all, of a different one the one that tells. */
    kinds: nullable(text()),
    /** What was said, and what would be, sealed; null for a turn that is only counted. */
    detail: nullable(text()),
  },
  { wide: true },
);
/** A turn that a candidate does not answer as it was answered. It goes with its turn, and with its check. */
export type CheckedTurnRecord = RecordOf<typeof checkedTurns>;

export const insertCheckedTurns = (trx: Db, rows: readonly CheckedTurnRecord[]) => checkedTurns.insert(trx, rows);

export const removeCheckedTurns = (trx: Db, jobId: string) => trx('checked_turns').where({ job_id: jobId }).delete();

/** How many turns of each of these groups are there with what was said. */
export async function examplesKept(db: Db, jobId: string, groupKeys: readonly string[]): Promise<Map<string, number>> {
  const rows: { group_key: string; kept: number }[] = await db('checked_turns')
    .select('group_key')
    .count({ kept: '*' })
    .where('job_id', jobId)
    .whereIn('group_key', [...groupKeys])
    .whereNotNull('detail')
    .groupBy('group_key');
  return new Map(rows.map((row) => [row.group_key, Number(row.kept)]));
}

export type CheckGroupRow = Omit<CheckedTurnRecord, 'turnId' | 'kinds' | 'detail'> & { turns: number };

/** The groups of a check, the largest first. */
export async function groupsOfCheck(db: Db, jobId: string, limit: number): Promise<CheckGroupRow[]> {
  const names = ['job_id', 'channel_id', 'outcome', 'node', 'message', 'group_key'];
  const rows: Record<string, string | number | null>[] = await db('checked_turns')
    .select(names)
    .select(db.raw('count(*) as turns'))
    .where('job_id', jobId)
    .groupBy(names)
    .orderBy([{ column: 'turns', order: 'desc' }, 'group_key'])
    .limit(limit);
  return rows.map((row) => ({
    jobId,
    channelId: String(row.channel_id),
    outcome: row.outcome as CheckGroupOutcome, // the table holds nothing else
    node: nullableText(row.node),
    message: nullableText(row.message),
    groupKey: String(row.group_key),
    turns: Number(row.turns),
  }));
}

/** The kinds of the differences in each group of a check; groups without any are left out. */
export async function kindsOfGroups(
  db: Db,
  jobId: string,
  outcome?: CheckGroupOutcome,
): Promise<Map<string, string[]>> {
  const rows: { group_key: string; kinds: string }[] = await db('checked_turns')
    .distinct('group_key', 'kinds')
    .where({ job_id: jobId, ...(outcome && { outcome }) })
    .whereNotNull('kinds');
  const found = new Map<string, string[]>();
  for (const { group_key: key, kinds } of rows) found.set(key, [...(found.get(key) ?? []), ...kinds.split(' ')]);
  return found;
}

const nullableText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Turns of a group that are there with what was said. */
export const examplesOfGroup = (db: Db, jobId: string, groupKey: string, limit: number) =>
  checkedTurns.rows(db, (query) =>
    query
      .where({ 'checked_turns.job_id': jobId, 'checked_turns.group_key': groupKey })
      .whereNotNull('checked_turns.detail')
      .orderBy('checked_turns.turn_id')
      .limit(limit),
  );
