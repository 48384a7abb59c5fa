import { AppError, badInput, conflict, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { Db } from '../store/database/database.js';
import { lockAccount } from '../store/tables/accounts.js';
import { revokeTokens, tokensInHandsOf, tokensMadeByOthers } from '../store/tables/api-tokens.js';
import {
  findUser,
  findUserByEmail,
  findUsers,
  insertUser,
  listUsers,
  lockActiveAdmins,
  type Role,
  type UserRecord,
  updateUser,
} from '../store/tables/users.js';
import { assertMay, may, type Viewer } from './access.js';
import { type DomainDeps, differences, runCommand } from './command.js';
import type { Passwords } from './sign-in/passwords.js';
import { nameInput, textInput } from './text-input.js';

const EMAIL = /^[^\s@]+@[^\s@]+$/;

export interface UserInput {
  name: string;
  email?: string | null;
  role: Role;
  password?: string | null;
}

/** Users of an account and their roles. `onUserChange` is called after a user's rights have changed. */
export function createUsers(deps: DomainDeps, passwords: Passwords, onUserChange: () => void) {
  const { database } = deps;

  /** Refuses to remove the last ADMIN, without whom nothing could be approved. */
  async function assertNotLastAdmin(db: Db, user: UserRecord): Promise<void> {
    if (user.role !== 'ADMIN' || user.disabledAt !== null) return;
    const admins = await lockActiveAdmins(db, user.accountId);
    if (admins.length < 2) throw conflict(`"${user.name}" is the last ADMIN. Make another user ADMIN first.`);
  }

  async function load(db: Db, viewer: Viewer, id: string): Promise<UserRecord> {
    const user = await findUser(db, viewer.accountId, id);
    if (!user) throw notFound('user', id);
    return user;
  }

  return {
    list(viewer: Viewer): Promise<UserRecord[]> {
      assertMay(viewer, 'read');
      return listUsers(database.read, viewer.accountId);
    },

    byIds: (viewer: Viewer, ids: readonly string[]) => findUsers(database.read, viewer.accountId, ids),

    /** BAD_USER_INPUT (`name`, `email`, `password`), CONFLICT when the e-mail address is taken. */
    async create(viewer: Viewer, input: UserInput): Promise<UserRecord> {
      assertMay(viewer, 'user.create');
      const email = textInput(input.email, 'email')?.toLowerCase() ?? null;
      if (email !== null && !EMAIL.test(email)) throw badInput('email', `"${email}" is not an e-mail address.`);
      const passwordHash = input.password ? await passwords.hash(input.password) : null;
      return runCommand(deps, viewer, 'user.create', async ({ trx, now, audit }) => {
        await lockAccount(trx, viewer.accountId);
        if (email !== null && (await findUserByEmail(trx, viewer.accountId, email))) {
          throw conflict(`Another user has the e-mail address "${email}".`, { field: 'email' });
        }
        const user: UserRecord = {
          id: rowId('u'),
          accountId: viewer.accountId,
          name: nameInput(input.name),
          email,
          role: input.role,
          passwordHash,
          createdAt: now,
          disabledAt: null,
        };
        await insertUser(trx, user);
        audit(user.id, { name: user.name, email, role: user.role });
        return user;
      });
    },

    /** Tokens that others made for a user end when the user may approve. NOT_FOUND, BAD_USER_INPUT (`name`), CONFLICT for the last ADMIN. */
    async update(viewer: Viewer, id: string, input: { name?: string | null; role?: Role | null }): Promise<UserRecord> {
      const updated = await runCommand(deps, viewer, 'user.update', async ({ trx, now, audit }) => {
        await lockAccount(trx, viewer.accountId);
        const user = await load(trx, viewer, id);
        const role = input.role ?? user.role;
        if (role !== 'ADMIN') await assertNotLastAdmin(trx, user);
        const changed = { ...user, role, name: input.name ? nameInput(input.name) : user.name };
        await updateUser(trx, id, { name: changed.name, role });
        if (!may(user, 'approval.approve') && may(changed, 'approval.approve')) {
          // A token made by another user would let that user approve as this one.
          await revokeTokens(trx, await tokensMadeByOthers(trx, id), now);
        }
        audit(id, differences(user, changed, ['name', 'role']));
        return changed;
      });
      onUserChange();
      return updated;
    },

    /** Their tokens, and those they made for service users, end at once. NOT_FOUND, CONFLICT for oneself, the last ADMIN, or when already disabled. */
    async disable(viewer: Viewer, id: string): Promise<UserRecord> {
      if (id === viewer.id) throw new AppError('CONFLICT', 'You cannot disable yourself. Ask another ADMIN.');
      const disabled = await runCommand(deps, viewer, 'user.disable', async ({ trx, now, audit }) => {
        await lockAccount(trx, viewer.accountId);
        const user = await load(trx, viewer, id);
        if (user.disabledAt !== null) throw conflict(`"${user.name}" is disabled already.`);
        await assertNotLastAdmin(trx, user);
        await updateUser(trx, id, { disabledAt: now });
        await revokeTokens(trx, await tokensInHandsOf(trx, id), now);
        audit(id, { name: user.name });
        return { ...user, disabledAt: now };
      });
      onUserChange();
      return disabled;
    },
  };
}
