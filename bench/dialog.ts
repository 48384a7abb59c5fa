import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { End, Engine, SessionState, TurnRequest } from '../src/bots/engine.js';
import { compile } from '../src/definition/compile.js';
import { readDefinition } from '../src/definition/read.js';
import type { DialogDeps } from '../src/engines/dialog/deps.js';
import { createDialogEngine } from '../src/engines/dialog/engine.js';
import { createSandbox } from '../src/engines/dialog/sandbox/sandbox.js';
import type { JsonObject } from '../src/json.js';

export interface DialogFigure {
  name: string;
  value: number;
  unit: 'ms' | 'MB';
  /** At most. */
  goal: number;
}

/** Costs of the dialog engine: CPU of turns, compiling, memory. Runs alone, in one process. */
export async function benchDialog(): Promise<DialogFigure[]> {
  await using scripts = createSandbox();
  await scripts.ready();
  const engineOf = (raw: JsonObject): Engine =>
    createDialogEngine(compile(readDefinition(raw).definition), depsOf(scripts));
  const small = exportOf(8);
  const engine = engineOf(small);
  const waiting = await turn(engine, 'task number 3', EMPTY);
  const large = exportOf(2600);
  const figures: DialogFigure[] = [
    {
      name: 'small talk turn, CPU',
      value: await cpu(3000, () => turn(engine, 'thanks', EMPTY)),
      unit: 'ms',
      goal: 0.05,
    },
    {
      name: 'turn of an utterance it was not trained with, CPU',
      value: await cpu(3000, () => turn(engine, 'could you please do the second of those things for me', EMPTY)),
      unit: 'ms',
      goal: 0.05,
    },
    {
      name: 'dialog turn, CPU',
      value: await cpu(3000, () => turn(engine, 'an answer', waiting)),
      unit: 'ms',
      goal: 0.05,
    },
    {
      name: 'turn with a script',
      value: await wall(300, () => turn(engine, 'run a script', EMPTY)),
      unit: 'ms',
      goal: 2,
    },
    {
      name: 'turn with a script that names lodash',
      value: await wall(100, () => turn(engine, 'run a large script', EMPTY)),
      unit: 'ms',
      goal: 2,
    },
    {
      name: 'compiling 4 MB',
      value: await wall(1, async () => void compile(readDefinition(large).definition)),
      unit: 'ms',
      goal: 1000,
    },
  ];
  collectGarbage();
  const before = process.memoryUsage();
  const bots: Engine[] = [];
  for (let count = 0; count < 1000; count += 1) {
    const bot = engineOf(JSON.parse(JSON.stringify(small)) as JsonObject);
    await turn(bot, 'hello there', EMPTY);
    bots.push(bot);
  }
  collectGarbage();
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.external - before.heapUsed - before.external;
  figures.push({ name: `${bots.length} small bots`, value: bytes / 1e6, unit: 'MB', goal: 200 });
  return figures;
}

/** Collects garbage before memory is measured. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)(); // there since the flag is set
}

const EMPTY: SessionState = { context: {}, engine: {} };
const WARM_UP = 200;
/** Runs of which the fastest counts, as other load on the machine only adds time. */
const ROUNDS = 5;

async function turn(engine: Engine, text: string, session: SessionState): Promise<SessionState> {
  let end: End | null = null;
  for await (const step of engine.reply(requestOf(text, session), new AbortController().signal)) {
    if (step.type === 'end') end = step;
  }
  return end?.session ?? session;
}

async function cpu(times: number, work: () => Promise<unknown>): Promise<number> {
  for (let count = 0; count < WARM_UP; count += 1) await work();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.cpuUsage();
    for (let count = 0; count < times; count += 1) await work();
    const used = process.cpuUsage(start);
    rounds.push((used.user + used.system) / 1000 / times);
  }
  return Math.min(...rounds);
}

async function wall(times: number, work: () => Promise<unknown>): Promise<number> {
  for (let count = 0; count < Math.min(WARM_UP, times - 1); count += 1) await work();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (let count = 0; count < times; count += 1) await work();
    rounds.push((performance.now() - start) / times);
  }
  return Math.min(...rounds);
}

