import type { Db } from '../database/database.js';

interface Row {
  id: string;
  resume: string | null;
}

/** What these turns go on from, as JSON; those that are not paused are left out. */
export async function resumesOf(db: Db, turnIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db<Row>('turns')
    .select('id', 'resume')
    .whereIn('id', [...turnIds])
    .where('status', 'PAUSED');
  return new Map(rows.flatMap(({ id, resume }) => (resume === null ? [] : [[id, resume] as const])));
}

/** Changes what a paused turn goes on from, if that is still `before`. Gives whether it was. */
export async function changeResume(db: Db, turnId: string, before: string, after: string): Promise<boolean> {
  const changed = await db('turns').where({ id: turnId, status: 'PAUSED', resume: before }).update({ resume: after });
  return changed === 1;
}
