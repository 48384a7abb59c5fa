import { AppError, badInput, conflict, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { Db } from '../store/database/database.js';
import { groupBy } from '../store/database/group-by.js';
import { lockAccount } from '../store/tables/accounts.js';
import { revokeTokens, tokensInHandsOf } from '../store/tables/api-tokens.js';
import { type BotRoleRecord, botRolesOf, saveBotRole } from '../store/tables/bot-roles.js';
import { findBot } from '../store/tables/bots.js';
import {
  findUser,
  findUserByEmail,
  findUsers,
  insertUser,
  listUsers,
  type Role,
  type UserRecord,
  updateUser,
} from '../store/tables/users.js';
import { approves, assertMay, may, type Viewer } from './access.js';
import { type Command, type DomainDeps, differences, runCommand } from './command.js';
import { changeRole, endTokensOfOthers, isLastAdmin } from './roles.js';
import type { Passwords } from './sign-in/passwords.js';
import { emailInput, nameInput } from './text-input.js';

export interface UserInput {
  name: string;
  email?: string | null;
  role: Role;
  password?: string | null;
}

export interface UserUpdate {
  name?: string | null | undefined;
  /** Null takes it away. */
  email?: string | null | undefined;
  role?: Role | null | undefined;
}

/** Bots on which one user may have a role; beyond: CONFLICT. Lists name them all in a statement. */
const MAX_BOT_ROLES = 1_000;

/** Users of an account and their roles. `onUserChange` is called after a user's rights have changed. */
export function createUsers(deps: DomainDeps, passwords: Passwords, onUserChange: () => void) {
  const { database } = deps;

  /** Refuses to remove the last ADMIN, without whom nothing could be approved. */
  async function assertNotLastAdmin(db: Db, user: UserRecord): Promise<void> {
    if (await isLastAdmin(db, user)) throw conflict(`"${user.name}" is the last ADMIN. Make another user ADMIN first.`);
  }

  async function load(db: Db, viewer: Viewer, id: string): Promise<UserRecord> {
    const user = await findUser(db, viewer.accountId, id);
    if (!user) throw notFound('user', id);
    return user;
  }

  async function add(
    { trx, viewer, now, audit }: Command,
    user: Pick<UserRecord, 'name' | 'role'> & Partial<UserRecord>,
  ) {
    const record: UserRecord = {
      id: rowId('u'),
      accountId: viewer.accountId,
      email: null,
      passwordHash: null,
      createdAt: now,
      disabledAt: null,
      service: false,
      person: false,
      passwordSetBy: null,
      ...user,
    };
    await insertUser(trx, record);
    audit(record.id, { name: record.name, email: record.email, role: record.role });
    return record;
  }

  /** Runs a change of a user: one at a time in an account, and acting at once. */
  async function changing<T>(
    viewer: Viewer,
    action: Parameters<typeof runCommand>[2],
    work: (command: Command) => Promise<T>,
  ) {
    const changed = await runCommand(deps, viewer, action, async (command) => {
      await lockAccount(command.trx, viewer.accountId);
      return work(command);
    });
    onUserChange();
    return changed;
  }

  return {
    /** Everybody; who may not read the whole account sees themselves. */
    async list(viewer: Viewer): Promise<UserRecord[]> {
      const users = await listUsers(database.read, viewer.accountId);
      return may(viewer, 'read') ? users : users.filter((user) => user.id === viewer.id);
    },

    byIds: (viewer: Viewer, ids: readonly string[]) =>
      findUsers(database.read, viewer.accountId, may(viewer, 'read') ? ids : ids.filter((id) => id === viewer.id)),

    /** Roles on single bots that the viewer may see. */
    async botRolesOf(viewer: Viewer, ids: readonly string[]): Promise<Map<string, BotRoleRecord[]>> {
      const all = [...(await botRolesOf(database.read, ids)).values()].flat();
      const visible = all.filter((one) => one.accountId === viewer.accountId && may(viewer, 'read', one.botId));
      return groupBy(visible, (one) => one.userId);
    },

    /** BAD_USER_INPUT (`name`, `email`, `password`), CONFLICT when the e-mail address is taken. */
    async create(viewer: Viewer, input: UserInput): Promise<UserRecord> {
      assertMay(viewer, 'user.create');
      const email = emailInput(input.email);
      const passwordHash = input.password ? await passwords.hash(input.password) : null;
      return changing(viewer, 'user.create', async (command) => {
        await assertEmailFree(command, null, email);
        const person = passwordHash !== null;
        const passwordSetBy = person ? viewer.id : null; // who made it knows it
        return add(command, {
          name: nameInput(input.name),
          email,
          role: input.role,
          passwordHash,
          person,
          passwordSetBy,
        });
      });
    },

    /** A program: it has tokens, which ADMINs make, and never signs in. BAD_USER_INPUT (`name`, `role`). */
    createServiceAccount: (viewer: Viewer, { name, role }: { name: string; role: Role }): Promise<UserRecord> =>
      changing(viewer, 'user.create-service-account', async (command) => {
        if (approves(role)) throw serviceApproves();
        return add(command, { name: nameInput(name), role, service: true });
      }),

    /**
     * Tokens that others made for a user end when the user may approve. NOT_FOUND, BAD_USER_INPUT (`name`, `email`, `role`),
     * CONFLICT for the last ADMIN and for an e-mail address that is taken or needed.
     */
    update: (viewer: Viewer, id: string, input: UserUpdate): Promise<UserRecord> =>
      changing(viewer, 'user.update', async (command) => {
        const { trx, audit } = command;
        const user = await load(trx, viewer, id);
        const role = input.role ?? user.role;
        if (role !== 'ADMIN') await assertNotLastAdmin(trx, user);
        if (user.service && approves(role)) throw serviceApproves();
        const email = input.email === undefined ? user.email : emailInput(input.email);
        await assertEmailFree(command, user, email);
        const changed = { ...user, role, email, name: input.name ? nameInput(input.name) : user.name };
        await updateUser(trx, id, { name: changed.name, email });
        await changeRole(trx, user, role, command.now);
        audit(id, differences(user, changed, ['name', 'email', 'role']));
        return changed;
      }),

    /** Their tokens, and those they made for service users, end at once. NOT_FOUND, CONFLICT for oneself, the last ADMIN, or when already disabled. */
    async disable(viewer: Viewer, id: string): Promise<UserRecord> {
      assertMay(viewer, 'user.disable');
      if (id === viewer.id) throw new AppError('CONFLICT', 'You cannot disable yourself. Ask another ADMIN.');
      return changing(viewer, 'user.disable', async ({ trx, now, audit }) => {
        const user = await load(trx, viewer, id);
        if (user.disabledAt !== null) throw conflict(`"${user.name}" is disabled already.`);
        await assertNotLastAdmin(trx, user);
        await updateUser(trx, id, { disabledAt: now });
        await revokeTokens(trx, await tokensInHandsOf(trx, id), now);
        audit(id, { name: user.name });
        return { ...user, disabledAt: now };
      });
    },

    /** They may sign in again, with the roles they had; tokens that ended stay ended. NOT_FOUND, CONFLICT when not disabled. */
    enable: (viewer: Viewer, id: string): Promise<UserRecord> =>
      changing(viewer, 'user.enable', async ({ trx, audit }) => {
        const user = await load(trx, viewer, id);
        if (user.disabledAt === null) throw conflict(`"${user.name}" is not disabled.`);
        await updateUser(trx, id, { disabledAt: null });
        audit(id, { name: user.name });
        return { ...user, disabledAt: null };
      }),

    /**
     * Gives, changes or (with null) takes away a role on one bot, which adds to the role in the account. It does not reach the bots
     * that inherit from it. NOT_FOUND, BAD_USER_INPUT (`role`), CONFLICT.
     */
    setBotRole: (
      viewer: Viewer,
      { userId, botId, role }: { userId: string; botId: string; role: Role | null },
    ): Promise<UserRecord> =>
      changing(viewer, 'user.set-bot-role', async (command) => {
        const { trx, now, audit } = command;
        const user = await load(trx, viewer, userId);
        if (!(await findBot(trx, viewer.accountId, botId))) throw notFound('bot', botId);
        if (role === 'NONE') throw badInput('role', 'NONE is no role on a bot. Leave the role out to take one away.');
        if (role && user.service && approves(role)) throw serviceApproves();
        const roles = (await botRolesOf(trx, [userId])).get(userId) ?? [];
        const before = roles.find((one) => one.botId === botId)?.role ?? null;
        if (role && !before && roles.length >= MAX_BOT_ROLES) {
          throw conflict(
            `"${user.name}" has roles on ${MAX_BOT_ROLES} bots already. Give a role in the account instead.`,
          );
        }
        await saveBotRole(trx, { userId, botId, accountId: viewer.accountId, role, createdAt: now });
        if (role && approves(role) && !approves(user.role)) await endTokensOfOthers(trx, userId, command.now);
        audit(userId, { botId, role: { from: before, to: role } });
        return user;
      }),
  };
}

/** CONFLICT when another user has it, and for none where the user signs in with it. */
export async function assertEmailFree(
  { trx, viewer }: Command,
  user: UserRecord | null,
  email: string | null,
): Promise<void> {
  if (email === null) {
    if (user?.email && user.passwordHash)
      throw conflict(`"${user.name}" signs in with this e-mail address. Clear the password first.`, { field: 'email' });
    return;
  }
  const other = await findUserByEmail(trx, viewer.accountId, email);
  if (other && other.id !== user?.id)
    throw conflict(`Another user has the e-mail address "${email}".`, { field: 'email' });
}

const serviceApproves = () =>
  badInput('role', 'A service account approves nothing, so that nobody approves in its name. Give it another role.');
