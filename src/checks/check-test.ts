import type { UserMessage } from '../bots/engine.js';
import { rowId } from '../ids.js';
import type { JsonObject } from '../json.js';
import { type BotTestRecord, batchCasesOf, type TestStep } from '../store/tables/bot-tests.js';
import type { TestOutcome } from '../store/tables/checked-tests.js';
import { unpackedAll } from '../turn/test-record.js';
import type { KeptTurn, TurnRecord } from '../turn/turn-record.js';
import { compareCase } from './check-case.js';
import { asItWasSaid, sidesOf } from './check-turn.js';
import { compareSaid, type Verdict } from './compare.js';
import { packedDetail } from './detail.js';
import { type ReplayDeps, replay } from './replay.js';

/** A conversation kept as a test, to be repeated with a candidate. */
export interface PackedTest {
  testId: string;
  botId: string;
  botName: string;
  channel: { id: string; name: string };
  steps: BotTestRecord['steps'];
  /** What was recorded of its turns (turn/test-record.ts); null: nothing. */
  packed: Uint8Array | null;
  createdAt: number;
}

export interface TestVerdict {
  testId: string;
  outcome: TestOutcome;
  /** The first step that differs, from 0. */
  step: number;
  node: string | null;
  message: string | null;
  /** What was expected and what would be, as deflated JSON; null where it passes. */
  detail: Uint8Array | null;
}

/** Runs a test with a candidate. A conversation gets one verdict, a batch of utterances one for each. */
export async function checkTest(deps: ReplayDeps, test: PackedTest): Promise<TestVerdict[]> {
  const cases = batchCasesOf(test);
  if (!cases) return [await checkConversation(deps, test)];
  const verdicts: TestVerdict[] = [];
  for (const [step, expected] of cases.entries()) {
    const message: JsonObject = { type: 'text', text: expected.input, attachments: [] };
    const record = recordFor(test, { message, said: [], endOfTask: null }, null);
    const is = await replay(deps, { ...placeOf(test), record });
    const { outcome, detail } = compareCase(deps, expected, is);
    verdicts.push({ testId: test.testId, outcome, step, node: null, message: null, detail });
  }
  return verdicts;
}

const placeOf = ({ testId, botId, channel }: PackedTest) => ({
  ...{ turnId: rowId('tn'), traceId: '', conversationId: testId },
  ...{ channelId: channel.id, botId },
});

/**
 * Repeats a test's conversation with a candidate in a new session, up to the first step that differs. A recorded step gets the recorded
 * answers of services; calls of any other step fail, since no answer is known.
 */
async function checkConversation(deps: ReplayDeps, test: PackedTest): Promise<TestVerdict> {
  const { testId } = test;
  const steps = test.steps as TestStep[]; // no utterances
  const records = test.packed === null ? [] : unpackedAll(test.packed);
  const place = placeOf(test);
  let session: KeptTurn['session'] | null = null;
  for (const [index, step] of steps.entries()) {
    const record = recordFor(test, step, records[index]);
    const before: KeptTurn['session'] = session ?? record.session;
    const is = await asItWasSaid(deps, { ...place, record }, before);
    const { outcome, node, message } = compareSaid(record, is);
    if (outcome !== 'ALIKE') {
      const detail = packedDetail(sidesOf(record, is, before.state));
      return { testId, outcome: TEST_OUTCOMES[outcome], step: index, node, message, detail };
    }
    session = { ...before, isNew: false, state: is.end.session ?? '' };
  }
  return { testId, outcome: 'PASSED', step: Math.max(0, steps.length - 1), node: null, message: null, detail: null };
}

const TEST_OUTCOMES: Readonly<Record<Exclude<Verdict['outcome'], 'ALIKE'>, TestOutcome>> = {
  ACCEPTED: 'PASSED',
  DIFFERENT: 'FAILED',
  FAILING: 'FAILED',
  UNKNOWN: 'UNKNOWN',
};

/** A step in the form of a recorded turn, with the words and the end of the task that the test expects. */
function recordFor(test: PackedTest, step: TestStep, recorded: TurnRecord | null | undefined): KeptTurn {
  if (recorded && recorded.kept !== 'TOO_LARGE') return recorded;
  const { botId, botName, channel, createdAt } = test;
  const { message, customData, userInfo = {}, language, said, endOfTask, at = createdAt } = step;
  return {
    kept: 'WHOLE',
    versionId: null,
    botName,
    channelName: channel.name,
    at,
    seed: 1,
    session: { id: rowId('se'), state: '', startedAt: at, lastMessageAt: at, isNew: true },
    input: {
      form: 'V2',
      mode: 'SYNC',
      message: message as unknown as UserMessage, // as it was when it was saved
      user: { id: 'test', info: userInfo },
      groupId: '',
      replyFrom: botId,
      payload: {},
      newSession: false,
      ...(customData !== undefined && { customData }),
      ...(language !== undefined && { language }),
    },
    calls: [],
    path: [],
    said: said.flatMap(({ kind: _, ...reply }) =>
      reply.type === 'event' ? [] : [{ key: null, after: 0, variants: 1, replies: [reply as unknown as Words] }],
    ),
    end: {
      endOfTask: endOfTask as unknown as KeptTurn['end']['endOfTask'], // as callers were told of it
      agentTransfer: false,
      closeSession: false,
      failure: null,
      session: null,
    },
  };
}

type Words = KeptTurn['said'][number]['replies'][number];
