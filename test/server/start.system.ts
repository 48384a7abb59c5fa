import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { readEnv } from '../../src/config/env.js';
import { silentLog } from '../../src/log.js';
import { type App, startApp } from '../../src/server/app.js';
import { openDatabase } from '../../src/store/database/database.js';
import { createScratchDatabase } from '../support/scratch-database.js';

const postgres = inject('postgres');
const postgresUrl = 'url' in postgres ? postgres.url : '';
const MAIN = fileURLToPath(new URL('../../dist/bundle/server/main.js', import.meta.url));
/** Somebody without rights; root may write everywhere. */
const NOBODY = 65534;
const keyRing = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

describe('a start', () => {
  let folder: string;
  const running: App[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-start-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((app) => app.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  async function start(env: Record<string, string> = {}): Promise<App> {
    const app = await startApp(readEnv({ PORT: '0', DATA_DIR: folder, MIN_FREE_DISK_MB: '0', ...env }), silentLog);
    running.push(app);
    return app;
  }
  async function stop(): Promise<void> {
    await Promise.all(running.splice(0).map((app) => app.stop()));
  }
  const viewer = async (app: App, token: string) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    });
    return ((await response.json()) as { data: { viewer: { role: string } } | null }).data?.viewer.role;
  };

  it('on an empty folder makes a key ring for its owner only and an ADMIN whose token it tells; the next one changes nothing', async () => {
    const first = await start();
    const token = first.adminToken ?? '';
    expect(token).toMatch(/^hsk_.{40,}$/);
    expect(await viewer(first, token)).toBe('ADMIN');
    const file = join(folder, 'key-ring');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const keys = await readFile(file, 'utf8');
    await stop();
    const second = await start();
    expect(second.adminToken).toBeNull();
    expect(await viewer(second, token)).toBe('ADMIN');
    expect(await readFile(file, 'utf8')).toBe(keys);
  });

  it('takes the first token from the settings and does not tell it', async () => {
    const token = 'a-token-of-the-operator-0123456789-0123';
    const app = await start({ BOOTSTRAP_ADMIN_TOKEN: token });
    expect(app.adminToken).toBeNull();
    expect(await viewer(app, token)).toBe('ADMIN');
  });

  it('is refused with a missing or another key, and nothing is changed', async () => {
    await start();
    await stop();
    const file = join(folder, 'key-ring');
    const keys = await readFile(file, 'utf8');
    await rm(file);
    await expect(start()).rejects.toThrow(/key ring file .* is missing/);
    await expect(stat(file)).rejects.toThrow();
    await expect(start({ KEY_RING: keyRing('k1') })).rejects.toThrow(
      /The key "k1" of the key ring is missing or not the one/,
    );
    await expect(start({ KEY_RING: 'nonsense' })).rejects.toThrow(/Entry 1 of KEY_RING/);
    await writeFile(file, keys);
    await start();
  });

  it('with a new key first goes on opening what older ones sealed', async () => {
    await start();
    await stop();
    const old = (await readFile(join(folder, 'key-ring'), 'utf8')).trim();
    const fresh = keyRing('k2');
    await start({ KEY_RING: `${fresh},${old}` });
    await stop();
    await start({ KEY_RING: `${fresh},${old}` });
    await stop();
    await expect(start({ KEY_RING: fresh })).rejects.toThrow(/The key "k1"/);
  });

  it('on a folder that another process uses is refused', async () => {
    await start();
    await expect(start()).rejects.toThrow(/Another process uses/);
  });

  it('on a folder that another process uses is refused also when the mark of that process has been removed', async () => {
    await start();
    await rm(join(folder, 'hookswitch.db-owner'));
    await expect(start()).rejects.toThrow(/Another process uses/);
    await expect(start()).rejects.toThrow(/Another process uses/);
    await stop();
    await start();
  });

  it('keeps its database to its owner, also one that everybody could read before', async () => {
    const modes = async () => {
      const files = (await readdir(folder)).filter((name) => name.startsWith('hookswitch.db'));
      const found = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).mode & 0o777));
      return new Set(found);
    };
    await start();
    expect(await modes()).toEqual(new Set([0o600]));
    await stop();
    await chmod(join(folder, 'hookswitch.db'), 0o644);
    await start();
    expect((await stat(join(folder, 'hookswitch.db'))).mode & 0o007).toBe(0);
  });

  it('on a folder that cannot be made is refused with what to do', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(start({ DATA_DIR: join(file, 'data') })).rejects.toThrow(/cannot be made: .*Set DATA_DIR/);
  });

  it('in a folder that may only be read is refused with what to do', async () => {
    await start();
    await stop();
    const isRoot = process.getuid?.() === 0;
    for (const name of await readdir(folder)) if (isRoot) await chown(join(folder, name), NOBODY, NOBODY);
    await rm(join(folder, 'hookswitch.db-owner'));
    await chmod(folder, 0o555);
    const server = spawn(process.execPath, [MAIN], {
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
      cwd: dirname(MAIN),
      env: { PORT: '0', DATA_DIR: folder, MIN_FREE_DISK_MB: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said] = await Promise.all([text(server.stderr), once(server, 'exit')]);
    await chmod(folder, 0o755);
    expect(said).toMatch(/hookswitch\.db-owner cannot be written \(EACCES\)\. Give the user .*DATA_DIR/);
  });

  it('on a database file that cannot be written is refused with what to do', async () => {
    await mkdir(join(folder, 'hookswitch.db'));
    await expect(start()).rejects.toThrow(/hookswitch\.db cannot be written \(EISDIR\)\. .*DATA_DIR/);
  });

  it('on a database of a newer version is refused with what to do, and leaves it as it was', async () => {
    await start();
    await stop();
    const database = openDatabase({ url: join(folder, 'hookswitch.db') });
    await database.write('knex_migrations').insert({ name: '20990101000000_flying', batch: 99 });
    await database[Symbol.asyncDispose]();
    await expect(start()).rejects.toThrow(/A newer version of Hookswitch .*20990101000000_flying.*Start that version/);
  });

  it.skipIf(postgresUrl === '')(
    'of several servers at once on an empty PostgreSQL succeeds for all, with one first token',
    async () => {
      for (let round = 0; round < 4; round += 1) {
        const scratch = await createScratchDatabase(postgresUrl);
        const env = { DATABASE_URL: scratch.url, KEY_RING: keyRing('k1') };
        const started = await Promise.all([1, 2, 3, 4].map(() => start(env)));
        expect(started.filter(({ adminToken }) => adminToken !== null)).toHaveLength(1);
        await stop();
        await scratch.drop();
      }
    },
  );

  it('on a port that is taken is refused, and leaves the folder free', async () => {
    const first = await start();
    const other = await mkdtemp(join(tmpdir(), 'hookswitch-start-'));
    const { port } = new URL(first.url);
    await expect(start({ DATA_DIR: other, PORT: port })).rejects.toThrow(/EADDRINUSE/);
    await start({ DATA_DIR: other });
    await stop();
    await rm(other, { recursive: true, force: true });
  });

  it('answers for its health, its readiness and its metrics', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^hookswitch_channels 0$/m);
  });

  it('with little room on the disk refuses messages ahead of time, before it reads them', async () => {
    const { url } = await start({ MIN_FREE_DISK_MB: '1000000' });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    const refused = await fetch(`${url}/chatbot/hooks/st-any`, { method: 'POST', body: '{}' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
  });

  it('by npm drains and ends with 0 at a Ctrl-C, which reaches npm and the server both', async () => {
    const npm = spawn('npm', ['start', '--ignore-scripts'], {
      env: { ...process.env, PORT: '0', DATA_DIR: folder, MIN_FREE_DISK_MB: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true, // a process group of its own, as at a terminal
    });
    const ended = once(npm, 'exit');
    let output = '';
    npm.stdout.on('data', (chunk) => {
      if (!output.includes('listens on') && `${output}${chunk}`.includes('listens on'))
        process.kill(-(npm.pid ?? 0), 'SIGINT');
      output += chunk;
    });
    expect(await ended).toEqual([0, null]);
    expect(output).toContain('"msg":"stopping"');
  });
});
