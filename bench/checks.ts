import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '../src/json.js';
import { controlPlaneOf, createCaller, goLive } from '../test/support/app.js';
import { startChildServer } from './child-server.js';
import { accountsByPriority, type Cpu, cpuEach } from './cpu.js';
import { serverEnv } from './live-bot.js';
import type { Bench } from './measures.js';
import type { LoadResult, LoadTask } from './parts/load-task.js';
import { atMost, type Figure, quantile } from './report.js';

/** Live turns a second. */
const RATE = 300;
/** How long a check is watched at most; it works a fifth of the time while live turns come. */
const MOST_MS = 900_000;
/** Milliseconds of live turns over the same connections; the next piece opens new ones. Beside a check they go on until it is over. */
const PIECE_MS = 10_000;
/** Milliseconds between two looks at the check. */
const LOOK_MS = 1_000;
const CONNECTIONS = 64;
const USERS = 1_000;

/**
 * Recorded turns, made by messages to the hook, and one check of them all, beside 300 live turns a second of the same bot; those
 * without a check, before and after it, are what they are compared with.
 */
export async function measureChecks(bench: Bench, total: number, seconds: number): Promise<Figure[]> {
  const { parts } = bench;
  const folder = await mkdtemp(join(bench.dataDir, 'check-'));
  const server = await startChildServer({ env: serverEnv(folder), args: ['--real-bots'] });
  try {
    const { gql } = controlPlaneOf(server.url);
    const { botId, path, authorization } = await recordingBot(server.url);
    const hook = { url: server.url, path, authorization, connections: CONNECTIONS, users: USERS, text: 'tea' };
    const recorded = await parts.load({ ...hook, prefix: 'r-', ms: 3_600_000, messages: total });
    if (recorded.ok < total) throw new Error(`${total} messages were sent and ${recorded.ok} answered`);
    const accounts = [accountsByPriority('server', server.process.pid)];
    const live = (ms: number): LoadTask => ({ ...hook, prefix: 'l-', rate: RATE, ms });
    const piece = Math.min(PIECE_MS, seconds * 1_000);
    const alone = () =>
      cpuEach(
        accounts,
        async () => {
          const pieces: LoadResult[] = [];
          while (pieces.length * piece < seconds * 1_000) pieces.push(await parts.load(live(piece)));
          return pieces;
        },
        (pieces) => pieces.reduce((sum, { ok }) => sum + ok, 0),
      );

    // Every other user is a message ahead, so that at any time half of the turns run the script.
    await parts.load({ ...hook, prefix: 'l-', ms: MOST_MS, messages: USERS / 2, step: 2 });
    await parts.load(live(piece)); // warm
    const before = await alone();
    const { startCheck } = await gql('mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }', {
      input: { botId, versionNumber: 1, maxTurns: total },
    });
    const look = async () =>
      (await gql('query($id: ID!) { versionCheck(id: $id) { status turns alike finishedAt } }', startCheck))
        .versionCheck;
    const began = performance.now();
    let state = await look();
    let took = 0;
    const watching = (async () => {
      while (state.status === 'RUNNING' && performance.now() - began < MOST_MS) {
        await wait(LOOK_MS);
        state = await look();
        took = performance.now() - began;
      }
    })();
    const during: LoadResult[] = [];
    const beside = await cpuEach(
      accounts,
      async () => {
        do during.push(await parts.load(live(piece)));
        while (state.status === 'RUNNING' && performance.now() - began < MOST_MS);
        await watching;
        return state.turns as number;
      },
      (turns) => turns,
    );
    if (state.status === 'RUNNING') await gql('mutation($id: ID!) { cancelJob(id: $id) }', startCheck);
    const after = await alone();
    return figuresOf({ total, took, turns: beside.done, alike: state.alike, cpu: beside.cpu }, during, [before, after]);
  } finally {
    await server.stop();
  }
}

interface Checked {
  total: number;
  /** Milliseconds. */
  took: number;
  turns: number;
  alike: number;
  /** Of each turn checked. */
  cpu: Cpu;
}

