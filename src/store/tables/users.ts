import type { Db } from '../database/database.js';
import { ownedBy } from '../database/owned-by.js';
import { flag, nullable, number, type RecordOf, table, text } from '../database/table.js';

/** `NONE`: in the account, with no more than roles on single bots give. */
export type Role = 'ADMIN' | 'DEVELOPER' | 'VIEWER' | 'NONE';

const users = table('users', {
  id: text(),
  accountId: text(),
  name: text(),
  email: nullable(text()),
  role: text<Role>(),
  passwordHash: nullable(text()),
  createdAt: number,
  disabledAt: nullable(number),
  /** An account of a program: it has tokens and never signs in. */
  service: flag,
  /** Whether somebody could sign in as this user at one time: since then nobody makes tokens in their name. */
  person: flag,
  /** Another user who chose the password, and knows it; null once the user has changed it. */
  passwordSetBy: nullable(text()),
});
export type UserRecord = RecordOf<typeof users>;

export const insertUser = (db: Db, user: UserRecord) => users.insert(db, [user]);

export const findUser = (db: Db, accountId: string, id: string) =>
  users.row(db, (query) => query.where({ account_id: accountId, id }));

export const findUserByEmail = (db: Db, accountId: string, email: string) =>
  users.row(db, (query) => query.where({ account_id: accountId, email }));

export const listUsers = (db: Db, accountId: string) =>
  users.rows(db, (query) => query.where('users.account_id', accountId).orderBy(['users.created_at', 'users.id']));

export const findUsers = (db: Db, accountId: string, ids: readonly string[]) =>
  users.rowsIn(db, 'id', ids).then(ownedBy(accountId));

export const updateUser = (db: Db, id: string, change: Partial<UserRecord>) =>
  users.update(db, (query) => query.where({ id }), change);

/** The users that can still approve; locked, so that two demotions cannot both be the last but one. */
export const lockActiveAdmins = (db: Db, accountId: string) =>
  users.rows(db, (query) =>
    query.where({ account_id: accountId, role: 'ADMIN' }).whereNull('users.disabled_at').forUpdate(),
  );

/** Who may sign in with this e-mail address, in whichever account; the first of them, should there be several. */
export const findSignInUser = (db: Db, email: string) =>
  users.row(db, (query) =>
    query.where({ email }).whereNotNull('password_hash').whereNull('disabled_at').orderBy(['created_at', 'id']),
  );
