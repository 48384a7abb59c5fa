import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLiveBot, serverEnv } from '../../bench/live-bot.js';
import { databaseFileIn } from '../../src/server/overload.js';
import { openDatabase } from '../../src/store/database.js';

/** In blocks of 512 bytes (POSIX, ulimit): room for the tables and some hundred messages. */
const BLOCKS_A_FILE = 6_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookswitch-full-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')(
  'the server ends with a failure when its disk takes no more, and what it acknowledged is there',
  { timeout: 120_000 },
  async () => {
    const limited = `ulimit -f ${BLOCKS_A_FILE}; exec "$@"`;
    const server = spawn('sh', ['-c', limited, 'sh', process.execPath, '--import', 'tsx', 'src/main.ts'], {
      env: { ...serverEnv(folder), PATH: process.env.PATH, DRAIN_SECONDS: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(server, 'exit');
    let said = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (said += chunk));
    let url: string | undefined;
    while (url === undefined) {
      await Promise.race([once(server.stdout, 'data'), ended]);
      if (server.exitCode !== null) throw new Error(`the server did not start:\n${said}`);
      url = /listens on (\S+)/.exec(said)?.[1];
    }
    const bot = await createLiveBot(url, ['http://127.0.0.1:9/nobody']);

    const acknowledged: string[] = [];
    const talk = async (user: string, path: string): Promise<void> => {
      while (server.exitCode === null) {
        const answer = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: bot.authorization },
          body: JSON.stringify({ message: { text: 'x'.repeat(2_000) }, from: { id: user } }),
        }).catch(() => null);
        if (answer?.status === 200) acknowledged.push(answer.headers.get('x-trace-id') ?? '');
        await answer?.arrayBuffer().catch(() => {});
      }
    };
    await Promise.all(
      [bot.sync, bot.async[0] ?? ''].flatMap((path, way) => [talk(`a${way}`, path), talk(`b${way}`, path)]),
    );
    expect(await ended).toEqual([1, null]);
    expect(said).toMatch(/SQLITE_(FULL|IOERR)/);

    await using database = openDatabase({ url: databaseFileIn(folder) });
    const stored = new Set(await database.read('turns').pluck<string[]>('trace_id'));
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((traceId) => !stored.has(traceId))).toEqual([]);
  },
);
