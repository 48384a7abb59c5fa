import { mkdtemp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '../src/store/database/database.js';
import { DAY } from '../src/time.js';
import type { ChildServer } from './child-server.js';
import { createLiveBot, type LiveBot } from './live-bot.js';
import { type Bench, hookTask, rateOf } from './measures.js';
import { atMost, type Figure } from './report.js';
import { residentMemory } from './server-metric.js';

const PARTS = 10;
const MEBIBYTE = 1024 * 1024;
/** Longer than an account keeps its turns by default. */
const LATER_MS = 40 * DAY;

/**
 * Very many turns on one SQLite file: what they add to memory and disk, and whether the file stays as it is once old
 * turns make room for new ones.
 */
export async function measureMillion(bench: Bench, turns: number): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(bench.dataDir, 'million-'));
  const file = join(dataDir, 'hookswitch.db');
  const env = { DATA_DIR: dataDir, RETENTION_SWEEP_MINUTES: '1' };
  const first = await bench.start(env);
  const bot = await createLiveBot(first.url, []);
  const figures: Figure[] = [{ work: 'resident memory at start', value: await residentMemory(first.url), unit: 'MB' }];
  const seen: { memory: number; bytes: number }[] = [];
  for (let part = 1; part <= PARTS; part += 1) {
    const rate = await talk(bench, first, bot, turns / PARTS);
    const now = { memory: await residentMemory(first.url), bytes: await bytesOf(file) };
    seen.push(now);
    const said = `${((part * turns) / PARTS).toLocaleString('en')} turns: ${now.memory.toFixed(0)} MB of memory`;
    process.stdout.write(`${said}, ${(now.bytes / MEBIBYTE).toFixed(0)} MB of disk, ${rate.toFixed(0)} turns/s\n`);
  }
  await first.stop();
  const [early, late] = [seen[1], seen.at(-1)];
  if (!early || !late) throw new Error('nothing was seen');
  figures.push(
    { work: `resident memory after ${turns.toLocaleString('en')} turns`, value: late.memory, unit: 'MB' },
    atMost('resident memory after all of them, against after a fifth', late.memory / early.memory, 1.2),
    { work: 'disk for each turn', value: (late.bytes - early.bytes) / (0.8 * turns), unit: 'bytes' },
  );

  const full = await bytesOf(file);
  await age(file);
  const second = await bench.start(env);
  const begun = performance.now();
  while ((await storedTurns(file)) > 0) await wait(1_000); // a sweep comes every minute
  const swept = (performance.now() - begun) / 1000;
  await talk(bench, second, bot, turns / 2);
  await second.stop();
  figures.push(
    { work: 'all of them past their time and removed within', value: swept, unit: 's' },
    atMost('the file after half as many new ones, against before', (await bytesOf(file)) / full, 1.05),
  );
  return figures;
}

async function talk(bench: Bench, server: ChildServer, bot: LiveBot, messages: number): Promise<number> {
  const task = hookTask({ ...bench, server, bot }, bot.sync, 'u');
  return rateOf(await bench.parts.load({ ...task, ms: Number.MAX_SAFE_INTEGER, messages }));
}

/** Size of the database and its log on disk. */
async function bytesOf(file: string): Promise<number> {
  const sizes = [file, `${file}-wal`].map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Makes everything that was said older. */
async function age(file: string): Promise<void> {
  await using database = openDatabase({ url: file });
  const { write } = database;
  await write('turns').update({ created_at: write.raw(`created_at - ${LATER_MS}`) });
  await write('conversations').update({ last_message_at: write.raw(`last_message_at - ${LATER_MS}`) });
}

async function storedTurns(file: string): Promise<number> {
  await using database = openDatabase({ url: file, readers: 1 });
  const [row] = await database.read('turns').count<{ left: number }[]>('id as left');
  return Number(row?.left ?? 0);
}
