import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ChildServer, startChildServer } from './child-server.js';
import { acceptAndDeliver, type Bench, hookTask, rateOf } from './measures.js';
import type { LoadTask } from './parts/load-task.js';
import { atLeast, type Figure, median } from './report.js';

/** Run from the repository's root, where npm runs scripts. */
const FOLDER = resolve('bench/peers');
const HOW = 'npm install --prefix bench/peers';

interface PeerKind {
  file: string;
  /** What is sent to it for an answer in the response, and for one by a call; undefined: it has none of those. */
  sync?: LoadTask['body'];
  async: LoadTask['body'];
}

const PEERS: Record<string, PeerKind> = {
  'Microsoft 365 Agents SDK': { file: 'agents.mjs', sync: 'ACTIVITY', async: 'ACTIVITY_CALLBACK' },
  botbuilder: { file: 'botbuilder.mjs', sync: 'ACTIVITY', async: 'ACTIVITY_CALLBACK' },
  bottender: { file: 'bottender.mjs', async: 'LINE' },
};

interface Peer extends PeerKind {
  name: string;
  child: ChildServer;
  rates: { sync: number[]; async: number[] };
}

/** Our turns against those of echo bots on other frameworks, which check who sends and keep state on disk. */
export async function measurePeers(bench: Bench): Promise<Figure[]> {
  if (!existsSync(join(FOLDER, 'node_modules'))) {
    process.stdout.write(`peers are not measured: they are not installed. To install them: ${HOW}\n`);
    return [];
  }
  const folder = await mkdtemp(join(bench.dataDir, 'peers-'));
  const lineSecret = randomBytes(16).toString('hex');
  const { sinkUrl } = bench.parts;
  const peers: Peer[] = await Promise.all(
    Object.entries(PEERS).map(async ([name, kind]) => {
      const entry = pathToFileURL(join(FOLDER, kind.file));
      const child = await startChildServer({
        entry,
        args: [folder, sinkUrl, lineSecret],
        env: { NODE_ENV: 'production' },
      });
      return { ...kind, name, child, rates: { sync: [], async: [] } };
    }),
  );
  const taskFor = ({ child }: Peer, body: LoadTask['body']): LoadTask => ({
    ...hookTask(bench, '/api/messages', 'p-'),
    url: child.url,
    authorization: child.authorization,
    serviceUrl: sinkUrl,
    lineSecret,
    body,
  });
  const own = { sync: [] as number[], async: [] as number[] };
  for (let round = -1; round < bench.rounds; round += 1) {
    const note = (rates: number[], rate: number) => round >= 0 && rates.push(rate); // the first: compiled and warm
    note(own.sync, rateOf(await bench.parts.load(hookTask(bench, bench.bot.sync, 'p-'))));
    note(own.async, (await acceptAndDeliver(bench, hookTask(bench, bench.bot.async[0] ?? '', 'p-'))).delivered);
    for (const peer of peers) {
      if (peer.sync) {
        const result = await bench.parts.load(taskFor(peer, peer.sync));
        if (result.ok === 0) throw new Error(`${peer.name} answers nothing: ${JSON.stringify(result.statuses)}`);
        note(peer.rates.sync, rateOf(result));
      }
      note(peer.rates.async, (await acceptAndDeliver(bench, taskFor(peer, peer.async))).delivered);
    }
  }
  for (const { child } of peers) await child.kill();
  return (['sync', 'async'] as const).flatMap((mode) => {
    const measured = peers.filter(({ rates }) => rates[mode].length > 0);
    const what = mode === 'sync' ? 'sync turns' : 'accepted and delivered';
    const best = Math.max(...measured.map(({ rates }) => median(rates[mode])));
    return [
      ...measured.map(({ name, rates }) => ({ work: `${what}, ${name}`, value: median(rates[mode]), unit: '/s' })),
      { work: `${what} beside them`, value: median(own[mode]), unit: '/s' },
      atLeast(`${what} against the best peer`, median(own[mode]) / best, mode === 'sync' ? 3 : 2.5),
    ];
  });
}
