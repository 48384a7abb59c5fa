import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FLOORS = [
  ['load'],
  ['store', 'outbound', 'config'],
  ['definition', 'lanes', 'jobs'],
  ['domain', 'dispatcher', 'alerts'],
  ['bots', 'routing'],
  ['wire'],
  ['turn'],
  ['inbox', 'outbox', 'history', 'files', 'checks'],
  ['ingress', 'graphql', 'management', 'engines', 'scim'],
  ['server', 'operate'],
];
const APART = ['admin', 'cli', 'client', 'console', 'demo', 'setup'];
const ROOMS = FLOORS.flat();
const TARGETS = [...ROOMS, ...APART];
const repository = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Whether the design lets a file of one room import one of another: lower floors only, the edges of hooks, scripts and directories
 * not even the store, the demo the published client, and the command line that of administrators.
 */
function mayImport(from: string, to: string): boolean {
  if (from === 'demo' && to === 'client') return true;
  if (from === 'cli' && to === 'admin') return true;
  if (['ingress', 'management', 'scim'].includes(from) && to === 'store') return false; // the wire knows no tables
  if (APART.includes(from) || APART.includes(to)) return false;
  return floorOf(to) < floorOf(from);
}

const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));

describe('the linter', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'floors-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  let refused: Set<string>;

  /** One import a line, so that a diagnostic's line tells which import it means. */
  function write(path: string, specifiers: string[]): void {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    const lines = specifiers.map((specifier, index) => `import { name${index} } from '${specifier}';`);
    writeFileSync(join(scratch, path), lines.join('\n'));
  }

  beforeAll(() => {
    for (const room of TARGETS) {
      write(`src/${room}/file.ts`, [...TARGETS.map((to) => `../${to}/file.js`), '../main.js', '../errors.js']);
      write(`src/${room}/deep/file.ts`, [
        ...TARGETS.map((to) => `../../${to}/file.js`),
        '../../main.js',
        '../../errors.js',
      ]);
    }
    write(
      'src/main.ts',
      TARGETS.map((to) => `./${to}/file.js`),
    );
    write('src/errors.ts', [...TARGETS.map((to) => `./${to}/file.js`), './main.js', './time.js']);
    write('src/graphql/schema.ts', [
      'graphql',
      'graphql/utilities',
      './file.js',
      './deep/file.js',
      './../server/file.js',
    ]);

    const config = JSON.parse(readFileSync(join(repository, 'biome.json'), 'utf8'));
    writeFileSync(join(scratch, 'biome.json'), JSON.stringify({ ...config, vcs: { enabled: false } }));
    cpSync(join(repository, 'biome.floors.jsonc'), join(scratch, 'biome.floors.jsonc'));
    const biome = join(repository, 'node_modules/@biomejs/biome/bin/biome');
    const args = ['lint', '--only=style/noRestrictedImports', '--reporter=github', '--max-diagnostics=none', 'src'];
    const { stdout } = spawnSync(process.execPath, [biome, ...args], { cwd: scratch, encoding: 'utf8' });
    const found = stdout.matchAll(/title=lint\/style\/noRestrictedImports,file=(\S+?),line=(\d+)/g);
    refused = new Set(
      [...found].map(([, file = '', line]) => {
        const source = readFileSync(join(scratch, file.slice(file.lastIndexOf('src/'))), 'utf8').split('\n');
        return `${file.slice(file.lastIndexOf('src/'))} ${source[Number(line) - 1]?.split("'")[1]}`;
      }),
    );
  });

  it.each(TARGETS)('lets %s import what is below it and refuses everything else', (from) => {
    for (const [file, up] of [
      [`src/${from}/file.ts`, '../'],
      [`src/${from}/deep/file.ts`, '../../'],
    ]) {
      const others = TARGETS.filter((to) => to !== from);
      const allowed = others.filter((to) => !refused.has(`${file} ${up}${to}/file.js`));
      expect(allowed).toEqual(others.filter((to) => mayImport(from, to)));
    }
  });

  it('lets no room import main, and main everything but what stands apart', () => {
    for (const room of TARGETS) expect(refused).toContain(`src/${room}/deep/file.ts ../../main.js`);
    for (const room of APART) expect(refused).toContain(`src/main.ts ./${room}/file.js`);
    for (const room of ROOMS) expect(refused).not.toContain(`src/main.ts ./${room}/file.js`);
  });

  it('lets the server import leaf files, and leaf files nothing but each other', () => {
    for (const room of ROOMS) expect(refused).not.toContain(`src/${room}/deep/file.ts ../../errors.js`);
    for (const room of APART) expect(refused).toContain(`src/${room}/file.ts ../errors.js`);
    for (const to of TARGETS) expect(refused).toContain(`src/errors.ts ./${to}/file.js`);
    expect(refused).toContain('src/errors.ts ./main.js');
    expect(refused).not.toContain('src/errors.ts ./time.js');
  });

  it('tells a room from a package of the same name, and sees through a detour', () => {
    const inSchema = [...refused].filter((one) => one.startsWith('src/graphql/schema.ts'));
    expect(inSchema).toEqual(['src/graphql/schema.ts ./../server/file.js']);
  });

  it('knows every folder of src', () => {
    const folders = readdirSync(join(repository, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(TARGETS).toEqual(expect.arrayContaining(folders.map((folder) => folder.name)));
  });
});
