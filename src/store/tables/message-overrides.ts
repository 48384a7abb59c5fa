import type { Content } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { json, nullable, number, type RecordOf, table, text, toSnakeCase } from '../database/table.js';

/** The columns that say for whom an override holds. */
const SCOPE = {
  /** Null: every webhook channel of the bot. */
  channelId: nullable(text()),
};
const SCOPE_KEYS = Object.keys(SCOPE) as (keyof typeof SCOPE)[];

const messageOverrides = table('message_overrides', {
  id: text(),
  botId: text(),
  messageKey: text(),
  ...SCOPE,
  language: text(),
  contents: json<Content[]>(),
  updatedAt: number,
});
export type MessageOverrideRecord = RecordOf<typeof messageOverrides>;

/** For whom an override holds; what is null narrows nothing. */
export type OverrideScope = Pick<MessageOverrideRecord, keyof typeof SCOPE>;

/** The scope alone; what is absent narrows nothing. */
export const scopeOf = (of: { [K in keyof OverrideScope]?: OverrideScope[K] | undefined }): OverrideScope =>
  Object.fromEntries(SCOPE_KEYS.map((key) => [key, of[key] ?? null])) as OverrideScope; // one entry for each key

/** An override as a version keeps it. */
export type OverrideSnapshot = OverrideScope & Pick<MessageOverrideRecord, 'messageKey' | 'language' | 'contents'>;

export const snapshotOf = ({ messageKey, language, contents, ...of }: MessageOverrideRecord): OverrideSnapshot => ({
  messageKey,
  ...scopeOf(of),
  language,
  contents,
});

/** An override that holds for every webhook channel, whatever other scopes there are. */
export const isForEveryChannel = (scope: OverrideScope): boolean => SCOPE_KEYS.every((key) => scope[key] === null);

export const insertOverrides = (db: Db, overrides: readonly MessageOverrideRecord[]) =>
  messageOverrides.insert(db, overrides);

export const overridesOfBots = (db: Db, botIds: readonly string[]) =>
  messageOverrides.rowsIn(db, 'botId', botIds, (query) =>
    query.orderBy(['message_overrides.message_key', 'message_overrides.language', 'message_overrides.id']),
  );

/** What an override stands for. */
export type OverrideTarget = OverrideScope & Pick<MessageOverrideRecord, 'botId' | 'messageKey' | 'language'>;

/** Two overrides of one bot with the same key stand for the same. */
export const overrideKey = (of: Omit<OverrideTarget, 'botId'>): string =>
  JSON.stringify([of.messageKey, of.language, ...SCOPE_KEYS.map((key) => of[key] ?? null)]);

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

const toColumns = ({ botId, messageKey, language, ...scope }: OverrideTarget) => ({
  bot_id: botId,
  message_key: messageKey,
  language,
  ...Object.fromEntries(Object.entries(scopeOf(scope)).map(([key, value]) => [toSnakeCase(key), value])),
});
