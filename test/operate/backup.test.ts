import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnv } from '../../src/config/env.js';
import { backup } from '../../src/operate/backup.js';
import { MANIFEST, type Manifest } from '../../src/operate/manifest.js';
import { type RestoreOptions, restore } from '../../src/operate/restore.js';
import { productVersion } from '../../src/product-version.js';
import { openDatabase } from '../../src/store/database/database.js';
import { becomeSoleOwner } from '../../src/store/database/sole-owner.js';
import { startTestApp } from '../support/app.js';
import { type Line, openLine } from '../support/own-bot.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const ATTACHMENT = 'aaaaaaaaaaaaaaaaaaaaaaaa';

let scratch: string;
let line: Line;
let made: Manifest;
/** A backup with the key ring, and one without. */
let whole: string;
let bare: string;
const acknowledged: string[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hookswitch-backup-'));
  line = await openLine();
  await mkdir(join(line.app.dataDir, 'attachments', 'uploads'), { recursive: true });
  await writeFile(join(line.app.dataDir, 'attachments', ATTACHMENT), 'a file');
  [whole, bare] = [join(scratch, 'whole'), join(scratch, 'bare')];
  let underWay = true;
  const talk = async (user: number) => {
    for (let count = 0; underWay; count += 1) {
      const text = `message ${user}.${count}`;
      const { status } = await line.v2({ type: 'text', val: text }, { from: { id: `u${user}` } });
      if (status === 200) acknowledged.push(text);
    }
  };
  const talking = [1, 2, 3, 4].map(talk);
  while (acknowledged.length < 20) await new Promise((resolve) => setImmediate(resolve));
  const before = acknowledged.length;
  made = await backup({ env: envOf(line.app.dataDir), folder: whole, withKeys: true, now: NOW });
  underWay = false;
  await Promise.all(talking);
  expect(acknowledged.length).toBeGreaterThan(before);
  acknowledged.splice(before);
  await backup({ env: envOf(line.app.dataDir), folder: bare, withKeys: false, now: NOW });
});
afterAll(async () => {
  await line.app.remove();
  await rm(scratch, { recursive: true });
});

const envOf = (dataDir: string, more: Record<string, string> = {}) => readEnv({ DATA_DIR: dataDir, ...more });
let folders = 0;
const newFolder = () => {
  folders += 1;
  return join(scratch, `target-${folders}`);
};
const restoreInto = (dataDir: string, folder: string, more: Partial<RestoreOptions> = {}) =>
  restore({ env: envOf(dataDir), folder, force: false, now: NOW, ...more });
/** A copy of the backup that a test may damage. */
async function damaged(change: (folder: string) => Promise<void>): Promise<string> {
  const copy = newFolder();
  await cp(whole, copy, { recursive: true });
  await change(copy);
  return copy;
}
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('hookswitch backup', () => {
  it('holds every message that was acknowledged before it, while others came in, and a server starts on it', async () => {
    const target = newFolder();
    expect(await restoreInto(target, whole)).toMatchObject({ keys: 'backup', putAside: null });
    const app = await startTestApp({ env: { DATA_DIR: target } });
    await app.stop();
    await using database = openDatabase({ url: join(target, 'hookswitch.db') });
    const inputs: string[] = await database.read('turns').pluck('input');
    expect(acknowledged.filter((text) => !inputs.some((input) => input.includes(`"${text}"`)))).toEqual([]);
    expect(await readFile(join(target, 'attachments', ATTACHMENT), 'utf8')).toBe('a file');
    for (const name of ['hookswitch.db', 'key-ring', `attachments/${ATTACHMENT}`])
      expect([name, await modeOf(join(target, name))]).toEqual([name, '600']);
    expect(await modeOf(target)).toBe('700');
    expect(await modeOf(join(target, 'attachments'))).toBe('700');
    expect((await readdir(target)).filter((name) => name.startsWith('.restore'))).toEqual([]);
    await app.remove();
  });

  it('says what it holds, readable by its owner only, and the key ring only when asked', async () => {
    expect(made).toMatchObject({
      version: productVersion(),
      database: 'sqlite',
      createdAt: '2026-11-28T12:00:00.000Z',
    });
    expect(made.files.map(({ path }) => path)).toEqual(['hookswitch.db', 'key-ring', `attachments/${ATTACHMENT}`]);
    expect((await readdir(whole)).sort()).toEqual(['attachments', 'hookswitch.db', 'key-ring', MANIFEST]);
    expect((await readdir(bare)).sort()).toEqual(['attachments', 'hookswitch.db', MANIFEST]);
    expect(await modeOf(whole)).toBe('700');
    for (const name of await readdir(whole))
      expect(await modeOf(join(whole, name))).toBe(name === 'attachments' ? '700' : '600');
  });

  it('overwrites nothing, and leaves nothing behind when it fails', async () => {
    await expect(backup({ env: envOf(line.app.dataDir), folder: whole, withKeys: false, now: NOW })).rejects.toThrow(
      'overwrites nothing',
    );
    const parent = newFolder();
    await expect(
      backup({ env: envOf(newFolder()), folder: join(parent, 'b'), withKeys: false, now: NOW }),
    ).rejects.toThrow('There is no database');
    expect(await readdir(parent)).toEqual([]);
    const inside = join(line.app.dataDir, 'attachments', 'backup');
    await expect(backup({ env: envOf(line.app.dataDir), folder: inside, withKeys: false, now: NOW })).rejects.toThrow(
      'attachments folder',
    );
  });
});

