import { setTimeout as wait } from 'node:timers/promises';
import { type Bench, hookTask, rateOf } from './measures.js';
import { type Figure, median } from './report.js';

/** Milliseconds after which every process knows of a new channel. */
const FOLLOWED_MS = 1_500;

/** Synchronous turns and asynchronous acceptance of several processes on one PostgreSQL against one, in turns. */
export async function measureNodes(bench: Bench, count: number): Promise<Figure[]> {
  const more = await Promise.all(Array.from({ length: count - 1 }, () => bench.start()));
  await wait(FOLLOWED_MS);
  const others = more.map(({ url }) => url);
  const figures: Figure[] = [];
  for (const [name, path] of [
    ['sync turns', bench.bot.sync],
    ['async accepts', bench.bot.async[0] ?? ''],
  ] as const) {
    const [one, all]: [number[], number[]] = [[], []];
    await bench.parts.load({ ...hookTask(bench, path, 'nw-'), others }); // compiled and warm
    for (let round = 0; round < bench.rounds; round += 1) {
      one.push(rateOf(await bench.parts.load(hookTask(bench, path, `n${round}-`))));
      all.push(rateOf(await bench.parts.load({ ...hookTask(bench, path, `m${round}-`), others })));
    }
    figures.push(
      { work: `${name} of one process`, value: median(one), unit: '/s' },
      { work: `${name} of ${count} processes on the same database`, value: median(all), unit: '/s' },
      { work: `${name}, ${count} processes against one`, value: median(all) / median(one), unit: '×' },
    );
  }
  for (const node of more) await node.stop();
  return figures;
}
