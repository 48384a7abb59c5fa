import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChildServer } from './child-server.js';
import { type Bench, hookTask, rateOf } from './measures.js';
import { atLeast, type Figure, median } from './report.js';

/** Run from the repository's root, where npm runs scripts. */
const FOLDER = resolve('bench/peers');
const PEERS = { 'Microsoft 365 Agents SDK': 'agents.mjs', botbuilder: 'botbuilder.mjs' };
const HOW = 'npm install --prefix bench/peers';

/** Our synchronous turns against those of echo bots on other frameworks, which check a token and keep state in SQLite. */
export async function measurePeers(bench: Bench): Promise<Figure[]> {
  if (!existsSync(join(FOLDER, 'node_modules'))) {
    process.stdout.write(`peers are not measured: they are not installed. To install them: ${HOW}\n`);
    return [];
  }
  const folder = await mkdtemp(join(bench.dataDir, 'peers-'));
  const peers = await Promise.all(
    Object.entries(PEERS).map(async ([name, file]) => {
      const entry = pathToFileURL(join(FOLDER, file));
      const child = await startChildServer({ entry, args: [folder], env: { NODE_ENV: 'production' } });
      return { name, child, rates: [] as number[] };
    }),
  );
  const own: number[] = [];
  for (let round = -1; round < bench.rounds; round += 1) {
    const sync = rateOf(await bench.parts.load(hookTask(bench, bench.bot.sync, 'p-')));
    if (round >= 0) own.push(sync); // the first is for all to be compiled and warm
    for (const { name, child, rates } of peers) {
      const task = { ...hookTask(bench, '/api/messages', 'p-'), url: child.url, authorization: child.authorization };
      const result = await bench.parts.load({ ...task, body: 'ACTIVITY' });
      if (result.ok === 0) throw new Error(`${name} answers nothing: ${JSON.stringify(result.statuses)}`);
      if (round >= 0) rates.push(rateOf(result));
    }
  }
  for (const { child } of peers) await child.kill();
  const best = Math.max(...peers.map(({ rates }) => median(rates)));
  return [
    ...peers.map(({ name, rates }) => ({ work: `sync turns of ${name}`, value: median(rates), unit: '/s' })),
    { work: 'sync turns beside them', value: median(own), unit: '/s' },
    atLeast('sync turns against the best peer', median(own) / best, 3),
  ];
}
