import { readBatchSuite } from '../definition/batch-suite.js';
import { assertMayWith, assertMayWithSome, may, readableBots, type Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { nameInput } from '../domain/text-input.js';
import { badInput, conflict, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { JsonObject } from '../json.js';
import type { Db } from '../store/database/database.js';
import type { PageRequest } from '../store/database/page.js';
import {
  type BatchCase,
  type BotTestRecord,
  batchCasesOf,
  botTestNamed,
  deleteBotTest,
  findBotTest,
  insertBotTest,
  insertTestRecords,
  type TestStep,
  testsOfBots,
} from '../store/tables/bot-tests.js';
import { findBot } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { conversationsOfAccount, isTestConversation } from '../store/tables/conversations.js';
import { turnRecordsOf } from '../store/tables/turn-records.js';
import { type TurnRow, turnsUpTo } from '../store/tables/turns.js';
import type { Vault } from '../store/vault.js';
import { packedAll, testRecordsData } from '../turn/test-record.js';
import { turnRecordData, unpacked } from '../turn/turn-record.js';
import { storedOutcome, storedReplies } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';

/** Messages of one test; a session with more is refused. */
const MAX_STEPS = 100;
/** Bytes of what was recorded of one test, deflated; a session with more is refused. */
const MAX_RECORDS = 4 * 1024 * 1024;

export interface BotTestsDeps extends CommandDeps {
  vault: Pick<Vault, 'openBytes' | 'sealBytes'>;
}

export interface SaveBotTest {
  conversationId: string;
  name: string;
  /** The last turn of the test; absent: the newest. */
  turnId?: string | null | undefined;
}

/** Conversations kept as tests of their bot: what was said, as it is stored, from the beginning of a session. */
export function createBotTests(deps: BotTestsDeps) {
  const { read } = deps.database;

  /** What was recorded of these turns, sealed for the test; null: nothing. */
  async function recordsOf(db: Db, testId: string, turns: readonly TurnRow[]): Promise<string | null> {
    const ids = turns.map(({ id }) => id);
    const stored = new Map((await turnRecordsOf(db, ids)).map(({ turnId, record }) => [turnId, record]));
    if (stored.size === 0) return null;
    const records = ids.map((id) => {
      const sealed = stored.get(id);
      return sealed === undefined ? null : unpacked(deps.vault.openBytes(sealed, turnRecordData(id)));
    });
    const packed = packedAll(records);
    if (packed.length > MAX_RECORDS)
      throw badInput(
        'conversationId',
        'Too much was answered to the bot in this session. Name an earlier turn: turnId.',
      );
    return deps.vault.sealBytes(packed, testRecordsData(testId));
  }

  return {
    /** One page of each of these bots; without what was said for who may not read that. */
    async ofBots(viewer: Viewer, botIds: readonly string[], request: PageRequest) {
      readableBots(viewer);
      const pages = await testsOfBots(read, botIds, request);
      return new Map(
        [...pages].map(([botId, page]) => [
          botId,
          { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: shownTo(viewer, node) })) },
        ]),
      );
    },

    /** NOT_FOUND, BAD_USER_INPUT (`name`, `turnId`, `conversationId`), CONFLICT for a name that is taken. */
    async save(viewer: Viewer, { conversationId, turnId, ...given }: SaveBotTest) {
      assertMayWithSome(viewer, 'bot-test.save');
      const name = nameInput(given.name);
      const missing = () => notFound('conversation', conversationId);
      const [conversation] = await conversationsOfAccount(read, viewer.accountId, [conversationId]);
      const [channel] = conversation ? await findChannels(read, viewer.accountId, [conversation.channelId]) : [];
      if (!conversation || !channel) throw missing();
      const { botId, id: channelId } = channel;
      return runCommand(deps, viewer, 'bot-test.save', async ({ trx, now, allow, audit }) => {
        allow(botId, missing);
        assertMayWith(viewer, 'conversation.read-content', botId, missing);
        if (!(await findBot(trx, viewer.accountId, botId))) throw missing();
        if (await botTestNamed(trx, botId, name)) throw nameTaken(name);
        const turns = sessionOf(await turnsUpTo(trx, conversationId, turnId ?? null, MAX_STEPS + 1), turnId);
        const [first] = turns;
        if (!first) throw badInput('conversationId', 'Nothing has been said in this conversation yet.');
        const test: BotTestRecord = {
          id: rowId('bx'),
          ...{ botId, channelId, name },
          steps: turns.map(stepOf),
          sourceTurnId: isTestConversation(conversationId) ? null : first.id,
          createdBy: viewer.id,
          createdAt: now,
        };
        const records = await recordsOf(trx, test.id, turns);
        await insertBotTest(trx, test);
        if (records !== null) await insertTestRecords(trx, { testId: test.id, records });
        audit(test.id, { botId, name, messages: turns.length, recorded: records !== null });
        return shownTo(viewer, test);
      });
    },

    /** Keeps utterances in the platform's form as one test. NOT_FOUND, BAD_USER_INPUT (`name`, `content`), CONFLICT for a name that is taken. */
    async import(viewer: Viewer, { botId, content, ...given }: { botId: string; name: string; content: string }) {
      assertMayWithSome(viewer, 'bot-test.save');
      const name = nameInput(given.name);
      const steps = casesInput(content);
      return runCommand(deps, viewer, 'bot-test.save', async ({ trx, now, allow, audit }) => {
        const missing = () => notFound('bot', botId);
        allow(botId, missing);
        if (!(await findBot(trx, viewer.accountId, botId))) throw missing();
        if (await botTestNamed(trx, botId, name)) throw nameTaken(name);
        const by = { createdBy: viewer.id, createdAt: now };
        const test: BotTestRecord = { id: rowId('bx'), botId, channelId: '', name, steps, sourceTurnId: null, ...by };
        await insertBotTest(trx, test);
        audit(test.id, { botId, name, utterances: steps.length });
        return shownTo(viewer, test);
      });
    },

    /** NOT_FOUND. */
    async remove(viewer: Viewer, id: string): Promise<void> {
      await runCommand(deps, viewer, 'bot-test.delete', async ({ trx, allow, audit }) => {
        const test = await findBotTest(trx, id);
        const bot = test && (await findBot(trx, viewer.accountId, test.botId));
        if (!test || !bot) throw notFound('test', id);
        allow(bot.id, () => notFound('test', id));
        await deleteBotTest(trx, id);
        audit(id, { botId: bot.id, name: test.name });
      });
    },
  };
}

