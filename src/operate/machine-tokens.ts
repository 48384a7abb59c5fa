import type { Viewer } from '../domain/access.js';
import { createApiTokens } from '../domain/api-tokens.js';
import { silentLog } from '../log.js';
import type { Database } from '../store/database/database.js';
import { anyAccount } from '../store/tables/accounts.js';
import { tokensOfUsers } from '../store/tables/api-tokens.js';
import { listUsers, type UserRecord } from '../store/tables/users.js';
import type { Clock } from '../time.js';

export interface ListedToken {
  id: string;
  name: string;
  user: string;
  role: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
}

/**
 * API tokens by whoever may write the database: that person could do anything anyway. What is done goes into the audit log
 * as done by the user it is done for, from the machine.
 */
export function machineTokens(database: Database, clock: Clock) {
  const tokens = createApiTokens({ database, clock, log: silentLog });

  async function allUsers(): Promise<UserRecord[]> {
    const account = await anyAccount(database.read);
    if (!account) throw new Error('The database is empty: start the server, which makes the first ADMIN.');
    return listUsers(database.read, account.id);
  }

  /** An active user by id, e-mail address or name; without one, the ADMIN who is there longest. */
  async function userNamed(wanted: string | undefined): Promise<UserRecord> {
    const active = (await allUsers()).filter((user) => user.disabledAt === null);
    const found = active.find((user) =>
      wanted === undefined ? user.role === 'ADMIN' : [user.id, user.email, user.name].includes(wanted),
    );
    if (found) return found;
    throw new Error(`There is no active user ${wanted === undefined ? 'with the role ADMIN' : `"${wanted}"`}.`);
  }

  const actingAs = ({ id, accountId, name, role }: UserRecord): Viewer => ({
    id,
    accountId,
    name: `${name} (hookswitch, on the machine)`,
    role,
  });

  return {
    async list(): Promise<ListedToken[]> {
      const users = await allUsers();
      const byId = new Map(users.map((user) => [user.id, user]));
      const listed = await tokensOfUsers(database.read, users[0]?.accountId ?? '', [...byId.keys()]);
      return listed
        .filter((token) => !token.session)
        .map(({ id, name, userId, createdAt, expiresAt, lastUsedAt }) => {
          const { name: user = '', role = '' } = byId.get(userId) ?? {};
          return { id, name, user, role, createdAt, expiresAt, lastUsedAt };
        });
    },

    /** The token itself, readable this once, and whose it is. */
    async create(input: {
      user?: string | undefined;
      name: string;
      expiresAt: number | null;
      role?: 'ADMIN';
      actions?: string[] | undefined;
      botIds?: string[] | undefined;
    }) {
      const user = await userNamed(input.user);
      if (input.role && user.role !== input.role) throw new Error(`"${user.name}" is no ${input.role}.`);
      const { name, expiresAt, actions, botIds } = input;
      const limits = { actions: actions ?? null, botIds: botIds ?? null };
      const token = await tokens.create(actingAs(user), { userId: user.id, name, expiresAt, ...limits });
      return { token, user: user.name };
    },

    async revoke(id: string): Promise<void> {
      await tokens.revoke(actingAs(await userNamed(undefined)), id);
    },
  };
}
