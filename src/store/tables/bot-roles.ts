import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { number, type RecordOf, table, text } from '../database/table.js';
import type { Role } from './users.js';

const botRoles = table('bot_roles', {
  userId: text(),
  botId: text(),
  accountId: text(),
  role: text<Role>(),
  createdAt: number,
});
/** What a user may do with one bot, besides what their role in the account allows. */
export type BotRoleRecord = RecordOf<typeof botRoles>;

/** The roles of these users on bots that still exist, oldest first. */
export async function botRolesOf(db: Db, userIds: readonly string[]): Promise<Map<string, BotRoleRecord[]>> {
  const found = await botRoles.rowsIn(db, 'userId', userIds, (query) =>
    query
      .whereExists(db('bots').whereRaw('bots.id = bot_roles.bot_id').whereNull('bots.deleted_at'))
      .orderBy(['bot_roles.created_at', 'bot_roles.bot_id']),
  );
  return groupBy(found, (one) => one.userId);
}

/** Gives, changes or (with null) takes away the role of a user on a bot. */
export async function saveBotRole(db: Db, { role, ...of }: Omit<BotRoleRecord, 'role'> & { role: Role | null }) {
  await db('bot_roles').where({ user_id: of.userId, bot_id: of.botId }).delete();
  if (role !== null) await botRoles.insert(db, [{ ...of, role }]);
}
