import type { Json, JsonObject } from '../../json.js';
import type { Db } from '../database/database.js';
import { descending, findPages, type PageRequest } from '../database/page.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

/** One message of a test, and what was said to it. */
export interface TestStep {
  /** As hooks read it (bots/engine.ts, UserMessage). */
  message: JsonObject;
  customData?: Json;
  /** What the caller said of the user. */
  userInfo?: JsonObject;
  language?: string;
  /** Replies without ids and times. */
  said: JsonObject[];
  /** How the task ended, or null. */
  endOfTask: JsonObject | null;
}

const botTests = table('bot_tests', {
  id: text(),
  botId: text(),
  /** The channel it was said on. */
  channelId: text(),
  /** Unique for the bot. */
  name: text(),
  steps: json<TestStep[]>(),
  /** The first turn of a user's conversation, with which the test goes; null for what was said to try the bot. */
  sourceTurnId: nullable(text()),
  createdBy: text(),
  createdAt: number,
});
/** A conversation with a bot, from the beginning of its session, and what the bot is expected to say. */
export type BotTestRecord = RecordOf<typeof botTests>;

const NEWEST_FIRST = descending(botTests, 'createdAt', 'id');

export const insertBotTest = (db: Db, test: BotTestRecord) => botTests.insert(db, [test]);

export const findBotTest = (db: Db, id: string) => botTests.row(db, (query) => query.where({ id }));

export const botTestNamed = (db: Db, botId: string, name: string) =>
  botTests.row(db, (query) => query.where({ bot_id: botId, name }));

/** One page of the tests of each of these bots, newest first. */
export const testsOfBots = (db: Db, botIds: readonly string[], request: PageRequest) =>
  findPages(db, botTests, NEWEST_FIRST, request, {
    column: 'bot_tests.bot_id',
    ids: botIds,
    idOf: (test) => test.botId,
  });

export const deleteBotTest = (db: Db, id: string): Promise<number> => db('bot_tests').where({ id }).delete();