describe('hookswitch restore', () => {
  const editManifest = (edit: (manifest: Manifest) => void) =>
    damaged(async (folder) => {
      const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8'));
      edit(manifest);
      await writeFile(join(folder, MANIFEST), JSON.stringify(manifest));
    });

  it.each([
    ['a database', 'hookswitch.db'],
    ['a key ring', 'key-ring'],
    ['an attachment', `attachments/${ATTACHMENT}`],
  ])('refuses %s with a wrong checksum, and one that is missing', async (_what, path) => {
    const target = newFolder();
    await expect(restoreInto(target, await damaged((folder) => appendFile(join(folder, path), 'x')))).rejects.toThrow(
      `${path} is not what was backed up`,
    );
    await expect(restoreInto(target, await damaged((folder) => rm(join(folder, path))))).rejects.toThrow(
      `${path} is missing`,
    );
    expect(existsSync(target)).toBe(false);
  });

  it('refuses what is no complete backup, and paths that lead out of it', async () => {
    await expect(restoreInto(newFolder(), await damaged((folder) => rm(join(folder, MANIFEST))))).rejects.toThrow(
      'no complete backup',
    );
    const leading = await editManifest((manifest) => {
      if (manifest.files[0]) manifest.files[0].path = 'attachments/../../hookswitch.db';
    });
    await expect(restoreInto(newFolder(), leading)).rejects.toThrow('belongs to no backup');
  });

  it('refuses a newer schema, told by the manifest or only by the database', async () => {
    const newer = await editManifest((manifest) => {
      manifest.schema = '20991231000000_later';
    });
    await expect(restoreInto(newFolder(), newer)).rejects.toThrow("newer than this version's");
    const source = newFolder();
    await restoreInto(source, whole);
    await using database = openDatabase({ url: join(source, 'hookswitch.db') });
    const later = { name: '20200101000000_other', batch: 1, migration_time: 0 };
    await database.write('knex_migrations').insert(later);
    await database.write('knex_migrations').insert({ ...later, name: made.schema });
    const folder = newFolder();
    await backup({ env: envOf(source), folder, withKeys: true, now: NOW });
    await expect(restoreInto(newFolder(), folder)).rejects.toThrow('A newer version of Hookswitch');
  });

  it('refuses a missing or another key ring, and takes that of KEY_RING or the target', async () => {
    const target = newFolder();
    await expect(restoreInto(target, bare)).rejects.toThrow(/sealed with the keys k1, which are not here/);
    expect(existsSync(join(target, 'key-ring'))).toBe(false);
    const other = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
    await expect(restoreInto(target, whole, { env: envOf(target, { KEY_RING: other }) })).rejects.toThrow(
      'KEY_RING does not open it',
    );
    const ring = (await readFile(join(whole, 'key-ring'), 'utf8')).trim();
    expect(await restoreInto(target, bare, { env: envOf(target, { KEY_RING: ring }) })).toMatchObject({
      keys: 'KEY_RING',
    });
    const withRing = newFolder();
    await mkdir(withRing);
    await writeFile(join(withRing, 'key-ring'), ring);
    expect(await restoreInto(withRing, bare)).toMatchObject({ keys: 'target' });
  });

  it('keeps a key ring that does not open the backup', async () => {
    const target = newFolder();
    const other = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
    await mkdir(target);
    await writeFile(join(target, 'key-ring'), other);
    expect(await restoreInto(target, whole)).toMatchObject({ keys: 'backup' });
    const kept = (await readdir(target)).find((name) => name.startsWith('key-ring.before-restore'));
    expect(await readFile(join(target, kept ?? ''), 'utf8')).toBe(other);
  });

  it('refuses a target that is not empty, and with --force puts what is there aside', async () => {
    const target = newFolder();
    await restoreInto(target, whole);
    await expect(restoreInto(target, whole)).rejects.toThrow('is not empty');
    const { putAside } = await restoreInto(target, whole, { force: true });
    expect((await readdir(putAside ?? '')).sort()).toEqual(['attachments', 'hookswitch.db']);
    const strange = newFolder();
    await mkdir(strange);
    await writeFile(join(strange, 'notes.txt'), 'mine');
    await expect(restoreInto(strange, whole)).rejects.toThrow('notes.txt');
  });

  it('refuses a target that a server uses, also with --force', async () => {
    await expect(restoreInto(line.app.dataDir, whole, { force: true })).rejects.toThrow('Another process uses');
    const target = newFolder();
    await restoreInto(target, whole);
    await using _owner = await becomeSoleOwner(join(target, 'hookswitch.db'));
    await expect(restoreInto(target, whole, { force: true })).rejects.toThrow('Another process uses');
  });
});