function figuresOf(checked: Checked, during: LoadResult[], alone: { done: LoadResult[]; cpu: Cpu }[]): Figure[] {
  const of = (results: LoadResult[], share: number) =>
    quantile(
      results.flatMap(({ latencies }) => latencies),
      share,
    );
  const without = alone.flatMap(({ done }) => done);
  const { total, took, turns, alike, cpu } = checked;
  const refused = [...without, ...during].flatMap(({ statuses }) => Object.entries(statuses));
  return [
    ...alone.map(
      ({ done }, index): Figure => ({
        work: `${RATE} live turns a second ${index === 0 ? 'before' : 'after'} a check, p99`,
        value: of(done, 0.99),
        unit: 'ms',
      }),
    ),
    { work: `${RATE} live turns a second without a check, p50`, value: of(without, 0.5), unit: 'ms' },
    { work: `${RATE} live turns a second beside a check, p50`, value: of(during, 0.5), unit: 'ms' },
    { work: `${RATE} live turns a second without a check, p99`, value: of(without, 0.99), unit: 'ms' },
    { work: `${RATE} live turns a second beside a check, p99`, value: of(during, 0.99), unit: 'ms' },
    atMost('live turns beside a check, p99, against without', of(during, 0.99) / of(without, 0.99), 1.2),
    atMost(
      'live turns answered otherwise than 200',
      refused.reduce((sum, [status, count]) => sum + (status === '200' ? 0 : count), 0),
      0,
      '',
    ),
    { work: `recorded turns of ${total.toLocaleString('en')} checked beside them`, value: turns, unit: '' },
    { work: 'turns checked beside them', value: turns / (took / 1_000), unit: '/s' },
    atMost('turns checked and not alike', turns - alike, 0, ''),
    ...Object.entries(cpu).map(
      ([name, value]): Figure => ({ work: `CPU beside the check, of each turn checked: ${name}`, value, unit: 'µs' }),
    ),
    ...Object.entries(alone[0]?.cpu ?? {}).map(
      ([name, value]): Figure => ({ work: `CPU of a live turn without a check: ${name}`, value, unit: 'µs' }),
    ),
  ];
}

/** A bot that asks, runs a script and answers, each time somebody says "tea" twice; live, and recorded. */
async function recordingBot(url: string): Promise<{ botId: string; path: string; authorization: string }> {
  const plane = controlPlaneOf(url);
  const { importBot } = await plane.gql(
    'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }',
    { input: { definition: TEA, mode: 'NEW' } },
  );
  const botId: string = importBot.bot.id;
  await plane.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
    input: { id: botId, engineSettings: { record: true } },
  });
  const { clientId, headers } = await createCaller(plane);
  const [channel] = await goLive(plane, botId, [{ appClientId: clientId }]);
  return { botId, path: channel?.path ?? '', authorization: headers().authorization ?? '' };
}

const says = (text: string): JsonObject => ({
  message: [{ channel: 'default', localeData: { en: { text: encodeURIComponent(text), type: 'basic' } } }],
});

const NODES: { id: string; type: string; component: JsonObject; next: string }[] = [
  { id: 'intent0', type: 'intent', component: { localeData: { en: { intent: 'tea' } } }, next: 'Ask' },
  { id: 'Ask', type: 'entity', component: { entityType: 'label', ...says('Which tea?') }, next: 'Count' },
  {
    id: 'Count',
    type: 'script',
    component: { script: encodeURIComponent('context.code = String(Math.random()); context.at = Date.now();') },
    next: 'Tell',
  },
  { id: 'Tell', type: 'message', component: says('{{context.entities.Ask}}: {{context.code}}.'), next: 'end' },
];

const TEA: JsonObject = {
  _id: 'st-1',
  defaultLanguage: 'en',
  supportedLanguages: ['en'],
  localeData: { en: { name: 'Tea' } },
  dialogs: [
    {
      _id: 'dg-tea',
      refId: 'ref-dg-tea',
      localeData: { en: { name: 'tea' } },
      nodes: NODES.map(({ id, type, next }) => ({
        nodeId: id,
        type,
        componentId: `dc-${id}`,
        transitions: [{ default: next }],
        nodeOptions: {},
      })),
    },
  ],
  dialogComponents: NODES.map(({ id, type, component }) => ({
    _id: `dc-${id}`,
    refId: `ref-dc-${id}`,
    name: id,
    type,
    ...(type === 'intent' && { dialogId: 'dg-tea' }),
    ...component,
  })),
};
