import type { ChildServer } from './child-server.js';
import { atMost, type Figure, median } from './report.js';
import { residentMemory } from './server-metric.js';

/** From spawning the process until it serves every hook of a large store, and what it holds in memory then. */
export async function measureStart(rounds: number, start: () => Promise<ChildServer>): Promise<Figure[]> {
  const [seconds, memory]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const server = await start();
    seconds.push((performance.now() - begun) / 1000);
    memory.push(await residentMemory(server.url));
    await server.stop();
  }
  return [
    atMost('start with 10,000 bots and 100,000 live channels', median(seconds), 3, 's'),
    atMost('resident memory after that start', Math.max(...memory), 300, 'MB'),
  ];
}
