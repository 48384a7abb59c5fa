import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBotFiles } from '../../src/cli/bot-files.js';
import { ADMIN_TOKEN, createBot, startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hookswitch-cli-'));
  app = await startTestApp();
});
afterAll(async () => {
  await app.remove();
  await rm(scratch, { recursive: true });
});

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function run(args: string[], env: Record<string, string> = {}): Promise<Run> {
  const program = fileURLToPath(new URL('../../dist/bundle/server/hookswitch.js', import.meta.url));
  const settings = { PATH: process.env.PATH, DATA_DIR: app.dataDir, PORT: '0', MIN_FREE_DISK_MB: '0', ...env };
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [program, ...args],
      { env: settings },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}
const overApi = (token = ADMIN_TOKEN) => ['--url', app.url, '--token', token];
const nameOf = async (token: string) => (await app.gql('{ viewer { name role } }', {}, token)).viewer;

describe('hookswitch', () => {
  it('has a help for each verb, and ends with 2 for what it does not know', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    const verbs = [
      'start',
      'import',
      'replay',
      'demo',
      'token',
      'admin',
      'migrate',
      'backup',
      'restore',
      'doctor',
      'export',
    ];
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
    const helps = await Promise.all(verbs.map((verb) => run([verb, '--help'])));
    for (const help of helps)
      expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: hookswitch /) });
    for (const wrong of [
      ['nonsense'],
      ['backup'],
      ['token', 'create', '--nonsense'],
      ['admin', 'nonsense'],
      ['import', '--nonsense'],
    ])
      expect(await run(wrong)).toMatchObject({ code: 2, stderr: expect.stringMatching(/./) });
  });

  it('makes tokens with limits, over the API and on the machine', async () => {
    for (const where of [overApi(), []]) {
      const { stdout } = await run(['token', 'create', '--action', 'read', '--name', 'reads', ...where]);
      const { viewer } = await app.gql('{ viewer { permissions } }', {}, stdout.trim());
      expect(viewer.permissions).toEqual(['read']);
    }
  });

  it('makes, lists and revokes tokens over the API', async () => {
    const made = await run(['token', 'create', '--name', 'for CI', '--expires', '2099-01-01T00:00:00Z', ...overApi()]);
    const token = made.stdout.trim();
    expect(await nameOf(token)).toEqual({ name: 'Admin', role: 'ADMIN' });
    const listed = JSON.parse((await run(['token', 'list', '--json', ...overApi()])).stdout);
    const { id } = listed.find(({ name }: { name: string }) => name === 'for CI');
    expect(await run(['token', 'revoke', id, ...overApi()])).toMatchObject({ code: 0, stdout: `Revoked ${id}.\n` });
    await expect(nameOf(token)).rejects.toThrow('Send a valid API token');
    expect(await run(['token', 'revoke', 'tk-none', ...overApi()])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NOT_FOUND'),
    });
  });

  it('does the same on the machine itself, and gets an ADMIN back in, beside the running server, audited', async () => {
    const created = JSON.parse((await run(['token', 'create', '--name', 'local', '--json'])).stdout);
    expect(await nameOf(created.token)).toEqual({ name: 'Admin', role: 'ADMIN' });
    const { stdout } = await run(['token', 'list']);
    const id = /^(tk-\w+) .*"local"/m.exec(stdout)?.[1] ?? '';
    expect(await run(['token', 'revoke', id])).toMatchObject({ code: 0 });
    const recovered = JSON.parse((await run(['admin', 'recover', '--json'])).stdout);
    expect(await nameOf(recovered.token)).toEqual({ name: 'Admin', role: 'ADMIN' });
    const { auditLog } = await app.gql(
      '{ auditLog(first: 1, action: "token.create") { edges { node { actor action } } } }',
      {},
      recovered.token,
    );
    expect(auditLog.edges[0].node).toEqual({ actor: 'Admin (hookswitch, on the machine)', action: 'token.create' });
    expect(await run(['admin', 'recover', '--user', 'nobody'])).toMatchObject({
      code: 1,
      stderr: 'There is no active user "nobody".\n',
    });
  });

  it('exports a bot as a zip that can be imported', async () => {
    const botId = await createBot(app);
    const file = join(scratch, 'bot.zip');
    const args = ['export', botId, '--out', file, ...overApi()];
    expect(await run(args)).toMatchObject({ code: 0, stdout: expect.stringContaining(file) });
    expect((await readBotFiles(file)).definition).toBeTypeOf('object');
    expect(await run(args)).toMatchObject({ code: 1, stderr: expect.stringContaining('EEXIST') });
    const imported = JSON.parse((await run(['import', file, '--name', 'Again', '--json', ...overApi()])).stdout);
    expect(imported.bot.name).toBe('Again');
  });

  it('names the migrations to come, and refuses to make them under a running server', async () => {
    expect(await run(['migrate', '--plan', '--json'])).toMatchObject({ code: 0, stdout: '{"pending":[]}\n' });
    expect(await run(['migrate'])).toMatchObject({ code: 1, stderr: expect.stringContaining('Another process uses') });
    const DATA_DIR = join(scratch, 'fresh');
    expect(JSON.parse((await run(['migrate', '--json'], { DATA_DIR })).stdout).applied.length).toBeGreaterThan(10);
    expect(await run(['migrate', '--plan'], { DATA_DIR })).toMatchObject({ stdout: 'The schema is up to date.\n' });
  });

  it('backs up a running server and restores it', async () => {
    const [folder, DATA_DIR] = [join(scratch, 'backup'), join(scratch, 'restored')];
    expect(await run(['backup', folder, '--with-keys'])).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({ product: 'hookswitch' });
    expect(await run(['restore', folder], { DATA_DIR })).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['doctor', '--no-reach'], { DATA_DIR })).toMatchObject({ code: 0 });
  });
});

describe('hookswitch doctor', () => {
  it('finds nothing wrong with a running server', async () => {
    const { code, stdout } = await run(['doctor', '--no-reach', '--json']);
    expect(JSON.parse(stdout).filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    expect(code).toBe(0);
  });

  it('reaches out the way that callbacks go, and compares the clock', async () => {
    const loopback = { OUTBOUND_ALLOW_HTTP: 'true', OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8' };
    const { stdout } = await run(['doctor', '--reach', `${app.url}/healthz`], loopback);
    expect(stdout).toMatch(/^ok {7}outside: 127\.0\.0\.1:\d+ answers/m);
    const refused = await run(['doctor', '--reach', 'https://127.0.0.1:1/']);
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringMatching(/^problem {2}outside: /m) });
  });

  it.each([
    ['settings', { PORT: 'eighty' }, 'PORT'],
    ['disk', { MIN_FREE_DISK_MB: '1000000' }, 'Make room'],
    ['disk', { DATA_DIR: '/nowhere/at/all' }, 'set DATA_DIR'],
    ['key ring', { KEY_RING: `k9:${Buffer.alloc(32).toString('base64')}` }, 'Restore KEY_RING'],
    ['key ring', { KEY_RING_FILE: '/nowhere/key-ring' }, 'is missing'],
  ])('tells of a problem with the %s, and what to do: %o', async (what, env, says) => {
    const { code, stdout } = await run(['doctor', '--no-reach'], env);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^problem  ${what}:[^]*${says}`, 'm'));
  });
});