const nameTaken = (name: string) =>
  conflict(`The bot has a test "${name}" already. Give this one another name.`, { field: 'name' });

function casesInput(content: string): BatchCase[] {
  try {
    return readBatchSuite(content);
  } catch (error) {
    throw badInput('content', error instanceof Error ? error.message : String(error));
  }
}

function shownTo(viewer: Viewer, { sourceTurnId, ...test }: BotTestRecord) {
  const readable = may(viewer, 'conversation.read-content', test.botId);
  const steps: object[] = readable ? test.steps : test.steps.map(() => ({ hidden: true }));
  return { ...test, steps, batch: readable ? batchCasesOf(test) : null, ofUser: sourceTurnId !== null };
}

/** The turns of the session that the last one belongs to, oldest first. `turns`: newest first. */
function sessionOf(turns: readonly TurnRow[], lastId: string | null | undefined): TurnRow[] {
  const over = turns.filter(({ status, answeredBy }) => status === 'DONE' && answeredBy === null);
  const [last] = over;
  if (lastId && last?.id !== lastId) throw badInput('turnId', 'Name a turn of this conversation that is over.');
  const session = last && storedOutcome(last)?.sessionId;
  const end = over.findIndex((turn) => storedOutcome(turn)?.sessionId !== session);
  const own = end < 0 ? over : over.slice(0, end);
  if (own.length > MAX_STEPS)
    throw badInput('conversationId', `A test has at most ${MAX_STEPS} messages; this session has more by then.`);
  return own.reverse();
}

function stepOf(turn: TurnRow): TestStep {
  const { message, customData, user, language } = readInput(turn.input);
  const endOfTask = storedOutcome(turn)?.endOfTask ?? null;
  return {
    message: message as unknown as JsonObject, // it came from JSON
    ...(customData !== undefined && { customData }),
    ...(Object.keys(user.info).length > 0 && { userInfo: user.info }),
    ...(language !== undefined && { language }),
    at: turn.createdAt,
    said: storedReplies(turn).map(({ id: _, at: __, ...reply }) => reply as unknown as JsonObject),
    endOfTask: endOfTask && { ...endOfTask },
  };
}
