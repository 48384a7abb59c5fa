import { conflict } from '../../errors.js';
import type { Db } from '../../store/database/database.js';
import { groupsOfUsers } from '../../store/tables/scim-groups.js';
import { findUsers, type Role } from '../../store/tables/users.js';
import type { Command } from '../command.js';
import { changeRole, isLastAdmin, strongestOf } from '../roles.js';

/** The role of those who leave the last group that gave one. */
const ROLE_WITHOUT_GROUPS: Role = 'NONE';

/**
 * Runs a change of groups, then gives each of these users the strongest role of their groups, where the change has made it
 * another one. A role that no group gave stays as it is. CONFLICT when the last ADMIN would be none.
 */
export async function followGroups<T>(
  { trx, viewer, now, audit }: Command,
  userIds: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const before = await rolesByGroups(trx, userIds);
  const result = await work();
  const after = await rolesByGroups(trx, userIds);
  const concerned = userIds.filter((id) => (before.get(id) ?? null) !== (after.get(id) ?? null));
  for (const user of await findUsers(trx, viewer.accountId, concerned)) {
    const role = after.get(user.id) ?? ROLE_WITHOUT_GROUPS;
    if (role === user.role) continue;
    if (await isLastAdmin(trx, user))
      throw conflict(`"${user.name}" is the last ADMIN and would lose this role. Make another user ADMIN first.`);
    await changeRole(trx, user, role, now);
    audit(user.id, { role: { from: user.role, to: role }, by: 'groups' }, 'user.update');
  }
  return result;
}

async function rolesByGroups(db: Db, userIds: readonly string[]): Promise<Map<string, Role>> {
  const roles = new Map<string, Role>();
  for (const [userId, groups] of await groupsOfUsers(db, userIds)) {
    const strongest = strongestOf(groups.flatMap(({ role }) => role ?? []));
    if (strongest !== null) roles.set(userId, strongest);
  }
  return roles;
}
