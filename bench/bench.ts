import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../test/support/postgres.js';
import { createScratchDatabase } from '../test/support/scratch-database.js';
import { measureChecks } from './checks.js';
import { startChildServer } from './child-server.js';
import { measureClaims } from './claims.js';
import { postgresAccounts } from './cpu.js';
import { measureDialog } from './dialog-figures.js';
import { createLargeStore } from './large-store.js';
import { measureLimited } from './limited.js';
import { measureLists } from './lists.js';
import { createLiveBot, serverEnv } from './live-bot.js';
import { type Bench, measureBlackHole, measureDrain, measureLatency, measureTurns } from './measures.js';
import { measureMillion } from './million.js';
import { measureNodes } from './nodes.js';
import { measureOverload } from './overload.js';
import { startParts } from './parts/parts.js';
import { measurePeers } from './peers.js';
import { measureReplay } from './replay.js';
import { type Figure, print, write } from './report.js';
import { measureStart } from './start.js';
import { measureTrouble } from './trouble.js';

/**
 * `npm run bench`: server, clients, sink and floors on this machine, in rounds that take turns, so that whatever else
 * the machine does falls on all alike. Only ratios within one run are comparable. `--write` puts them into
 * docs/benchmarks.md; `--only turns,drain` measures some; `--profile <folder>` keeps CPU profiles of the server.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    backlog: { type: 'string', default: '100000' },
    turns: { type: 'string', default: '100000' },
    only: {
      type: 'string',
      default:
        'turns,peers,nodes,limited,latency,hole,trouble,overload,drain,replay,million,check,claims,dialog,start,lists',
    },
    outage: { type: 'string', default: '30' },
    checked: { type: 'string', default: '100000' },
    beside: { type: 'string', default: '60' },
    postgres: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '3' },
    share: { type: 'string', default: '0.2' },
    profile: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const wanted = values.only.split(',');
const figures: Figure[] = [];
const measure = async (name: string, work: () => Promise<Figure[]>): Promise<void> => {
  if (!wanted.includes(name)) return;
  process.stdout.write(`measuring ${name} …\n`);
  figures.push(...(await work()));
};

const folder = await mkdtemp(join(tmpdir(), 'hookswitch-bench-'));
const postgres = values.postgres ? await startPostgres({ fsync: true }) : null;
if (postgres && 'skipped' in postgres) throw new Error(`There is no PostgreSQL: ${postgres.skipped}`);
const parts = await startParts(folder);
const onPostgres = postgres && { DATABASE_URL: postgres.url, KEY_RING: `k1:${Buffer.alloc(32, 7).toString('base64')}` };
const execArgv = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
const start = (more: Record<string, string> = {}) =>
  startChildServer({ env: serverEnv(folder, { ...onPostgres, ...more }), execArgv });
const server = await start();
const bench: Bench = {
  parts,
  server,
  start,
  bot: await createLiveBot(server.url, [`${parts.sinkUrl}/inbox`, `${parts.holeUrl}/hole`]),
  rounds: Number(values.rounds),
  ms: Number(values.seconds) * 1000,
  dataDir: folder,
  database: postgres && (await postgresAccounts(postgres.url)),
};
try {
  await measure('turns', () => measureTurns(bench));
  await measure('latency', () => measureLatency(bench));
  await measure('hole', () => measureBlackHole(bench));
  await measure('trouble', () => measureTrouble(bench, Number(values.outage)));
  await measure('overload', () => measureOverload(bench));
  await measure('drain', () => measureDrain(bench, Number(values.backlog)));
  if (!postgres) await measure('replay', () => measureReplay(bench, Number(values.backlog)));
  await measure('peers', () => measurePeers(bench));
  if (postgres) await measure('nodes', () => measureNodes(bench, Number(values.nodes)));
  if (postgres) await measure('limited', () => measureLimited(bench, postgres.url, Number(values.share)));
  if (!postgres) await measure('million', () => measureMillion(bench, Number(values.turns)));
  if (!postgres) await measure('check', () => measureChecks(bench, Number(values.checked), Number(values.beside)));
  await measure('claims', () => measureClaims(folder));
  await measure('dialog', measureDialog);
  if (wanted.includes('start') || wanted.includes('lists')) {
    process.stdout.write('writing a store of 100,000 channels …\n');
    const scratch = postgres && (await createScratchDatabase(postgres.url));
    const large = await createLargeStore({ folder, sinkUrl: parts.sinkUrl, databaseUrl: scratch?.url, start });
    await measure('start', () => measureStart(bench.rounds, () => start(large)));
    const server = await start(large);
    await measure('lists', () => measureLists(server));
    await server.stop();
  }
} finally {
  await bench.server.stop();
  await parts[Symbol.asyncDispose]();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}
print(figures);
if (values.write) await write(figures, postgres ? 'PostgreSQL' : 'SQLite');
process.exit(0);
