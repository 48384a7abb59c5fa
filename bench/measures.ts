import { setTimeout as wait } from 'node:timers/promises';
import type { ChildServer } from './child-server.js';
import { type Accounts, type Cpu, cpuEach, processAccounts, sumOf } from './cpu.js';
import type { LiveBot } from './live-bot.js';
import type { LoadResult, LoadTask } from './parts/load-task.js';
import type { Parts } from './parts/parts.js';
import { atLeast, atMost, type Figure, median, quantile } from './report.js';

export interface Bench {
  parts: Parts;
  server: ChildServer;
  start(more?: Record<string, string>): Promise<ChildServer>;
  bot: LiveBot;
  rounds: number;
  /** Length of one measurement, in milliseconds. */
  ms: number;
  dataDir: string;
  /** The database's processes; none where it is part of the server. */
  database: Accounts | null;
}

const CONNECTIONS = 64;
const USERS = 1_000;

/** CPU of each round, of the server's work and of the floors'. */
type CpuByWork = Record<'turns' | 'deliveries' | 'koa' | 'posts' | 'stored' | 'floored', Cpu[]>;

/** Synchronous turns, asynchronous acceptance and delivery, against what the parts alone can do. */
export async function measureTurns(bench: Bench): Promise<Figure[]> {
  const { parts } = bench;
  const rates = { http: [], koa: [], stored: [], floored: [], sync: [], accept: [], deliver: [], post: [] } as Record<
    string,
    number[]
  >;
  const latency: { p50: number[]; p99: number[] } = { p50: [], p99: [] };
  const note = (name: string, value: number) => rates[name]?.push(value);
  const cpu: CpuByWork = { turns: [], deliveries: [], koa: [], posts: [], stored: [], floored: [] };
  const ofServer = [processAccounts('server', bench.server.process.pid), ...(bench.database ? [bench.database] : [])];
  const ofKoa = [processAccounts('F2', parts.floors.koa.process.pid)];
  const ofStored = [processAccounts('F4', parts.floors.stored.process.pid)];
  const ofDelivered = [processAccounts('F5', parts.delivered.process.pid)];
  const ofPoster = [processAccounts('F3', parts.poster.process.pid)];
  await parts.load(hookTask(bench, bench.bot.sync, 'w-')); // compiled and warm, like a server in use
  const burst = (prefix: string) => acceptAndDeliver(bench, hookTask(bench, bench.bot.async[0] ?? '', prefix));
  await burst('w-');
  const flooredBurst = () => acceptAndDeliver(bench, floorTask(bench, parts.delivered.url));
  await flooredBurst();
  for (const floor of Object.values(parts.floors)) await parts.load(floorTask(bench, floor.url));
  for (let round = 0; round < bench.rounds; round += 1) {
    note('http', rateOf(await parts.load(floorTask(bench, parts.floors.http.url))));
    const koa = await cpuEach(ofKoa, () => parts.load(floorTask(bench, parts.floors.koa.url)), okOf);
    note('koa', rateOf(koa.done));
    cpu.koa.push(koa.cpu);
    const stored = await cpuEach(ofStored, () => parts.load(floorTask(bench, parts.floors.stored.url)), okOf);
    note('stored', rateOf(stored.done));
    cpu.stored.push(stored.cpu);
    const measured = await cpuEach(ofServer, () => parts.load(hookTask(bench, bench.bot.sync, `s${round}-`)), okOf);
    const sync = measured.done;
    cpu.turns.push(measured.cpu);
    note('sync', rateOf(sync));
    latency.p50.push(sync.p50);
    latency.p99.push(sync.p99);
    const posted = await cpuEach(
      ofPoster,
      () => parts.post(bench.ms),
      (rate) => (rate * bench.ms) / 1000,
    );
    note('post', posted.done);
    cpu.posts.push(posted.cpu);
    const floored = await cpuEach(ofDelivered, flooredBurst, ({ count }) => count);
    note('floored', floored.done.delivered);
    cpu.floored.push(floored.cpu);
    const sent = await cpuEach(
      ofServer,
      () => burst(`a${round}-`),
      ({ count }) => count,
    );
    const { accepted, delivered } = sent.done;
    cpu.deliveries.push(sent.cpu);
    note('accept', accepted);
    note('deliver', delivered);
  }
  const middle = (name: string) => median(rates[name] ?? []);
  const [f1, f2, f3] = [middle('http'), middle('koa'), middle('post')];
  const both = 1 / (1 / f2 + 1 / f3);
  return [
    { work: 'F1: node:http and JWT, echo', value: f1, unit: '/s' },
    { work: 'F2: Koa, router, JWT, echo', value: f2, unit: '/s' },
    { work: 'F3: undici POSTs, signed', value: f3, unit: '/s' },
    { work: 'F4: F2, and the rows of a turn stored on SQLite', value: middle('stored'), unit: '/s' },
    { work: 'F5: F2, the rows of a message stored on SQLite, and F3', value: middle('floored'), unit: '/s' },
    { work: 'sync turns', value: middle('sync'), unit: '/s' },
    { work: 'sync turn, p50', value: median(latency.p50), unit: 'ms' },
    { work: 'sync turn, p99', value: median(latency.p99), unit: 'ms' },
    atLeast('sync turn, everything persisted, against F2', middle('sync') / f2, 0.6),
    atLeast('sync turn, everything persisted, against F1', middle('sync') / f1, 0.3),
    { work: 'async accepts', value: middle('accept'), unit: '/s' },
    atLeast('async accept (durable 200), a burst, against F2', middle('accept') / f2, 0.7),
    { work: 'accepted and delivered', value: middle('deliver'), unit: '/s' },
    atLeast('accept to delivered, against 1 / (1/F2 + 1/F3)', middle('deliver') / both, 0.5),
    ...cpuFigures(cpu),
  ];
}

