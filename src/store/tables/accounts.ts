import type { Db } from '../database/database.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';

export type AutoApproval = 'CHANNEL' | 'CHANNEL_UPGRADE' | 'FIRST_PUBLISH' | 'PUBLISH_UPGRADE';

/** What the check of a draft must show for a publish: so many failing turns, and such a share of different ones, at most. */
export interface PublishCondition {
  maxFailing: number;
  maxDifferent: number;
}

const accounts = table('accounts', {
  id: text(),
  name: text(),
  fourEyes: flag,
  autoApprove: json<AutoApproval[]>(),
  retentionDays: number,
  /** Off: people sign in by a provider, or with an API token. */
  passwordSignIn: flag,
  /** Null: a publish takes no check. */
  publishCondition: nullable(json<PublishCondition>()),
  createdAt: number,
});
export type AccountRecord = RecordOf<typeof accounts>;

export const insertAccount = (db: Db, account: AccountRecord) => accounts.insert(db, [account]);

export const findAccount = (db: Db, id: string) => accounts.row(db, (query) => query.where('accounts.id', id));

/** Held until the transaction ends: changes of users and settings take turns. */
export const lockAccount = (db: Db, id: string) => accounts.row(db, (query) => query.where({ id }).forUpdate());

/**
 * Locks the account by a write that changes nothing. On SQLite the transaction is the one that writes from here on: one that reads
 * first cannot write any more once another has.
 */
export const claimAccount = (db: Db, id: string) => db('accounts').where({ id }).update({ id });

export const anyAccount = (db: Db) => accounts.row(db, (query) => query.orderBy('accounts.created_at').limit(1));

export const updateAccount = (db: Db, id: string, change: Partial<AccountRecord>) =>
  accounts.update(db, (query) => query.where({ id }), change);

/** Whether somebody can sign in by password. */
export const anyAccountWithPasswords = async (db: Db): Promise<boolean> =>
  (await accounts.row(db, (query) => query.where('accounts.password_sign_in', true).limit(1))) !== null;
