import type { ChildServer } from './child-server.js';
import { atMost, type Figure, median } from './report.js';

const MEBIBYTE = 1024 * 1024;

/** From spawning the process until it serves every hook of a large store, and what it holds in memory then. */
export async function measureStart(rounds: number, start: () => Promise<ChildServer>): Promise<Figure[]> {
  const [seconds, memory]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const server = await start();
    seconds.push((performance.now() - begun) / 1000);
    memory.push((await residentBytes(server.url)) / MEBIBYTE);
    await server.stop();
  }
  return [
    atMost('start with 10,000 bots and 100,000 live channels', median(seconds), 3, 's'),
    atMost('resident memory after that start', Math.max(...memory), 300, 'MB'),
  ];
}

/** What the server says of itself in its metrics. */
export async function residentBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const found = /^process_resident_memory_bytes (\S+)/m.exec(metrics);
  if (!found) throw new Error('the server does not tell its resident memory');
  return Number(found[1]);
}
