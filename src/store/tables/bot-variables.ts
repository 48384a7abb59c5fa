import type { Db } from '../database/database.js';
import { flag, json, nullable, type RecordOf, table, text } from '../database/table.js';

const botVariables = table('bot_variables', {
  botId: text(),
  key: text(),
  secured: flag,
  value: nullable(text()),
  valueCipher: nullable(text()),
  fileEntry: nullable(json<Record<string, unknown>>()),
});
export type BotVariableRecord = RecordOf<typeof botVariables>;

export const variablesOf = (db: Db, botIds: readonly string[]) =>
  botVariables.rowsIn(db, 'botId', botIds, (query) => query.orderBy(['bot_variables.bot_id', 'bot_variables.key']));

/** A smart bot sees its parent's variables, with its own in their place. */
export async function variablesInForce(
  db: Db,
  bot: { id: string; parentId: string | null },
): Promise<BotVariableRecord[]> {
  const found = await variablesOf(db, bot.parentId === null ? [bot.id] : [bot.id, bot.parentId]);
  const own = new Set(found.flatMap((variable) => (variable.botId === bot.id ? [variable.key] : [])));
  return found.filter((variable) => variable.botId === bot.id || !own.has(variable.key));
}

export const findBotVariable = (db: Db, botId: string, key: string) =>
  botVariables.row(db, (query) => query.where({ bot_id: botId, key }));

/** Puts these in the place of those with the same key. */
export async function saveBotVariables(db: Db, botId: string, variables: readonly BotVariableRecord[]): Promise<void> {
  const keys = variables.map((variable) => variable.key);
  await db('bot_variables').where({ bot_id: botId }).whereIn('key', keys).delete();
  await botVariables.insert(db, variables);
}

export const removeBotVariables = (db: Db, botId: string) => db('bot_variables').where({ bot_id: botId }).delete();