/** CPU of a message by what took it, and against that of the floors in the same run. */
function cpuFigures(cpu: CpuByWork): Figure[] {
  const middleOf = (rounds: Cpu[], of: (cpu: Cpu) => number) => median(rounds.map(of));
  const [f2, f3] = [middleOf(cpu.koa, sumOf), middleOf(cpu.posts, sumOf)];
  const of = (work: string, rounds: Cpu[], floor: number, against: string): Figure[] => {
    const names = [...new Set(rounds.flatMap((cpu) => Object.keys(cpu)))];
    return [
      ...names.map((name): Figure => {
        const value = middleOf(rounds, (cpu) => cpu[name] ?? 0);
        return { work: `CPU of ${work}: ${name}`, value, unit: 'µs' };
      }),
      { work: `CPU of ${work}, all of it, against ${against}`, value: middleOf(rounds, sumOf) / floor, unit: '×' },
    ];
  };
  return [
    { work: 'CPU of a request of F2', value: f2, unit: 'µs' },
    { work: 'CPU of a POST of F3', value: f3, unit: 'µs' },
    ...of('a request of F4', cpu.stored, f2, 'a request of F2'),
    ...of('a message of F5', cpu.floored, f2 + f3, 'a request of F2 and a POST of F3'),
    ...of('a synchronous turn', cpu.turns, f2, 'a request of F2'),
    ...of('a message accepted, answered and delivered', cpu.deliveries, f2 + f3, 'a request of F2 and a POST of F3'),
  ];
}

const okOf = ({ ok }: LoadResult): number => ok;

/** A burst, and how long it takes from its first message until its last reply is delivered. */
export async function acceptAndDeliver(
  { parts }: Bench,
  task: LoadTask,
): Promise<{ accepted: number; delivered: number; count: number }> {
  parts.sink.reset(false);
  const begunAt = performance.timeOrigin + performance.now();
  const burst = await parts.load(task);
  const { count, lastAt } = await parts.sink.until(burst.ok);
  if (count < burst.ok) throw new Error(`${burst.ok} messages were accepted and ${count} replies delivered`);
  return { accepted: rateOf(burst), delivered: count / ((lastAt - begunAt) / 1000), count };
}

