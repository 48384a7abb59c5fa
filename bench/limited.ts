import { setTimeout as wait } from 'node:timers/promises';
import { limitCpu } from './cpu-share.js';
import { type Bench, hookTask, rateOf } from './measures.js';
import { atLeast, type Figure, median } from './report.js';
import { type Waits, watchWaits } from './waits.js';

/** Milliseconds after which every process knows of a new channel. */
const FOLLOWED_MS = 1_500;

/**
 * Two processes on one PostgreSQL against one, each kept to a share of a core, so that neither the database nor the
 * clients are what there is too little of: what a second process adds where it has a core of its own.
 */
export async function measureLimited(bench: Bench, url: string, share: number): Promise<Figure[]> {
  const second = await bench.start();
  await wait(FOLLOWED_MS);
  const figures: Figure[] = [];
  for (const [whose, apart] of [
    ['each with users of its own', true],
    ['users with both', false],
  ] as const) {
    const [one, both]: [number[], number[]] = [[], []];
    const sum: Waits = { busy: 0, locks: 0, log: 0 };
    const two = { others: [second.url], apart };
    await bench.parts.load({ ...hookTask(bench, bench.bot.sync, 'lw-'), ...two }); // compiled and warm
    const limits = [bench.server, second].map(({ process: { pid = 0 } }) => limitCpu(pid, share));
    try {
      for (let round = 0; round < bench.rounds; round += 1) {
        one.push(rateOf(await bench.parts.load(hookTask(bench, bench.bot.sync, `l${round}-`))));
        const task = { ...hookTask(bench, bench.bot.sync, `k${round}-`), ...two };
        const { done, waits } = await watchWaits(url, () => bench.parts.load(task));
        both.push(rateOf(done));
        for (const name of ['busy', 'locks', 'log'] as const) sum[name] += waits[name];
      }
    } finally {
      for (const lift of limits) lift();
    }
    figures.push(
      { work: `sync turns of one process with ${share} of a core, ${whose}`, value: median(one), unit: '/s' },
      { work: `sync turns of two, ${share} of a core each, ${whose}`, value: median(both), unit: '/s' },
      {
        work: `backends of two found waiting for a row of another, of the busy ones, ${whose}`,
        ...shareOf(sum.locks, sum),
      },
      { work: `backends of two found waiting for the log, of the busy ones, ${whose}`, ...shareOf(sum.log, sum) },
      atLeast(`sync turns, two processes against one, ${whose}`, median(both) / median(one), 1.8),
    );
  }
  await second.stop();
  return figures;
}

const shareOf = (part: number, { busy }: Waits) => ({ value: (100 * part) / Math.max(1, busy), unit: '%' });
