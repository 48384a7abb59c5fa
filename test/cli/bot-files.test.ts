import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBotFiles, readFunctions } from '../../src/cli/bot-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookswitch-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const DEFINITION = strToU8('{"dialogs":[]}');
const CONFIG = strToU8('{"name":"Configured"}');
const read = { definition: { dialogs: [] }, config: { name: 'Configured' }, files: [] };
const bytes = (...parts: (number[] | Uint8Array)[]) => new Uint8Array(parts.flatMap((part) => [...part]));

async function readZip(files: Record<string, Uint8Array>) {
  const path = join(folder, 'export.zip');
  await writeFile(path, zipSync(files));
  return readBotFiles(path);
}

describe('an export', () => {
  it.each<[string, Record<string, Uint8Array>]>([
    ['as the platform zips it', { 'botDefinition.json': DEFINITION, 'config.json': CONFIG, 'icon.png': bytes([1]) }],
    ['of a newer platform', { 'appDefinition.json': DEFINITION, 'config.json': CONFIG }],
    ['in a folder of its own', { 'My Bot/botDefinition.json': DEFINITION, 'My Bot/config.json': CONFIG }],
    ['with names in capitals', { 'BOTDEFINITION.JSON': DEFINITION, 'CONFIG.JSON': CONFIG }],
    ['downloaded twice', { 'botDefinition (1).json': DEFINITION, 'config (1).json': CONFIG }],
    ['of Windows', { 'Bot\\botDefinition.json': DEFINITION, 'Bot\\config.json': CONFIG }],
    [
      'of macOS',
      {
        '__MACOSX/._botDefinition.json': bytes([0, 5]),
        '__MACOSX/Bot/._config.json': bytes([0, 5]),
        'Bot/botDefinition.json': DEFINITION,
        'Bot/config.json': CONFIG,
        'Bot/._config.json': bytes([0, 5]),
      },
    ],
    [
      'with byte order marks',
      { 'botDefinition.json': bytes([0xef, 0xbb, 0xbf], DEFINITION), 'config.json': bytes([0xef, 0xbb, 0xbf], CONFIG) },
    ],
    [
      'in UTF-16',
      { 'botDefinition.json': bytes(Buffer.from('\uFEFF{"dialogs":[]}', 'utf16le')), 'config.json': CONFIG },
    ],
    [
      'beside the files of something else',
      { 'a/config.json': strToU8('{"name":"other"}'), 'b/botDefinition.json': DEFINITION, 'b/config.json': CONFIG },
    ],
  ])('%s is read', async (_, files) => {
    expect(await readZip(files)).toEqual(read);
  });

  it('brings its tables and scripts along, and may have no configuration', async () => {
    const files = await readZip({
      'x/botDefinition.json': DEFINITION,
      'x/tableDefinition_orders_1.json': strToU8('{"name":"orders"}'),
      'x/functions.js': strToU8('function one() {}'),
      'x/icon.png': bytes([1]),
      'elsewhere/tableDefinition_other_1.json': strToU8('{}'),
    });
    expect(files).toEqual({
      definition: { dialogs: [] },
      config: null,
      files: [
        { name: 'functions.js', content: 'function one() {}' },
        { name: 'tableDefinition_orders_1.json', content: '{"name":"orders"}' },
      ],
    });
  });

  it('may be a folder, or its definition with what belongs to it beside it', async () => {
    const unpacked = join(folder, 'unpacked');
    await mkdir(unpacked);
    await writeFile(join(unpacked, 'botDefinition.json'), DEFINITION);
    await writeFile(join(unpacked, 'Config.json'), CONFIG);
    await writeFile(join(unpacked, 'functions.js'), '//');
    expect(await readBotFiles(unpacked)).toEqual({ ...read, files: [{ name: 'functions.js', content: '//' }] });
    await writeFile(join(unpacked, 'server.js'), 'listen()');
    const files = [{ name: 'functions.js', content: '//' }];
    expect(await readBotFiles(join(unpacked, 'botDefinition.json'))).toEqual({ ...read, files });
  });

  it('may have its functions elsewhere: in a file, or in a folder', async () => {
    const scripts = join(folder, 'scripts');
    await mkdir(scripts);
    await writeFile(join(scripts, 'a.js'), 'function a() {}');
    await writeFile(join(scripts, 'b.JS'), 'function b() {}');
    await writeFile(join(scripts, 'notes.json'), '{}');
    const files = [
      { name: 'a.js', content: 'function a() {}' },
      { name: 'b.JS', content: 'function b() {}' },
    ];
    expect(await readFunctions(scripts)).toEqual(files);
    expect(await readFunctions(join(scripts, 'a.js'))).toEqual(files.slice(0, 1));
    await expect(readFunctions(join(scripts, 'notes.json'))).rejects.toThrow(/notes.json is no .js file/);
    await mkdir(join(folder, 'empty'));
    await expect(readFunctions(join(folder, 'empty'))).rejects.toThrow(/holds no .js files/);
  });

  it('whose files have more than can be imported is refused before they are read', async () => {
    const large = join(folder, 'large');
    await mkdir(large);
    const definition = join(large, 'botDefinition.json');
    await writeFile(definition, DEFINITION);
    for (const name of ['tableDefinition_a.json', 'tableDefinition_b.json']) {
      await writeFile(join(large, name), '');
      await truncate(join(large, name), 31 * 1024 * 1024);
    }
    await expect(readBotFiles(large)).rejects.toThrow(/more than 60 MB, which is more than can be imported/);
    await expect(readBotFiles(definition)).rejects.toThrow(/more than 60 MB/);
    await rm(join(large, 'tableDefinition_a.json'));
    await truncate(join(large, 'tableDefinition_b.json'), 0);
    await writeFile(join(large, 'notes.txt'), '');
    await truncate(join(large, 'notes.txt'), 100 * 1024 * 1024); // no part of a bot
    expect(await readBotFiles(large)).toMatchObject({ files: [{ name: 'tableDefinition_b.json' }] });
  });

  it('that is none says what is wrong with it', async () => {
    await expect(readZip({ 'notes.txt': strToU8('x') })).rejects.toThrow(/holds no botDefinition.json/);
    await expect(readZip({ 'botDefinition.json': strToU8('{"a":') })).rejects.toThrow(/botDefinition.json is not JSON/);
    const bomb = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [`${name}.csv`, new Uint8Array(20 * 1024 * 1024)]),
    );
    await expect(readZip({ 'botDefinition.json': DEFINITION, ...bomb })).rejects.toThrow(/unpacks to more than 60 MB/);
    const damaged = join(folder, 'damaged.zip');
    await writeFile(damaged, 'PK and nothing else');
    await expect(readBotFiles(damaged)).rejects.toThrow(/damaged\.zip is a damaged zip .*Export the bot again/);
  });
});
