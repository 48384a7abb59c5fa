import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** Stands in for npm: notes that it was called and leaves what npm leaves, also in the folder of the driver alone. */
const NPM = `
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n');
const isOfDriver = process.cwd().endsWith('.sqlite3');
if (isOfDriver && process.argv[2] === 'ci') {
  cpSync('../../driver-packages', 'node_modules', { recursive: true });
  copyFileSync('package-lock.json', '../../driver-lock.json');
  process.exit();
}
if (isOfDriver) throw new Error('no compiler');
if (process.argv[2] === 'rebuild') throw new Error('no compiler here either');
mkdirSync('node_modules', { recursive: true });
if (existsSync('npm-fails')) throw new Error('no network');
copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;
/** The modules the bundle is made of, by what the bundler lists. */
const BUNDLED = [
  ...readFileSync(join(repository, 'src/setup/bundle-server.mjs'), 'utf8').matchAll(/'((?:src|bench)\/\S+)\.ts'/g),
].map(([, file = '']) => file);
const LOCKED = {
  packages: {
    '': {},
    'node_modules/koa': { version: '3.3.0' },
    'node_modules/for-mac': { version: '1.0.0', optional: true },
  },
};

describe('preparing a clone', () => {
  let clone: string;
  /** A clone that everything was done for, and what was said meanwhile. */
  let prepared: { clone: string; outcome: Awaited<ReturnType<typeof prepare>> };
  beforeAll(async () => {
    makeClone();
    prepared = { clone, outcome: await prepare('install', 'build', 'console') };
  });
  afterAll(() => rmSync(prepared.clone, { recursive: true }));
  beforeEach(makeClone);
  afterEach(() => rmSync(clone, { recursive: true }));

  function makeClone(): void {
    clone = mkdtempSync(join(tmpdir(), 'clone-'));
    write('package.json', '{ "type": "module" }');
    write('package-lock.json', JSON.stringify(LOCKED));
    write(
      'tsconfig.json',
      '{ "compilerOptions": { "rootDir": ".", "outDir": "dist", "module": "esnext", "types": [], "lib": ["es5"], "skipLibCheck": true }, "include": ["src", "bench"] }',
    );
    write(
      'tsconfig.client.json',
      '{ "extends": "./tsconfig.json", "compilerOptions": { "emitDeclarationOnly": true, "declaration": true }, "include": ["src/client"] }',
    );
    write('src/client/client.ts', 'export const client = 1;\n');
    write('src/main.ts', 'export const answer: number = 42;\n');
    write('src/other.ts', 'export const other = 1;\n');
    write('src/console/index.html', '<title>Console</title>');
    write('npm-cli.js', NPM);
    cpSync(join(repository, 'src/setup'), join(clone, 'src/setup'), { recursive: true });
    mkdirSync(join(clone, 'node_modules'));
    for (const name of ['esbuild', 'typescript', 'vite']) {
      symlinkSync(join(repository, 'node_modules', name), join(clone, 'node_modules', name));
    }
  }
  function takePrepared(): void {
    rmSync(clone, { recursive: true });
    cpSync(prepared.clone, clone, { recursive: true });
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    writeFileSync(join(clone, file), text);
  }
  const read = (file: string) => readFileSync(join(clone, file), 'utf8');
  const has = (file: string) => existsSync(join(clone, file));

  function prepare(...steps: string[]): Promise<{ code: number | null; said: string }> {
    const env = { ...process.env, npm_execpath: join(clone, 'npm-cli.js') };
    const child = spawn(process.execPath, ['src/setup/prepare.mjs', ...steps], { cwd: clone, env });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
  }

  it('does everything once, with a line for each step, and then is silent', async () => {
    expect(prepared.outcome).toEqual({
      code: 0,
      said: expect.stringMatching(/^Installing .* …\nInstalling .*: done in \d+ s\n/),
    });
    for (const what of ['Compiling the server and its tools', 'Building the console'])
      expect(prepared.outcome.said).toMatch(new RegExp(`\n${what} …\n(.*\n)*${what}: done in \\d+ s\n`));
    takePrepared();
    expect(read('dist/src/main.js')).toContain('answer = 42');
    expect(read('dist/src/client/client.d.ts')).toContain('client = 1');
    expect(read('dist/console/index.html')).toContain('Console');
    expect(await prepare('install', 'build', 'console')).toEqual({ code: 0, said: '' });
  });

  it('bundles the sources into files that run, and does so again when one changes', async () => {
    for (const file of BUNDLED) write(`${file}.ts`, 'export {};');
    write('src/main.ts', "import { answer } from './answer.js';\nexport class Named { answer = answer; }\n");
    write('src/answer.ts', 'export const answer = 42;\n');
    const bundled = /^Bundling the server …\nBundling the server: done in \d+ s\n$/;
    expect(await prepare('bundle')).toEqual({ code: 0, said: expect.stringMatching(bundled) });
    const { Named } = await import(join(clone, 'dist/bundle/server/main.js'));
    expect([new Named().answer, Named.name]).toEqual([42, 'Named']);
    expect(await prepare('bundle')).toEqual({ code: 0, said: '' });

    write('src/answer.ts', 'export const answer = 43;\n');
    expect(await prepare('bundle')).toEqual({ code: 0, said: expect.stringMatching(bundled) });
    expect(read('dist/bundle/server/main.js')).toContain('43');
    expect(has('dist/bundle-next')).toBe(false);
  });

  it('installs again when the lock file asks for something else, not when it was merely written anew', async () => {
    await prepare('install');
    write('package-lock.json', JSON.stringify(LOCKED));
    expect((await prepare('install')).said).toBe('');
    write(
      'package-lock.json',
      JSON.stringify({ packages: { ...LOCKED.packages, 'node_modules/koa': { version: '3.4.0' } } }),
    );
    expect((await prepare('install')).said).toContain('Installing');
    expect(read('npm.log').split('\n')).toHaveLength(3);
  });

  it('asks for the tools of development only where they are needed, and keeps what a start has installed', async () => {
    const tool = { 'node_modules/tool': { version: '1.0.0', dev: true } };
    write('package-lock.json', JSON.stringify({ packages: { ...LOCKED.packages, ...tool } }));
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/koa': { version: '3.3.0' } } }),
    );
    expect(await prepare('packages')).toEqual({ code: 0, said: '' });
    expect(await prepare('install')).toMatchObject({ code: 0 });
    expect(read('npm.log')).toMatch(/^install --no-save --include=dev /);
    expect(await prepare('packages', 'install')).toEqual({ code: 0, said: '' });
  });

  describe("SQLite's driver", () => {
    const DRIVER = 'node_modules/sqlite3/build/Release/node_sqlite3.node';
    const FETCHES = `require('node:fs').mkdirSync('build/Release', { recursive: true });
      require('node:fs').writeFileSync('build/Release/node_sqlite3.node', 'driver');`;
    const SQLITE = {
      'node_modules/sqlite3': {
        version: '6.0.1',
        dependencies: { bindings: '^1.0.0', tar: '^7.0.0' },
        optionalDependencies: { 'node-gyp': '12.x' },
      },
      'node_modules/bindings': { version: '1.5.0' },
      'node_modules/node-gyp': { version: '12.4.0', optional: true },
      'node_modules/tar': { version: '1.0.0' },
      'node_modules/sqlite3/node_modules/tar': { version: '7.0.0', dependencies: { bindings: '^1.0.0' } },
    };
    beforeEach(() => {
      write('package-lock.json', JSON.stringify({ packages: { ...LOCKED.packages, ...SQLITE } }));
      mkdirSync(join(clone, 'driver-packages/sqlite3'), { recursive: true });
    });

    it('is fetched with the few packages that it takes, put where it belongs, and kept for the next installation', async () => {
      write('driver-packages/prebuild-install/bin.js', FETCHES);
      const { code, said } = await prepare('packages', 'native');
      expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/^Fetching or compiling SQLite: done/m) });
      expect(read(DRIVER)).toBe('driver');
      expect(Object.keys(JSON.parse(read('driver-lock.json')).packages)).toEqual([
        '',
        'node_modules/sqlite3',
        'node_modules/bindings',
        'node_modules/sqlite3/node_modules/tar',
      ]);
      expect(has('dist/.sqlite3')).toBe(false);
      expect(await prepare('packages', 'native')).toEqual({ code: 0, said: '' });

      rmSync(join(clone, 'node_modules/sqlite3'), { recursive: true });
      write('driver-packages/prebuild-install/bin.js', 'process.exit(1)');
      expect(await prepare('packages', 'native')).toMatchObject({ code: 0 });
      expect(read(DRIVER)).toBe('driver');
    });

    it('is made by its own package where there is nothing to fetch and nothing to compile with, which says why', async () => {
      write('driver-packages/prebuild-install/bin.js', 'process.exit(1)');
      const { code, said } = await prepare('packages', 'native');
      expect(code).toBe(1);
      expect(said).toContain('no compiler here either');
      expect(read('npm.log')).toMatch(/^rebuild sqlite3 /m);
    });
  });

  it('takes an installation made by hand, without the packages of other platforms', async () => {
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/koa': { version: '3.3.0' } } }),
    );
    expect(await prepare('install')).toEqual({ code: 0, said: '' });
  });

  it('fails with what npm said, and tries again the next time', async () => {
    write('npm-fails', '');
    const failed = await prepare('install', 'build');
    expect(failed).toEqual({ code: 1, said: expect.stringContaining('no network') });
    expect(failed.said).toMatch(/^Installing .*: failed after \d+ s$/m);
    expect(has('dist/src/main.js')).toBe(false);
    rmSync(join(clone, 'npm-fails'));
    expect(await prepare('install')).toMatchObject({ code: 0 });
  });

  it('builds what was edited and removes the output of a source that is gone, and nothing else', async () => {
    takePrepared();
    write('dist/src/notes.txt', 'kept');
    write('src/main.ts', 'export const answer: number = 43;\n');
    rmSync(join(clone, 'src/other.ts'));
    expect((await prepare('build', 'console')).said).toMatch(/^Compiling .* …\nCompiling .*: done in \d+ s\n$/);
    expect(read('dist/src/main.js')).toContain('answer = 43');
    expect([has('dist/src/other.js'), has('dist/src/notes.txt'), has('dist/console/index.html')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('builds the console alone when only the console changed', async () => {
    takePrepared();
    write('src/console/index.html', '<title>New</title>');
    expect((await prepare('build', 'console')).said).toMatch(
      /^Building the console …\nBuilding the console: done in \d+ s\n$/,
    );
    expect(read('dist/console/index.html')).toContain('New');
  });

  it('reports a source that does not compile and leaves the last build alone', async () => {
    takePrepared();
    write('src/main.ts', 'export const answer: string = 44;\n');
    expect(await prepare('build')).toEqual({ code: 1, said: expect.stringContaining('src/main.ts(1,14): error') });
    expect(read('dist/src/main.js')).toContain('answer = 42');
    expect(await prepare('build')).toMatchObject({ code: 1 });
  });

  it('does each step once when several start together', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => prepare('install', 'build')));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const said = all.map((one) => one.said).join('');
    expect(said.match(/^Installing .* …$/gm)).toHaveLength(1);
    expect(said.match(/^Compiling .* …$/gm)).toHaveLength(1);
    expect(has('dist/.prepare-lock')).toBe(false);
  });

  it('takes over from one that died, by several at once', async () => {
    const dead = await new Promise<number>((resolve) => {
      const child = spawn(process.execPath, ['--version']);
      child.once('close', () => resolve(child.pid ?? 0));
    });
    write('dist/.prepare-lock/holder.json', JSON.stringify({ id: 'gone', pid: dead, host: hostname() }));
    const all = await Promise.all([1, 2, 3].map(() => prepare('build')));
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(
      all
        .map((one) => one.said)
        .join('')
        .match(/^Compiling .* …$/gm),
    ).toHaveLength(1);
  });

  it('waits for one that lives, and says so', async () => {
    write('dist/.prepare-lock/holder.json', JSON.stringify({ id: 'alive', pid: process.pid, host: hostname() }));
    const child = spawn(process.execPath, ['src/setup/prepare.mjs', 'build'], { cwd: clone });
    const said = await new Promise<string>((resolve) => child.stderr.once('data', (chunk) => resolve(String(chunk))));
    expect(said).toContain(`Waiting for process ${process.pid}`);
    expect(has('dist/src/main.js')).toBe(false);
    rmSync(join(clone, 'dist/.prepare-lock'), { recursive: true });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(has('dist/src/main.js')).toBe(true);
  });

  it('refuses a Node that is too old with what to do', async () => {
    const script = "import('./src/setup/node-version.mjs').then((m) => m.checkNodeVersion('20.18.3'))";
    const child = spawn(process.execPath, ['-e', script], { cwd: clone });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    await new Promise((resolve) => child.once('close', resolve));
    expect(said).toContain('Hookswitch needs Node 20.19 or newer, and this is 20.18.3. Install one');
  });
});
