import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverEnv } from '../../bench/live-bot.js';
import { dockerfile } from './files.js';

/** The image's build stage makes this folder, and its runtime stage holds nothing else. */
describe('the assembled folder', () => {
  let folder: string;
  let app: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-assembled-'));
    app = join(folder, 'app');
    await assemble(app);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('runs a server, as the image starts it, that is ready and stops with 0 at a SIGTERM', async () => {
    const [, ...args] = dockerfile.command;
    const server = spawn(process.execPath, args, {
      cwd: app,
      env: { ...serverEnv(join(folder, 'data')), PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(server, 'exit');
    let url = '';
    for await (const line of createInterface(server.stdout)) {
      url = /listens on (\S+)/.exec(line)?.[1] ?? '';
      if (url !== '') break;
    }
    server.stdout.resume();
    try {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      const port = new URL(url).port;
      await promisify(execFile)(process.execPath, dockerfile.healthCheck.slice(1), { env: { PORT: port } });
    } finally {
      server.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });

  it('has the packages of the server, and none of development or of the console', () => {
    const names = readdirSync(join(app, 'node_modules'));
    expect(names).toEqual(expect.arrayContaining(['knex', 'koa', 'pg', 'sqlite3']));
    for (const name of ['vitest', 'typescript', 'esbuild', 'vite', 'react']) expect(names).not.toContain(name);
    expect(existsSync(join(app, 'src'))).toBe(false);
  });

  it('is not made where something is already', async () => {
    await expect(assemble(app)).rejects.toMatchObject({ stderr: expect.stringContaining('exists already') });
  });
});

/** Tests bundle the server, not the console. */
async function assemble(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, ['src/setup/prepare.mjs', 'console']);
  await promisify(execFile)(process.execPath, ['deploy/assemble.mjs', folder]);
}
