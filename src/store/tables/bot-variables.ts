import type { Db } from '../database/database.js';
import { flag, json, nullable, type RecordOf, table, text } from '../database/table.js';

const COLUMNS = {
  botId: text(),
  key: text(),
  secured: flag,
  value: nullable(text()),
  valueCipher: nullable(text()),
  fileEntry: nullable(json<Record<string, unknown>>()),
};
const botVariables = table('bot_variables', COLUMNS);
const waitingVariables = table('waiting_variables', COLUMNS);
export type BotVariableRecord = RecordOf<typeof botVariables>;

export const variablesOf = (db: Db, botIds: readonly string[]) =>
  botVariables.rowsIn(db, 'botId', botIds, (query) => query.orderBy(['bot_variables.bot_id', 'bot_variables.key']));

/** Saved, and in force once a version brings them along. */
export const waitingVariablesOf = (db: Db, botIds: readonly string[]) =>
  waitingVariables.rowsIn(db, 'botId', botIds, (query) =>
    query.orderBy(['waiting_variables.bot_id', 'waiting_variables.key']),
  );

/** A smart bot sees its parent's variables, with its own in their place. */
export async function variablesInForce(
  db: Db,
  bot: { id: string; parentId: string | null },
): Promise<BotVariableRecord[]> {
  const found = await variablesOf(db, bot.parentId === null ? [bot.id] : [bot.id, bot.parentId]);
  const own = new Set(found.flatMap((variable) => (variable.botId === bot.id ? [variable.key] : [])));
  return found.filter((variable) => variable.botId === bot.id || !own.has(variable.key));
}

/** Puts these in force, in the place of those with the same key and of what waited under it. */
export async function saveBotVariables(db: Db, botId: string, variables: readonly BotVariableRecord[]): Promise<void> {
  const keys = variables.map((variable) => variable.key);
  await db('bot_variables').where({ bot_id: botId }).whereIn('key', keys).delete();
  await botVariables.insert(db, variables);
  await stopWaiting(db, botId, keys);
}

/** Has these wait, in the place of what waited under the same key. */
export async function saveWaitingVariables(
  db: Db,
  botId: string,
  variables: readonly BotVariableRecord[],
): Promise<void> {
  const keys = variables.map((variable) => variable.key);
  await stopWaiting(db, botId, keys);
  await waitingVariables.insert(db, variables);
}

export const stopWaiting = (db: Db, botId: string, keys: readonly string[]) =>
  db('waiting_variables').where({ bot_id: botId }).whereIn('key', keys).delete();

/** As it is in force, and as it waits. */
export async function removeBotVariable(db: Db, botId: string, key: string): Promise<void> {
  await db('bot_variables').where({ bot_id: botId, key }).delete();
  await stopWaiting(db, botId, [key]);
}

/** Those in force, and those that wait. */
export async function removeBotVariables(db: Db, botId: string): Promise<void> {
  await db('bot_variables').where({ bot_id: botId }).delete();
  await db('waiting_variables').where({ bot_id: botId }).delete();
}
