import type { AgentNode } from '../../../definition/program.js';
import { standardKey } from '../../../definition/standard-responses.js';
import { toUtterance } from '../../../definition/words.js';
import { type AgentAnswer, readAgentAnswer } from '../agent/agent-answer.js';
import { collect, collected, missing, recordAnswer, saidBy } from '../agent/collect.js';
import { ANSWER_SCHEMA, instructions, JSON_ONLY } from '../agent/instructions.js';
import { MAX_TOOL_CALLS, usableTools, useTool } from '../agent/tools.js';
import { interrupt, obey } from '../interrupt.js';
import { pause, type Run, type Steps, say, sayPlain } from '../run.js';
import type { AgentTalk, Frame } from '../state.js';
import { endByRetries } from '../tasks.js';
import { askModel, leaveBy, ModelFailure, withoutModel } from './ask-model.js';
import type { Outcome } from './outcome.js';
import { runBotScript } from './script.js';

/** Characters of a message that the model is shown; the rest stays out. */
const MESSAGE_CHARACTERS = 4000;
/** What stands for a message without words: models want some. */
const NO_WORDS = '(no text)';

/**
 * Lets the language model talk with the user until it has collected the node's values, or one of its exits applies. What
 * it answers fills declared values and picks declared exits, and says something; nothing else comes of it.
 */
export async function* runAgent(run: Run, frame: Frame, node: AgentNode): Steps<Outcome> {
  const { talk } = frame;
  if (!talk) return yield* begin(run, frame, node);
  if (frame.phase === 'enter') return yield* askAgain(run, talk);
  if (frame.phase === 'wait') {
    const input = run.input;
    if (!input) return 'wait';
    const elsewhere = (yield* obey(run, frame)) ?? (yield* leaveFor(run, frame, node, input.text));
    if (elsewhere) return elsewhere;
    run.input = null;
    talk.inputs += 1;
    hear(talk, node, input.text);
    frame.phase = 'call';
    yield* pause(run);
  }
  return yield* converse(run, frame, node, talk);
}

async function* begin(run: Run, frame: Frame, node: AgentNode): Steps<Outcome> {
  await runBotScript(run, node.preProcessor, `${node.name}, before`);
  recordAnswer(run, node, { values: {}, bot: '', status: 'ongoing', exit: '' });
  const talk: AgentTalk = { history: [], inputs: 0, refused: [] };
  hear(talk, node, firstWords(run));
  frame.talk = talk;
  frame.phase = 'call';
  yield* pause(run);
  return yield* converse(run, frame, node, talk);
}

async function* converse(run: Run, frame: Frame, node: AgentNode, talk: AgentTalk): Steps<Outcome> {
  try {
    return yield* goOn(run, frame, node, talk, await askWithTools(run, node, talk));
  } catch (error) {
    return withoutModel(run, frame, node, error);
  }
}

/** Asks until the model says something to the user; each tool it uses on its way adds its result to the talk. */
async function askWithTools(run: Run, node: AgentNode, talk: AgentTalk): Promise<AgentAnswer> {
  let answer = await ask(run, node, talk);
  for (let calls = 0; answer.tool !== null && usableTools(node).length > 0; calls += 1) {
    const { values, refused } = await collect(run, node, answer.entities);
    talk.refused = refused;
    const known = { ...collected(run, node), ...values };
    recordAnswer(run, node, { values: known, bot: '', status: 'ongoing', exit: '' });
    const result = calls < MAX_TOOL_CALLS ? await useTool(run, node, answer.tool) : NO_MORE;
    talk.history.push({ role: 'assistant', content: '' });
    talk.history.push({ role: 'user', content: `(Result of the tool "${answer.tool.name}", data: ${result})` });
    if (calls > MAX_TOOL_CALLS) throw new ModelFailure(`The language model of "${node.name}" only uses tools.`);
    answer = await ask(run, node, talk);
  }
  return answer;
}

/** What a model is told that uses tools without end. */
const NO_MORE = '{"error":"No further tools now: answer the user."}';

