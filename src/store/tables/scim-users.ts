import type { Db } from '../database/database.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

/** What a directory says of somebody, besides the names it knows them by. */
export interface ScimProfile {
  displayName: string | null;
  name: Record<string, string>;
  emails: ScimEmail[];
}

export interface ScimEmail {
  value: string;
  type?: string | undefined;
  display?: string | undefined;
  primary?: boolean | undefined;
}

const scimUsers = table('scim_users', {
  userId: text(),
  accountId: text(),
  /** `DELETED`: SCIM knows the user no more, until one with the same e-mail address is made. */
  state: text<'MANAGED' | 'DELETED'>(),
  userName: text(),
  /** In lower case; null once deleted, so that the name is free again. */
  userNameKey: nullable(text()),
  externalId: nullable(text()),
  profile: json<ScimProfile>(),
  createdAt: number,
  updatedAt: number,
});
export type ScimUserRecord = RecordOf<typeof scimUsers>;

export const scimUsersOfAccount = (db: Db, accountId: string) =>
  scimUsers.rows(db, (query) => query.where('scim_users.account_id', accountId));

export const findScimUsers = (db: Db, userIds: readonly string[]) => scimUsers.rowsIn(db, 'userId', userIds);

/** By what is unique in a directory. */
export const findScimUsersBy = (db: Db, accountId: string, key: { userNameKey: string } | { externalId: string }) =>
  scimUsers.rows(db, (query) =>
    query.where({
      account_id: accountId,
      ...('userNameKey' in key ? { user_name_key: key.userNameKey } : { external_id: key.externalId }),
    }),
  );

/** Inserts the row of a user, or replaces it. */
export async function saveScimUser(db: Db, record: ScimUserRecord): Promise<void> {
  const { userId: _, ...change } = record;
  const changed = await scimUsers.update(db, (query) => query.where({ user_id: record.userId }), change);
  if (changed === 0) await scimUsers.insert(db, [record]);
}
