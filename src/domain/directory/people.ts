import { conflict, notFound } from '../../errors.js';
import { rowId } from '../../ids.js';
import type { Db } from '../../store/database/database.js';
import { lockAccount } from '../../store/tables/accounts.js';
import { revokeTokens, tokensInHandsOf, tokensMadeByOthers } from '../../store/tables/api-tokens.js';
import { deleteMembers, groupsOfUsers } from '../../store/tables/scim-groups.js';
import {
  findScimUsers,
  findScimUsersBy,
  type ScimUserRecord,
  saveScimUser,
  scimUsersOfAccount,
} from '../../store/tables/scim-users.js';
import {
  findUser,
  findUserByEmail,
  findUsers,
  insertUser,
  listUsers,
  type UserRecord,
  updateUser,
} from '../../store/tables/users.js';
import { assertMay, isServiceUser, type Viewer } from '../access.js';
import { type Command, type DomainDeps, differences, runCommand } from '../command.js';
import { isLastAdmin } from '../roles.js';
import { assertEmailFree } from '../users.js';
import { followGroups } from './group-roles.js';
import { emailOf, nameOf, type Person, type PersonInput, personInput, toPerson } from './person.js';

/** What somebody is looked up by where not everybody has to be read. */
export type PersonKey = { id: string } | { userName: string } | { externalId: string };

/**
 * People of an account as a company's directory manages them over SCIM. Everything takes the permission `scim.provision`.
 * `onUserChange` is called after rights have changed.
 */