/** Takes what the model answered. */
async function* goOn(run: Run, frame: Frame, node: AgentNode, talk: AgentTalk, answer: AgentAnswer): Steps<Outcome> {
  const { values, refused } = await collect(run, node, answer.entities);
  talk.refused = refused;
  const known = { ...collected(run, node), ...values };
  const exit = answer.exit === null ? '' : (node.exits[answer.exit - 1] ?? '');
  const ended = answer.ended && (exit !== '' || missing(node, known).length === 0);
  recordAnswer(run, node, { values: known, bot: answer.bot, status: ended ? 'ended' : 'ongoing', exit });
  run.turn.trace({
    kind: 'agent',
    node: node.name,
    collected: Object.keys(values),
    refused,
    missing: missing(node, known),
    status: ended ? 'ended' : 'ongoing',
    exit: answer.exit === null || exit === '' ? null : answer.exit,
  });
  await runBotScript(run, node.postProcessor, `${node.name}, after`);
  const bot = saidBy(run);
  if (ended) {
    if (exit === '' && bot !== '') yield* sayPlain(run, bot);
    return 'next';
  }
  if (talk.inputs >= node.maxInputs) {
    run.turn.trace({ kind: 'agent', node: node.name, status: 'inputs_exceeded' });
    return node.onExceeded === 'USUAL' ? yield* endByRetries(run) : leaveBy(run, frame, node, node.onExceeded);
  }
  if (bot !== '') talk.history.push({ role: 'assistant', content: bot });
  return yield* askAgain(run, talk);
}

/** Asks once more where a model forgets the form of its answer. */
async function ask(run: Run, node: AgentNode, talk: AgentTalk): Promise<AgentAnswer> {
  const system = await instructions(run, node, talk.refused);
  const history = talk.history.map(({ role, content }) => ({
    role,
    content: role === 'user' ? content : spoken(content),
  }));
  const given = await askModel(run, node, { system, messages: history, schema: ANSWER_SCHEMA });
  const answer = readAgentAnswer(given);
  if (answer) return answer;
  const again = [...history, { role: 'user' as const, content: JSON_ONLY }];
  const second = readAgentAnswer(await askModel(run, node, { system, messages: again, schema: ANSWER_SCHEMA }));
  if (second) return second;
  throw new ModelFailure(`The language model answered "${node.name}" with what is no JSON object, twice.`);
}

/** What the model said before, in the form it is to keep. */
const spoken = (bot: string): string => JSON.stringify({ bot, entities: {}, conv_status: 'ongoing', exit: null });

/** Another task or question that was asked for by its very words; anything like it, where the node prefers intents. */
async function* leaveFor(run: Run, frame: Frame, node: AgentNode, text: string): Steps<Outcome | null> {
  const isQuestion = run.understanding.exactFaq(toUtterance(text)) !== null;
  return yield* interrupt(run, frame, node, node.intentFirst || isQuestion ? 'any' : 'definite');
}

/** Keeps the last messages, beginning with one of the user: models expect the two to take turns. */
function hear(talk: AgentTalk, { historyLength }: AgentNode, text: string): void {
  const content = text.trim() === '' ? NO_WORDS : text.slice(0, MESSAGE_CHARACTERS);
  const kept = [...talk.history, { role: 'user' as const, content }].slice(-historyLength);
  const from = kept.findIndex(({ role }) => role === 'user');
  talk.history = kept.slice(from);
}

/** Back from an interruption: what was said last is said again. */
async function* askAgain(run: Run, { history }: AgentTalk): Steps<Outcome> {
  const last = history.at(-1);
  yield* last?.role === 'assistant' ? sayPlain(run, last.content) : say(run, standardKey('not_understood'));
  return 'wait';
}

/** The text that led here; of one that asked for several tasks, the part of this one. */
function firstWords({ turn, state }: Run): string {
  const text = turn.message.type === 'text' ? turn.message.text : '';
  const part = state.utterance?.text ?? '';
  return part !== '' && text.includes(part) ? part : text;
}
