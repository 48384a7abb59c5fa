import { badInput, conflict, notFound } from '../../errors.js';
import { rowId } from '../../ids.js';
import type { Db } from '../../store/database/database.js';
import { groupBy } from '../../store/database/group-by.js';
import { lockAccount } from '../../store/tables/accounts.js';
import {
  deleteMembers,
  deleteScimGroup,
  findScimGroup,
  findScimGroupByName,
  insertMembers,
  insertScimGroup,
  listScimGroups,
  membersOfGroups,
  type ScimGroupRecord,
  updateScimGroup,
} from '../../store/tables/scim-groups.js';
import { findScimUsers } from '../../store/tables/scim-users.js';
import { findUsers, type Role } from '../../store/tables/users.js';
import { assertMay, type Viewer } from '../access.js';
import { type Command, type DomainDeps, differences, runCommand } from '../command.js';
import { nameInput } from '../text-input.js';
import { followGroups } from './group-roles.js';
import { toPerson } from './person.js';

export interface GroupInput {
  name: string;
  externalId: string | null;
  memberIds: readonly string[];
}

/** A set of people that a directory names; it may give them a role. */
export interface Group extends ScimGroupRecord {
  members: { id: string; name: string }[];
}

/** Where SCIM is served. */
export const SCIM_PATH = '/scim/v2';

/** Members of one group; beyond: BAD_USER_INPUT. */
const MAX_MEMBERS = 20_000;
/** Members that an audit entry names; of more it says how many. */
const MAX_NAMED = 100;

