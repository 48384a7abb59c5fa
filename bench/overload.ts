import { setTimeout as wait } from 'node:timers/promises';
import { type Bench, hookTask, rateOf } from './measures.js';
import { atLeast, atMost, type Figure, median } from './report.js';
import { residentMemory, serverMetric } from './server-metric.js';

const TIMES_CAPACITY = 3;
/** Connections of the clients: messages that may be under way at once. */
const CONNECTIONS = 1_500;

/** Three times as many messages as the server can take: the rate and latency of the accepted ones, memory, and recovery. */
export async function measureOverload(bench: Bench): Promise<Figure[]> {
  const { parts, bot } = bench;
  const figures: Figure[] = [];
  for (const [name, path] of [
    ['sync turns', bot.sync],
    ['async accepts', bot.async[0] ?? ''],
  ] as const) {
    const noted = { capacity: [], p99: [], accepted: [], p99Then: [], memory: [], after: [] } as Record<
      string,
      number[]
    >;
    const note = (what: string, value: number) => noted[what]?.push(value);
    let unexplained = 0;
    for (let round = 0; round < bench.rounds; round += 1) {
      const task = hookTask(bench, path, `o${round}-`);
      const calm = await parts.load(task);
      await settle(bench);
      const flood = await parts.load({ ...task, connections: CONNECTIONS, rate: TIMES_CAPACITY * rateOf(calm) });
      const memory = await residentMemory(bench.server.url);
      const after = await parts.load({ ...task, ms: 1_000 });
      await settle(bench);
      note('capacity', rateOf(calm));
      note('p99', calm.p99);
      note('accepted', rateOf(flood));
      note('p99Then', flood.p99);
      note('memory', memory);
      note('after', rateOf(after));
      for (const [status, count] of Object.entries(flood.statuses))
        if (status !== '200' && status !== '503') unexplained += count;
    }
    const of = (what: string) => median(noted[what] ?? []);
    figures.push(
      { work: `${name} at capacity`, value: of('capacity'), unit: '/s' },
      { work: `${name} at capacity, p99`, value: of('p99'), unit: 'ms' },
      { work: `${name} accepted at three times the capacity`, value: of('accepted'), unit: '/s' },
      atMost(`${name} accepted at three times the capacity, p99`, of('p99Then'), 250, 'ms'),
      atMost(`${name} answered otherwise than 200, or 503 with Retry-After`, unexplained, 0, ''),
      { work: `resident memory after that, ${name}`, value: of('memory'), unit: 'MB' },
      atLeast(`${name} in the second after, against the capacity`, of('after') / of('capacity'), 0.8),
    );
  }
  return figures;
}

/** Waits until the queues are empty. */
async function settle({ server: { url } }: Bench): Promise<void> {
  const waiting = () =>
    Promise.all(['inbound_messages', 'outbound_lanes'].map((name) => serverMetric(url, `hookswitch_${name}`)));
  while ((await waiting()).some((count) => count > 0)) await wait(100);
}