/** From the client's 200 to the first byte at the sink, at a steady 300 messages a second. */
export async function measureLatency(bench: Bench): Promise<Figure[]> {
  const { parts } = bench;
  const [p50s, p99s]: [number[], number[]] = [[], []];
  for (let round = 0; round < bench.rounds; round += 1) {
    const { waits } = await steady(bench, 0, `l${round}-`);
    p50s.push(quantile(waits, 0.5));
    p99s.push(quantile(waits, 0.99));
  }
  parts.sink.reset(false);
  return [
    atMost('accept → first byte at the sink, 300/s, p50', median(p50s), 10, 'ms'),
    atMost('accept → first byte at the sink, 300/s, p99', median(p99s), 40, 'ms'),
  ];
}

async function steady(bench: Bench, channel: number, prefix: string): Promise<{ waits: number[] }> {
  const { parts } = bench;
  parts.sink.reset(true);
  const task = { ...hookTask(bench, bench.bot.async[channel] ?? '', prefix), rate: 300 };
  const { accepted } = await parts.load(task);
  const { arrivals } = await parts.sink.until(accepted.length);
  const arrived = new Map(arrivals);
  const waits = accepted.map(([text, at]) => Math.max(0, (arrived.get(text) ?? Number.POSITIVE_INFINITY) - at));
  return { waits };
}

/** The same latency while another endpoint answers nothing, at twice its share of the callbacks under way. */
export async function measureBlackHole(bench: Bench): Promise<Figure[]> {
  const alone = [];
  const beside = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    alone.push(quantile((await steady(bench, 0, `b${round}-`)).waits, 0.99));
    await bench.parts.load({
      ...hookTask(bench, bench.bot.async[1] ?? '', `h${round}-`),
      messages: 22,
      connections: 22,
    });
    beside.push(quantile((await steady(bench, 0, `c${round}-`)).waits, 0.99));
  }
  return [
    { work: 'p99 of accept → sink without a black hole', value: median(alone), unit: 'ms' },
    atMost('p99 of the others beside a black-holed endpoint, against without', median(beside) / median(alone), 1.1),
  ];
}

/** Replies that had to wait for a dispatcher, sent as fast as they go; the server is another process afterwards. */
export async function measureDrain(bench: Bench, backlog: number): Promise<Figure[]> {
  const { parts } = bench;
  await bench.server.stop();
  bench.server = await bench.start({ ROLES: 'api,ingress' });
  const { ok } = await parts.load({
    ...hookTask(bench, bench.bot.async[0] ?? '', 'd-'),
    users: 20_000,
    ms: 600_000,
    messages: backlog,
  });
  await wait(3_000); // the last turns
  await bench.server.stop();
  parts.sink.reset(false);
  const floorBefore = await parts.post(bench.ms);
  parts.sink.reset(false);
  const begunAt = performance.timeOrigin + performance.now();
  bench.server = await bench.start();
  const ready = performance.timeOrigin + performance.now();
  const { count, lastAt } = await parts.sink.until(ok);
  const floorAfter = await parts.post(bench.ms);
  if (count < ok) throw new Error(`${ok} replies were waiting and ${count} were delivered`);
  const rate = count / ((lastAt - ready) / 1000);
  const floor = (floorBefore + floorAfter) / 2;
  return [
    { work: 'start with the backlog', value: ready - begunAt, unit: 'ms' },
    { work: `draining a backlog of ${ok} deliveries`, value: rate, unit: '/s' },
    atLeast('draining a backlog, against F3', rate / floor, 0.6),
  ];
}

export const rateOf = ({ ok, seconds }: LoadResult): number => ok / seconds;

export function hookTask(bench: Bench, path: string, prefix: string): LoadTask {
  const { bot, server, ms } = bench;
  const { authorization } = bot;
  return { url: server.url, path, authorization, connections: CONNECTIONS, users: USERS, prefix, ms };
}

const floorTask = (bench: Bench, url: string): LoadTask => ({
  ...hookTask(bench, '/chatbot/hooks/st-1', 'f'),
  url,
  authorization: bench.parts.floorAuthorization,
});