/** Groups of a company's directory. `onUserChange` is called after rights have changed. */
export function createGroups(deps: DomainDeps, onUserChange: () => void) {
  const { database } = deps;

  async function withMembers(db: Db, accountId: string, groups: readonly ScimGroupRecord[]): Promise<Group[]> {
    const rows = await membersOfGroups(
      db,
      groups.map(({ id }) => id),
    );
    const users = await findUsers(
      db,
      accountId,
      rows.map(({ userId }) => userId),
    );
    const names = new Map(users.map((user) => [user.id, user.name]));
    const ofGroup = groupBy(rows, (row) => row.groupId);
    return groups.map((group) => ({
      ...group,
      members: (ofGroup.get(group.id) ?? []).map(({ userId }) => ({ id: userId, name: names.get(userId) ?? '' })),
    }));
  }

  async function load(db: Db, { accountId }: Viewer, id: string): Promise<Group> {
    const found = await findScimGroup(db, accountId, id);
    const [group] = found ? await withMembers(db, accountId, [found]) : [];
    if (!group) throw notFound('group', id);
    return group;
  }

  async function assertNameFree({ trx, viewer }: Command, groupId: string | null, name: string): Promise<void> {
    const other = await findScimGroupByName(trx, viewer.accountId, name.toLowerCase());
    if (other && other.id !== groupId)
      throw conflict(`There is a group with the displayName "${name}" already.`, { field: 'displayName' });
  }

  async function assertPeople({ trx, viewer }: Command, ids: readonly string[]): Promise<void> {
    const rows = new Map((await findScimUsers(trx, ids)).map((row) => [row.userId, row]));
    const users = await findUsers(trx, viewer.accountId, ids);
    const known = new Set(users.filter((user) => toPerson(user, rows.get(user.id), [])).map(({ id }) => id));
    const missing = ids.find((id) => !known.has(id));
    if (missing !== undefined) throw badInput('members', `There is no user with the id "${missing}".`);
  }

  async function save(command: Command, group: Group, input: GroupInput, change: 'CREATED' | 'UPDATED'): Promise<void> {
    const { trx, now, audit } = command;
    const name = nameInput(input.name, 'displayName');
    const externalId = input.externalId === null ? null : nameInput(input.externalId, 'externalId');
    await assertNameFree(command, group.id, name);
    const wanted = new Set(input.memberIds);
    if (wanted.size > MAX_MEMBERS) throw badInput('members', `A group may have at most ${MAX_MEMBERS} members.`);
    const present = new Set(group.members.map(({ id }) => id));
    const added = [...wanted].filter((id) => !present.has(id));
    const removed = [...present].filter((id) => !wanted.has(id));
    await assertPeople(command, added);
    const changed = { ...group, name, nameKey: name.toLowerCase(), externalId, updatedAt: now };
    const { members: _, ...record } = changed;
    if (change === 'CREATED') await insertScimGroup(trx, record);
    else await updateScimGroup(trx, group.id, record);
    await followGroups(command, [...added, ...removed], async () => {
      await deleteMembers(trx, group.id, removed);
      await insertMembers(trx, group.id, added);
    });
    const renamed = change === 'CREATED' ? { name } : differences(group, changed, ['name', 'externalId']);
    audit(group.id, { group: change, ...renamed, ...named('added', added), ...named('removed', removed) });
  }

  async function changing<T>(viewer: Viewer, work: (command: Command) => Promise<T>): Promise<T> {
    const result = await runCommand(deps, viewer, 'scim.provision', async (command) => {
      await lockAccount(command.trx, viewer.accountId);
      return work(command);
    });
    onUserChange();
    return result;
  }

  return {
    /** All there are, oldest first, to whoever reads the account. */
    async all(viewer: Viewer): Promise<Group[]> {
      assertMay(viewer, 'read');
      const groups = await listScimGroups(database.read, viewer.accountId);
      return withMembers(database.read, viewer.accountId, groups);
    },

    /** Where the directory reaches this server. */
    url(viewer: Viewer): string {
      assertMay(viewer, 'read');
      return `${deps.publicUrl}${SCIM_PATH}`;
    },

    /** The role that a group gives its members from now on; null: none. NOT_FOUND, CONFLICT for the last ADMIN. */
    async setRole(viewer: Viewer, { id, role }: { id: string; role: Role | null }): Promise<Group> {
      const changed = await runCommand(deps, viewer, 'scim.set-group-role', async (command) => {
        const { trx, audit, now } = command;
        await lockAccount(trx, viewer.accountId);
        const group = await load(trx, viewer, id);
        await followGroups(
          command,
          group.members.map((member) => member.id),
          () => updateScimGroup(trx, id, { role, updatedAt: now }),
        );
        audit(id, { role: { from: group.role, to: role } });
        return { ...group, role, updatedAt: now };
      });
      onUserChange();
      return changed;
    },

    /** All there are, oldest first; without members where nobody asks for them. */
    async list(viewer: Viewer, members: 'WITH_MEMBERS' | 'WITHOUT_MEMBERS'): Promise<Group[]> {
      assertMay(viewer, 'scim.provision');
      const groups = await listScimGroups(database.read, viewer.accountId);
      if (members === 'WITHOUT_MEMBERS') return groups.map((group) => ({ ...group, members: [] }));
      return withMembers(database.read, viewer.accountId, groups);
    },

    /** NOT_FOUND. */
    async get(viewer: Viewer, id: string): Promise<Group> {
      assertMay(viewer, 'scim.provision');
      return load(database.read, viewer, id);
    },

    /** It gives no role until an ADMIN says so. BAD_USER_INPUT (`displayName`, `members`), CONFLICT (`displayName`). */
    create: (viewer: Viewer, input: GroupInput): Promise<Group> =>
      changing(viewer, async (command) => {
        const { trx, now } = command;
        const { accountId } = viewer;
        const id = rowId('sg');
        const fresh = {
          id,
          accountId,
          name: '',
          nameKey: '',
          externalId: null,
          role: null,
          createdAt: now,
          updatedAt: now,
        };
        await save(command, { ...fresh, members: [] }, input, 'CREATED');
        return load(trx, viewer, id);
      }),

    /** Changes a group to what `next` makes of it; what it throws ends it. NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
    change: (viewer: Viewer, id: string, next: (now: Group) => GroupInput): Promise<Group> =>
      changing(viewer, async (command) => {
        const group = await load(command.trx, viewer, id);
        await save(command, group, next(group), 'UPDATED');
        return load(command.trx, viewer, id);
      }),

    /** Its members lose the role it gave. NOT_FOUND, CONFLICT for the last ADMIN. */
    remove: (viewer: Viewer, id: string, check: (now: Group) => void): Promise<void> =>
      changing(viewer, async (command) => {
        const { trx, audit } = command;
        const group = await load(trx, viewer, id);
        check(group);
        const ids = group.members.map((member) => member.id);
        await followGroups(command, ids, () => deleteMembers(trx, id, ids));
        await deleteScimGroup(trx, id);
        audit(id, { group: 'DELETED', name: group.name });
      }),
  };
}

function named(what: 'added' | 'removed', ids: readonly string[]): Record<string, unknown> {
  if (ids.length === 0) return {};
  return { [what]: ids.length > MAX_NAMED ? ids.length : ids };
}
