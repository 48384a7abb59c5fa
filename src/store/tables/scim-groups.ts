import type { Db } from '../database/database.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { Role } from './users.js';

const groups = table('scim_groups', {
  id: text(),
  accountId: text(),
  name: text(),
  /** In lower case. */
  nameKey: text(),
  externalId: nullable(text()),
  /** What its members may do in the account; null: the group gives no role. */
  role: nullable(text<Role>()),
  createdAt: number,
  updatedAt: number,
});
export type ScimGroupRecord = RecordOf<typeof groups>;

const members = table('scim_members', { groupId: text(), userId: text() });

/** Ids named in one statement. */
const BATCH = 500;

export const insertScimGroup = (db: Db, group: ScimGroupRecord) => groups.insert(db, [group]);

export const listScimGroups = (db: Db, accountId: string) =>
  groups.rows(db, (query) => query.where('scim_groups.account_id', accountId).orderBy(['created_at', 'id']));

export const findScimGroup = (db: Db, accountId: string, id: string) =>
  groups.row(db, (query) => query.where({ account_id: accountId, id }));

export const findScimGroupByName = (db: Db, accountId: string, nameKey: string) =>
  groups.row(db, (query) => query.where({ account_id: accountId, name_key: nameKey }));

export const updateScimGroup = (db: Db, id: string, change: Partial<ScimGroupRecord>) =>
  groups.update(db, (query) => query.where({ id }), change);

/** Its members have to be removed before. */
export const deleteScimGroup = (db: Db, id: string) => db('scim_groups').where({ id }).delete();

export const membersOfGroups = (db: Db, groupIds: readonly string[]) =>
  members.rowsIn(db, 'groupId', groupIds, (query) => query.orderBy(['scim_members.group_id', 'scim_members.user_id']));

/** The groups that these users are in. */
export async function groupsOfUsers(db: Db, userIds: readonly string[]): Promise<Map<string, ScimGroupRecord[]>> {
  const found = await members.rowsIn(db, 'userId', userIds);
  const named = await groups.rowsIn(
    db,
    'id',
    found.map(({ groupId }) => groupId),
  );
  const byId = new Map(named.map((group) => [group.id, group]));
  const ofUser = new Map<string, ScimGroupRecord[]>();
  for (const { userId, groupId } of found) {
    const group = byId.get(groupId);
    if (group) ofUser.set(userId, [...(ofUser.get(userId) ?? []), group]);
  }
  return ofUser;
}

export const insertMembers = (db: Db, groupId: string, userIds: readonly string[]) =>
  members.insert(
    db,
    userIds.map((userId) => ({ groupId, userId })),
  );

export async function deleteMembers(db: Db, groupId: string, userIds: readonly string[]): Promise<void> {
  for (let at = 0; at < userIds.length; at += BATCH) {
    const some = userIds.slice(at, at + BATCH);
    await db('scim_members').where({ group_id: groupId }).whereIn('user_id', some).delete();
  }
}
