import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMigratedDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import type { ScratchDatabase } from '../support/scratch-database.js';

const postgres = inject('postgres');
const program = fileURLToPath(new URL('../../dist/bundle/server/hookswitch.js', import.meta.url));

/** One server from its start to its stop, in that order: another for each test would take longer than all of them. */
const ONE_STORY = { shuffle: false, timeout: 240_000 };

describe.skipIf('skipped' in postgres)('a server with WORKERS=2', ONE_STORY, () => {
  let folder: string;
  let scratch: ScratchDatabase;
  let server: ChildProcess;
  let url: string;
  let said = '';
  const ended: { code?: number | null } = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-workers-'));
    scratch = await createMigratedDatabase();
    server = spawn(process.execPath, [program, 'start'], {
      env: {
        PATH: process.env.PATH,
        DATA_DIR: folder,
        PORT: '0',
        MIN_FREE_DISK_MB: '0',
        WORKERS: '2',
        DATABASE_URL: scratch.url,
        KEY_RING: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
    };
    server.stdout?.on('data', hear);
    server.stderr?.on('data', hear);
    void once(server, 'exit').then(([code]) => {
      ended.code = code;
    });
    url = await eventually(
      () => /listens on (\S+) .*, with 2 workers/.exec(said)?.[1] ?? '',
      (found) => found !== '',
    );
  }, 240_000);
  afterAll(async () => {
    server.kill('SIGKILL');
    await scratch.drop();
    await rm(folder, { recursive: true, force: true });
  });

  interface Line {
    msg: string;
    worker?: number;
    pid?: number;
  }
  const lines = (): Line[] =>
    said
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  const starts = () => lines().filter(({ msg }) => msg === 'worker serves');

  it('tells the metrics of both in one answer, and writes who says what into its log', async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const residents = text.match(/^process_resident_memory_bytes\{worker="\d"\}/gm);
    expect(residents).toEqual([
      'process_resident_memory_bytes{worker="1"}',
      'process_resident_memory_bytes{worker="2"}',
    ]);
    expect(text.match(/^# TYPE process_resident_memory_bytes /gm)).toHaveLength(1);
    const started = lines().filter(({ msg }) => msg === 'started');
    expect(started.map(({ worker }) => worker).sort()).toEqual([1, 2]);
  });

  it('starts a worker again that was killed', async () => {
    const victim = starts().find(({ worker }) => worker === 2)?.pid ?? 0;
    process.kill(victim, 'SIGKILL');
    await eventually(() => starts().filter(({ worker }) => worker === 2).length === 2);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('hookswitch_worker_restarts_total{worker="2"} 1');
  });

  it('restarts its workers at SIGHUP, and no request fails meanwhile, on new connections or old ones', async () => {
    const before = starts().length;
    const kept = new Agent({ keepAlive: true, maxSockets: 4 });
    const ask = (agent: Agent | false) =>
      new Promise<number>((resolve, reject) => {
        request(`${url}/readyz`, { agent }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        })
          .on('error', reject)
          .end();
      });
    let isDone = false;
    let answers = 0;
    const talk = async (agent: Agent | false) => {
      while (!isDone) {
        expect(await ask(agent)).toBe(200);
        answers += 1;
        await pause(20); // the new workers need the processor
      }
    };
    const talks = [talk(kept), talk(kept), talk(false), talk(false)];
    server.kill('SIGHUP');
    for (const count of [1, 2]) await Promise.race([eventually(() => starts().length === before + count), ...talks]);
    await Promise.race([eventually(() => said.includes('all workers have been restarted')), ...talks]);
    isDone = true;
    await Promise.all(talks);
    kept.destroy();
    expect(answers).toBeGreaterThan(0);
    expect(starts().length).toBe(before + 2);
    expect(ended).toEqual({});
  });

  it('stops in an orderly way at SIGTERM, also when every process gets it', async () => {
    const pids = starts()
      .slice(-2)
      .map(({ pid }) => pid ?? 0);
    for (const pid of pids) process.kill(pid, 'SIGTERM');
    server.kill('SIGTERM');
    await eventually(() => 'code' in ended);
    expect(ended.code).toBe(0);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  });
});