export function createPeople(deps: DomainDeps, onUserChange: () => void) {
  const { database } = deps;

  async function peopleOf(db: Db, users: readonly UserRecord[], rows: readonly ScimUserRecord[]): Promise<Person[]> {
    const byUser = new Map(rows.map((row) => [row.userId, row]));
    const groups = await groupsOfUsers(
      db,
      users.map(({ id }) => id),
    );
    return users.flatMap((user) => {
      const own = (groups.get(user.id) ?? []).map(({ id, name }) => ({ id, name }));
      return toPerson(user, byUser.get(user.id), own) ?? [];
    });
  }

  async function load(db: Db, { accountId }: Viewer, id: string) {
    const user = await findUser(db, accountId, id);
    const rows = await findScimUsers(db, [id]);
    const [person] = user ? await peopleOf(db, [user], rows) : [];
    if (!user || !person) throw notFound('user', id);
    return { user, row: rows[0] ?? null, person };
  }

  async function candidates(db: Db, accountId: string, key: PersonKey): Promise<string[]> {
    if ('id' in key) return [key.id];
    if ('externalId' in key) return (await findScimUsersBy(db, accountId, key)).map(({ userId }) => userId);
    const userNameKey = key.userName.trim().toLowerCase();
    const named = await findScimUsersBy(db, accountId, { userNameKey });
    const unmanaged = await findUserByEmail(db, accountId, userNameKey);
    return [...named.map(({ userId }) => userId), ...(unmanaged ? [unmanaged.id] : [])];
  }

  async function assertUserNameFree({ trx, viewer }: Command, userId: string | null, userName: string): Promise<void> {
    const ids = await candidates(trx, viewer.accountId, { userName });
    const others = await findUsers(
      trx,
      viewer.accountId,
      ids.filter((id) => id !== userId),
    );
    const people = await peopleOf(trx, others, await findScimUsers(trx, ids));
    if (people.some((other) => other.userName.toLowerCase() === userName.toLowerCase()))
      throw conflict(`There is a user with the userName "${userName}" already.`, { field: 'userName' });
  }

  async function disable({ trx, now, audit }: Command, user: UserRecord): Promise<void> {
    if (await isLastAdmin(trx, user))
      throw conflict(`"${user.name}" is the last ADMIN. Make another user ADMIN first.`);
    await revokeTokens(trx, await tokensInHandsOf(trx, user.id), now);
    audit(user.id, { name: user.name }, 'user.disable');
  }

  /** Brings a user, and what SCIM knows of them, to what the directory says. */
  async function save(
    command: Command,
    user: UserRecord,
    row: ScimUserRecord | null,
    input: PersonInput,
  ): Promise<void> {
    const { trx, viewer, now, audit } = command;
    await assertUserNameFree(command, user.id, input.userName);
    const email = emailOf(input);
    await assertEmailFree(command, user, email);
    const isActive = user.disabledAt === null;
    if (isServiceUser(user)) await revokeTokens(trx, await tokensMadeByOthers(trx, user.id), now); // a person from now on
    if (isActive && !input.active) await disable(command, user);
    if (!isActive && input.active) audit(user.id, { name: user.name }, 'user.enable');
    const disabledAt = input.active ? null : (user.disabledAt ?? now);
    const changed = { ...user, name: nameOf(input), email, person: true, disabledAt };
    await updateUser(trx, user.id, { name: changed.name, email, person: true, disabledAt });
    const { userName, externalId, displayName, name, emails } = input;
    const record: ScimUserRecord = {
      userId: user.id,
      accountId: viewer.accountId,
      state: 'MANAGED',
      userName,
      userNameKey: userName.toLowerCase(),
      externalId,
      profile: { displayName, name, emails },
      createdAt: row?.createdAt ?? now,
      updatedAt: now,
    };
    await saveScimUser(trx, record);
    const details = {
      ...differences(user, changed, ['name', 'email']),
      ...differences<Partial<ScimUserRecord>>(row ?? {}, record, ['userName', 'externalId']),
    };
    if (Object.keys(details).length > 0) audit(user.id, details, 'user.update');
  }

  /** A new user, who has no role until a group or an ADMIN gives one. */
  async function add({ trx, viewer, now, audit }: Command, input: PersonInput): Promise<UserRecord> {
    const user: UserRecord = {
      id: rowId('u'),
      accountId: viewer.accountId,
      name: nameOf(input),
      email: null,
      role: 'NONE',
      passwordHash: null,
      createdAt: now,
      disabledAt: input.active ? null : now,
      service: false,
      person: true,
      passwordSetBy: null,
    };
    await insertUser(trx, user);
    audit(user.id, { name: user.name, role: user.role }, 'user.create');
    return user;
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
    /** Everybody, or whom a key may mean, oldest first. */
    async list(viewer: Viewer, key: PersonKey | null): Promise<Person[]> {
      assertMay(viewer, 'scim.provision');
      const { read } = database;
      const { accountId } = viewer;
      if (key === null)
        return peopleOf(read, await listUsers(read, accountId), await scimUsersOfAccount(read, accountId));
      const ids = await candidates(read, accountId, key);
      return peopleOf(read, await findUsers(read, accountId, ids), await findScimUsers(read, ids));
    },

    /** NOT_FOUND. */
    async get(viewer: Viewer, id: string): Promise<Person> {
      assertMay(viewer, 'scim.provision');
      return (await load(database.read, viewer, id)).person;
    },

    /**
     * Makes a person, or brings back the one that was deleted over SCIM and had the same e-mail address. BAD_USER_INPUT,
     * CONFLICT (`userName`, `email`).
     */
    create: (viewer: Viewer, given: PersonInput): Promise<Person> =>
      changing(viewer, async (command) => {
        const { trx } = command;
        const input = personInput(given);
        await assertUserNameFree(command, null, input.userName);
        const email = emailOf(input);
        const known = email === null ? null : await findUserByEmail(trx, viewer.accountId, email);
        const [row] = known && !known.service ? await findScimUsers(trx, [known.id]) : [];
        const deleted = known && row?.state === 'DELETED' ? { user: known, row } : null;
        await assertEmailFree(command, deleted?.user ?? null, email);
        const user = deleted?.user ?? (await add(command, input));
        await save(command, user, deleted?.row ?? null, input);
        return (await load(trx, viewer, user.id)).person;
      }),

    /** Changes somebody to what `next` makes of them; what it throws ends it. NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
    change: (viewer: Viewer, id: string, next: (now: Person) => PersonInput): Promise<Person> =>
      changing(viewer, async (command) => {
        const { user, row, person } = await load(command.trx, viewer, id);
        const input = personInput(next(person));
        if (row && JSON.stringify(input) === JSON.stringify(personInput(person))) return person;
        await save(command, user, row, input);
        return (await load(command.trx, viewer, id)).person;
      }),

    /** Disables somebody, who leaves all groups and is not known over SCIM any more. NOT_FOUND, CONFLICT for the last ADMIN. */
    remove: (viewer: Viewer, id: string, check: (now: Person) => void): Promise<void> =>
      changing(viewer, async (command) => {
        const { trx, now } = command;
        const { user, row, person } = await load(trx, viewer, id);
        check(person);
        if (person.active) {
          await disable(command, user);
          await updateUser(trx, id, { disabledAt: now });
        }
        await followGroups(command, [id], async () => {
          for (const group of person.groups) await deleteMembers(trx, group.id, [id]);
        });
        const { userName, externalId, displayName, name, emails } = person;
        await saveScimUser(trx, {
          userId: id,
          accountId: viewer.accountId,
          state: 'DELETED',
          userName,
          userNameKey: null,
          externalId,
          profile: { displayName, name, emails },
          createdAt: row?.createdAt ?? now,
          updatedAt: now,
        });
      }),
  };
}
