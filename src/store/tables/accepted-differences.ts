import { DAY } from '../../time.js';
import type { Db } from '../database/database.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

const acceptedDifferences = table('accepted_differences', {
  id: text(),
  botId: text(),
  channelId: text(),
  /** The place, as the group that was accepted has it. */
  node: nullable(text()),
  message: nullable(text()),
  /** What is new there, as digests. */
  kinds: json<string[]>(),
  comment: nullable(text()),
  acceptedBy: text(),
  acceptedAt: number,
});
/** A difference that is wanted: checks that begin later count it as accepted. */
export type AcceptedDifferenceRecord = RecordOf<typeof acceptedDifferences>;

/** How long a difference is accepted; after it checks count it as different again. By then turns of before are gone, as a rule. */
export const ACCEPTED_FOR_MS = 90 * DAY;

export const insertAcceptedDifference = (db: Db, one: AcceptedDifferenceRecord) =>
  acceptedDifferences.insert(db, [one]);

export const findAcceptedDifference = (db: Db, id: string) =>
  acceptedDifferences.row(db, (query) => query.where({ id }));

/** Those of these bots that hold at that time, newest first. */
export const acceptedDifferencesOf = (db: Db, botIds: readonly string[], now: number) =>
  acceptedDifferences.rowsIn(db, 'botId', botIds, (query) =>
    query.where('accepted_differences.accepted_at', '>', now - ACCEPTED_FOR_MS).orderBy([
      { column: 'accepted_differences.accepted_at', order: 'desc' },
      { column: 'accepted_differences.id', order: 'desc' },
    ]),
  );

export const deleteAcceptedDifference = (db: Db, id: string): Promise<number> =>
  db('accepted_differences').where({ id }).delete();

/** Removes those of a bot that hold no more. */
export const deleteOldAcceptedDifferences = (db: Db, botId: string, now: number): Promise<number> =>
  db('accepted_differences')
    .where({ bot_id: botId })
    .where('accepted_at', '<=', now - ACCEPTED_FOR_MS)
    .delete();
