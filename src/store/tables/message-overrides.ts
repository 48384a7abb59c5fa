import type { Content } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

const messageOverrides = table('message_overrides', {
  id: text(),
  botId: text(),
  messageKey: text(),
  /** Null: every webhook channel of the bot. */
  channelId: nullable(text()),
  language: text(),
  contents: json<Content[]>(),
  updatedAt: number,
});
export type MessageOverrideRecord = RecordOf<typeof messageOverrides>;

/** An override as a version keeps it. */
export type OverrideSnapshot = Pick<MessageOverrideRecord, 'messageKey' | 'channelId' | 'language' | 'contents'>;

/** An override that holds for every webhook channel, whatever other scopes there are. */
export const isForEveryChannel = ({ channelId }: Pick<OverrideTarget, 'channelId'>): boolean => channelId === null;

export const insertOverrides = (db: Db, overrides: readonly MessageOverrideRecord[]) =>
  messageOverrides.insert(db, overrides);

export const overridesOfBots = (db: Db, botIds: readonly string[]) =>
  messageOverrides.rowsIn(db, 'botId', botIds, (query) =>
    query.orderBy(['message_overrides.message_key', 'message_overrides.language', 'message_overrides.id']),
  );

/** What an override stands for. */
export type OverrideTarget = Pick<MessageOverrideRecord, 'botId' | 'messageKey' | 'channelId' | 'language'>;

/** Two overrides of one bot with the same key stand for the same. */
export const overrideKey = ({ messageKey, channelId, language }: Omit<OverrideTarget, 'botId'>): string =>
  JSON.stringify([messageKey, channelId, language]);

export const findOverride = (db: Db, target: OverrideTarget) =>
  messageOverrides.row(db, (query) => query.where(toColumns(target)));

export const updateOverride = (db: Db, id: string, change: Partial<MessageOverrideRecord>) =>
  messageOverrides.update(db, (query) => query.where({ id }), change);

export const removeOverride = (db: Db, id: string) => db('message_overrides').where({ id }).delete();

export async function removeOverrides(db: Db, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += MAX_IDS)
    await db('message_overrides')
      .whereIn('id', ids.slice(at, at + MAX_IDS))
      .delete();
}

const MAX_IDS = 10_000; // of one statement

export const removeOverridesOfChannel = (db: Db, channelId: string) =>
  db('message_overrides').where({ channel_id: channelId }).delete();

const toColumns = ({ botId, messageKey, channelId, language }: OverrideTarget) => ({
  bot_id: botId,
  message_key: messageKey,
  channel_id: channelId,
  language,
});
