import { hash } from 'node:crypto';
import type { Database, Db } from '../store/database/database.js';
import { type CheckedTurnRecord, examplesKept, insertCheckedTurns } from '../store/tables/checked-turns.js';
import type { AssociatedData, Vault } from '../store/vault.js';
import type { TurnVerdict } from './checker.js';

/** Turns of a group that are stored with what was said; further ones are only counted. */
const EXAMPLES = 20;

export const checkedTurnData = (jobId: string, turnId: string): AssociatedData =>
  `checked_turns.detail:${jobId} ${turnId}`;

/** The rows of turns that are not alike, before the transaction: what is said in those of one group is sealed for a few only. */
export async function rowsOfTurns(
  { database: { read }, vault }: { database: Pick<Database, 'read'>; vault: Pick<Vault, 'sealBytes'> },
  { jobId, channelId }: { jobId: string; channelId: string },
  verdicts: readonly TurnVerdict[],
): Promise<CheckedTurnRecord[]> {
  const told = verdicts.flatMap((verdict) => {
    const { outcome, node, message } = verdict;
    if (outcome === 'ALIKE') return [];
    const groupKey = hash('sha256', JSON.stringify([outcome, node, message, channelId])).slice(0, 24);
    return [{ ...verdict, outcome, groupKey }];
  });
  if (told.length === 0) return [];
  const examples = await examplesKept(read, jobId, [...new Set(told.map(({ groupKey }) => groupKey))]);
  return told.map(({ turnId, outcome, node, message, kinds, detail, groupKey }) => {
    const kept = examples.get(groupKey) ?? 0;
    examples.set(groupKey, kept + 1);
    const sealed = kept < EXAMPLES && detail ? vault.sealBytes(detail, checkedTurnData(jobId, turnId)) : null;
    return {
      jobId,
      turnId,
      channelId,
      outcome,
      node,
      message,
      groupKey,
      kinds: kinds.join(' ') || null,
      detail: sealed,
    };
  });
}

/** Writes the rows of turns that still exist. Gives whether the last one checked does. */
export async function keepTurns(trx: Db, rows: readonly CheckedTurnRecord[], lastId: string): Promise<boolean> {
  const ids = [...rows.map(({ turnId }) => turnId), lastId];
  const there = new Set<string>(await trx('turns').whereIn('id', ids).pluck('id'));
  await insertCheckedTurns(
    trx,
    rows.filter(({ turnId }) => there.has(turnId)),
  );
  return there.has(lastId);
}
