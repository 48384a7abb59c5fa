import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLiveBot, serverEnv } from '../../bench/live-bot.js';
import { databaseFileIn } from '../../src/load/overload.js';
import { openDatabase } from '../../src/store/database/database.js';
import { controlPlaneOf } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createFailingFsync, type FailingFsync } from '../support/failing-fsync.js';

/** In blocks of 512 bytes (POSIX, ulimit): room for the tables and some hundred messages. */
const BLOCKS_A_FILE = 6_000;

let folder: string;
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookswitch-full-'));
});
afterEach(async () => {
  server?.process.kill('SIGKILL');
  await server?.ended;
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('the server', () => {
  it('ends with a failure when its disk takes no more, and takes in nothing after that', {
    timeout: 120_000,
  }, async () => {
    server = await startServer({ shell: `ulimit -f ${BLOCKS_A_FILE}; exec "$@"` });
    const answers = await talk(server);
    expect(await server.ended).toEqual([1, null]);
    expect(server.said()).toMatch(/SQLITE_(FULL|IOERR)/);
    await expectAllKept(answers);
  });
});

const compiler = await tryCompiler();
describe.skipIf('skipped' in compiler)(
  `the server${'skipped' in compiler ? ` (skipped: ${compiler.skipped})` : ''}`,
  () => {
    it('ends with a failure when an fsync fails, and takes in nothing after that', { timeout: 120_000 }, async () => {
      const disk = await failingDisk();
      server = await startServer({ env: disk.env });
      const answers = await talk(server, async (accepted) => {
        if (accepted === 100) await disk.breakDisk();
      });
      expect(await server.ended).toEqual([1, null]);
      expect(server.said()).toContain('SQLITE_IOERR');
      await expectAllKept(answers);
    });

    it('ends with a failure when an fsync fails under a change of an admin', { timeout: 120_000 }, async () => {
      const disk = await failingDisk();
      server = await startServer({ env: disk.env });
      await disk.breakDisk();
      const change = controlPlaneOf(server.url).gql('mutation { createBot(input: { name: "one more" }) { id } }');
      await expect(change).rejects.toThrow();
      expect(await server.ended).toEqual([1, null]);
      expect(server.said()).toContain('SQLITE_IOERR');
    });
  },
);

async function tryCompiler(): Promise<FailingFsync> {
  const scratch = await mkdtemp(join(tmpdir(), 'hookswitch-fsync-'));
  const compiled = await createFailingFsync(scratch);
  await rm(scratch, { recursive: true });
  return compiled;
}

async function failingDisk() {
  const disk = await createFailingFsync(folder);
  if ('skipped' in disk) throw new Error(disk.skipped);
  return disk;
}

interface Server {
  url: string;
  process: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves with exit code and signal. */
  ended: Promise<unknown[]>;
  /** Its output so far. */
  said(): string;
}

async function startServer({ shell = 'exec "$@"', env = {} }: { shell?: string; env?: Record<string, string> }) {
  const child = spawn('sh', ['-c', shell, 'sh', process.execPath, 'dist/bundle/server/main.js'], {
    env: { ...serverEnv(folder), PATH: process.env.PATH, DRAIN_SECONDS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const started = () => (child.exitCode === null ? /listens on (\S+)/.exec(said)?.[1] : null);
  const url = await eventually(started, (found) => found !== undefined);
  if (typeof url !== 'string') throw new Error(`the server did not start:\n${said}`);
  return { url, process: child, ended, said: () => said };
}

interface Answer {
  /** In the order of all sends and answers. */
  sentAt: number;
  answeredAt: number;
  /** Null: the connection ended without one. */
  status: number | null;
  traceId: string;
}

/** Four users talk, one message after the other, until the server has ended. */
async function talk(to: Server, onAccepted: (count: number) => Promise<void> = async () => {}): Promise<Answer[]> {
  const bot = await createLiveBot(to.url, ['http://127.0.0.1:9/nobody']);
  const answers: Answer[] = [];
  let time = 0;
  const converse = async (user: string, path: string): Promise<void> => {
    while (to.process.exitCode === null) {
      time += 1;
      const sentAt = time;
      const answer = await fetch(`${to.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: bot.authorization },
        body: JSON.stringify({ message: { text: 'x'.repeat(2_000) }, from: { id: user } }),
      }).catch(() => null);
      time += 1;
      const traceId = answer?.headers.get('x-trace-id') ?? '';
      answers.push({ sentAt, answeredAt: time, status: answer?.status ?? null, traceId });
      await answer?.arrayBuffer().catch(() => {});
      if (answer?.status === 200) await onAccepted(answers.length);
    }
  };
  await Promise.all(
    [bot.sync, bot.async[0] ?? ''].flatMap((path, way) => [converse(`a${way}`, path), converse(`b${way}`, path)]),
  );
  return answers;
}

/** What was acknowledged is in the database, and nothing was that was sent after the first failure had been heard of. */
async function expectAllKept(answers: readonly Answer[]): Promise<void> {
  const accepted = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status !== 200);
  const firstFailure = Math.min(...refused.map(({ answeredAt }) => answeredAt));
  expect(accepted.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(accepted.filter(({ sentAt }) => sentAt > firstFailure)).toEqual([]);
  expect(refused.filter(({ status }) => status !== null && status !== 503)).toEqual([]);

  await using database = openDatabase({ url: databaseFileIn(folder) });
  const stored = new Set(await database.read('turns').pluck<string[]>('trace_id'));
  expect(accepted.filter(({ traceId }) => !stored.has(traceId))).toEqual([]);
}
