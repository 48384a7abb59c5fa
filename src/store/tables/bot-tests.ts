import type { Json, JsonObject } from '../../json.js';
import type { Db } from '../database/database.js';
import { descending } from '../database/order.js';
import { findPages, type PageRequest } from '../database/page.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

/** One message of a test, and what was said to it. */
export interface TestStep {
  /** As hooks read it (bots/engine.ts, UserMessage). */
  message: JsonObject;
  customData?: Json;
  /** What the caller said of the user. */
  userInfo?: JsonObject;
  language?: string;
  /** When it was said; absent in tests of earlier versions of the product. */
  at?: number;
  /** Replies without ids and times. */
  said: JsonObject[];
  /** How the task ended, or null. */
  endOfTask: JsonObject | null;
}

/** An utterance, the intent that it should be understood as, and the entities that should be found in it. */
export interface BatchCase {
  input: string;
  /** The name of a task, the first question of an FAQ, or a small talk. */
  intent: string;
  parentIntent?: string;
  entities?: { entityName: string; entityValue: string }[];
  entityOrder?: string[];
}

const botTests = table('bot_tests', {
  id: text(),
  botId: text(),
  /** The channel it was said on; empty for utterances. */
  channelId: text(),
  /** Unique for the bot. */
  name: text(),
  /** Messages of one conversation, or utterances that each begin one. */
  steps: json<TestStep[] | BatchCase[]>(),
  /** The first turn of a user's conversation, with which the test goes; null for what was said to try the bot. */
  sourceTurnId: nullable(text()),
  createdBy: text(),
  createdAt: number,
});
/** A conversation with a bot, from the beginning of its session, and what the bot is expected to say. */
export type BotTestRecord = RecordOf<typeof botTests>;

/** The utterances of a batch test; null for a conversation. */
export const batchCasesOf = ({ steps }: Pick<BotTestRecord, 'steps'>): BatchCase[] | null =>
  steps[0] && 'input' in steps[0] ? (steps as BatchCase[]) : null; // all are alike

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

/** The next tests of a bot by id. */
export const nextBotTests = (db: Db, botId: string, after: string, limit: number) =>
  botTests.rows(db, (query) =>
    query.where('bot_tests.bot_id', botId).where('bot_tests.id', '>', after).orderBy('bot_tests.id').limit(limit),
  );

export const botTestsByIds = (db: Db, ids: readonly string[]) => botTests.rowsIn(db, 'id', ids);

const testRecords = table('bot_test_records', { testId: text(), /** Sealed. */ records: text() }, { wide: true });

/** What it takes to run the turns of a test again as they were. It goes with the test. */
export const insertTestRecords = (db: Db, row: RecordOf<typeof testRecords>) => testRecords.insert(db, [row]);

export const testRecordsOf = (db: Db, testIds: readonly string[]) => testRecords.rowsIn(db, 'testId', testIds);

export const deleteBotTest = (db: Db, id: string): Promise<number> => db('bot_tests').where({ id }).delete();
