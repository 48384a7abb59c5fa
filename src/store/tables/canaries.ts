import type { Db } from '../database/database.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

export type CanaryState = 'RUNNING' | 'PROMOTED' | 'ROLLED_BACK';

/** What may end a canary without anybody, and how sure that has to be. */
export interface CanaryRule {
  /** Rolls back as soon as harm is shown. */
  rollBack: boolean;
  /** Promotes once it is shown that the candidate is no worse. */
  promote: boolean;
  /** The chance of rolling back a candidate that is no worse, and of promoting one that is worse by more than the margin. */
  falseAlarm: number;
  /** How much more often something may happen on the candidate and still count as no worse: 0.5 is half as often again. */
  margin: number;
  /** The share of conversations with a failure, or something not understood, that is harmless whatever the live version does. */
  harmless: number;
  /** Conversations on the candidate before it is promoted by rule. */
  minConversations: number;
  /** Hours before it is promoted by rule. */
  minHours: number;
}

/** What is asked for, and approved. */
export interface CanaryPlan {
  share: number;
  /** Null: all channels that both versions serve. */
  channelIds: string[] | null;
  rule: CanaryRule;
}

/** A share of conversations, and the time from which sessions begin by it. */
export interface CanaryStep {
  share: number;
  at: number;
}

const canaries = table('canaries', {
  id: text(),
  accountId: text(),
  botId: text(),
  requestId: text(),
  candidateId: text(),
  baselineId: text(),
  state: text<CanaryState>(),
  channelIds: json<string[]>(),
  /** Oldest first. */
  steps: json<CanaryStep[]>(),
  rule: json<CanaryRule>(),
  /** A turn that takes longer is slow; null: the live version had too few turns to say. */
  slowOverMs: nullable(number),
  begunAt: number,
  begunBy: nullable(text()),
  endedAt: nullable(number),
  /** Null: while it runs, and by rule. */
  endedBy: nullable(text()),
  reason: nullable(text()),
  /** What had been counted when it ended. */
  summary: nullable(json<unknown>()),
});
export type CanaryRecord = RecordOf<typeof canaries>;

export const insertCanary = (db: Db, canary: CanaryRecord) => canaries.insert(db, [canary]);

export const findCanary = (db: Db, accountId: string, id: string) =>
  canaries.row(db, (query) => query.where({ account_id: accountId, id }));

export const updateCanary = (db: Db, id: string, change: Partial<CanaryRecord>) =>
  canaries.update(db, (query) => query.where({ id }), change);

/** Those that run: of some bots, or all. */
export const runningCanaries = (db: Db, botIds?: readonly string[]) =>
  botIds
    ? canaries.rowsIn(db, 'botId', botIds, (query) => query.where({ state: 'RUNNING' }))
    : canaries.rows(db, (query) => query.where({ state: 'RUNNING' }));

/** The last ones of each of these bots, newest first. */
export async function canariesOfBots(db: Db, botIds: readonly string[], each: number): Promise<CanaryRecord[]> {
  const ranked = db('canaries')
    .select('id')
    .select(db.raw('row_number() over (partition by bot_id order by begun_at desc, id desc) as place'))
    .whereIn('bot_id', botIds as string[]);
  const newest = db.from(ranked.as('ranked')).where('place', '<=', each).select('id');
  return canaries.rows(db, (query) =>
    query.whereIn('canaries.id', newest).orderBy([
      { column: 'begun_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]),
  );
}