function depsOf(scripts: DialogDeps['scripts']): DialogDeps {
  const refuse = () => Promise.reject(new Error('The benchmark calls nothing.'));
  return {
    scripts,
    outbound: { request: refuse },
    tables: { query: refuse, insert: refuse, update: refuse, remove: refuse },
    languageModel: null,
    functions: null,
    formUrl: () => '',
    settings: { services: 'LIVE' },
  };
}

function requestOf(text: string, session: SessionState): TurnRequest {
  return {
    turnId: 'turn',
    traceId: 'trace',
    conversationId: 'conversation',
    sessionId: 'session',
    newSession: false,
    botId: 'bot',
    botName: 'Bot',
    channel: { id: 'channel', name: 'channel' },
    user: { id: 'user', info: {} },
    message: { type: 'text', text, attachments: [] },
    language: 'en',
    session,
    env: {},
    plainEnv: {},
    resume: null,
    now: 0,
    random: () => 0,
    trace: () => {},
  };
}

/** An invented bot in the export's format: so many tasks that ask and answer, one with a script, some small talk. */
function exportOf(tasks: number): JsonObject {
  const dialogs: JsonObject[] = [];
  const dialogComponents: JsonObject[] = [];
  const sentences: JsonObject[] = [];
  const add = (name: string, nodes: { id: string; type: string; component: JsonObject; next: string }[]): void => {
    const start = {
      id: 'intent0',
      type: 'intent',
      component: { dialogId: `dg-${name}`, localeData: { en: { intent: name } } },
      next: nodes[0]?.id ?? '',
    };
    dialogs.push({
      _id: `dg-${name}`,
      refId: `dg-ref-${name}`,
      localeData: { en: { name } },
      nodes: [start, ...nodes].map(({ id, type, next }) => ({
        nodeId: id,
        type,
        componentId: `${name}-${id}`,
        transitions: [{ default: next }],
        nodeOptions: {},
      })),
    });
    for (const { id, type, component } of [start, ...nodes])
      dialogComponents.push({ _id: `${name}-${id}`, refId: `ref-${name}-${id}`, name: id, type, ...component });
  };
  const says = (text: string, type = 'basic'): JsonObject => ({
    message: [{ channel: 'default', localeData: { en: { text: encodeURIComponent(text), type } } }],
  });
  for (let count = 1; count <= tasks; count += 1) {
    const name = `task number ${count}`;
    add(name, [
      {
        id: 'Ask',
        type: 'entity',
        component: { entityType: 'label', ...says('What is it to be? '.repeat(8)) },
        next: 'Tell',
      },
      { id: 'Tell', type: 'message', component: says('It is {{context.entities.Ask}}. '.repeat(8)), next: 'end' },
    ]);
    if (count <= 1000)
      sentences.push({
        taskId: `${name}-intent0`,
        sentence: `please do thing ${count} of the ${count % 50} kind`,
        language: 'en',
      });
  }
  for (const [name, script] of [
    ['run a script', 'context.count = (context.count || 0) + 1;'],
    ['run a large script', 'context.count = koreUtil._.uniq([1, 1, 2]).length;'],
  ] as const)
    add(name, [
      { id: 'Count', type: 'script', component: { script: encodeURIComponent(script) }, next: 'Tell' },
      { id: 'Tell', type: 'message', component: says('{{context.count}}'), next: 'end' },
    ]);
  const talk = [
    ['thanks', 'Welcome.'],
    ['~emohello', 'Hello.'],
    ['~emogoodbye', 'Bye.'],
    ['!y ~yes', 'Good.'],
    ['!n ~no', 'Fine.'],
  ];
  const nodes = talk.map(
    ([pattern, answer], seq): JsonObject => ({
      nodeId: `n${seq}`,
      refId: `r${seq}`,
      seq,
      userUtterances: [{ text: pattern ?? '' }],
      botUtterances: [{ channel: 'default', type: 'basic', text: answer ?? '' }],
    }),
  );
  return {
    _id: 'st-1',
    defaultLanguage: 'en',
    dialogs,
    dialogComponents,
    sentences,
    smallTalk: [{ language: 'en', groups: [{ groupName: 'g', nodes }] }],
  };
}
