import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Archives, createArchives } from '../../src/domain/bots/transfer/archives.js';

const CONFIG = { name: 'config.json', bytes: strToU8('{}') };
const definition = (text: string) => ({ name: 'botDefinition.json', bytes: strToU8(text) });

describe('the files of a bot', () => {
  let archives: Archives;
  beforeAll(() => {
    archives = createArchives();
  });
  afterAll(() => archives.close());

  const readZip = (files: Record<string, Uint8Array>) =>
    archives.read({ zip: { name: 'bot.zip', bytes: zipSync(files) } });

  it('come out of a zip as they went in, and those that belong to no bot are left out', async () => {
    const files = { definition: { dialogs: [] }, config: { name: 'Bot' }, files: [{ name: 'a.csv', content: 'x' }] };
    const bytes = await archives.zip(files);
    expect(await archives.read({ zip: { name: 'bot.zip', bytes } })).toEqual(files);
  });

  it('may hold as many values as a large bot has, and no more', async () => {
    const many = (values: number) => `[${Array.from({ length: values - 1 }, () => '0').join(',')}]`;
    const read = (text: string) => archives.read({ definition: definition(text), config: CONFIG, others: [] });
    expect((await read(many(500_000))).definition).toHaveLength(499_999);
    await expect(read(many(1_000_100))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('1000000 values'),
    });
  });

  it('are refused with the reason when they nest too deep, are no JSON, or no zip, or no bot', async () => {
    const nested = `${'['.repeat(257)}${']'.repeat(257)}`;
    await expect(readZip({ 'botDefinition.json': strToU8(nested) })).rejects.toThrow(/more than 256 levels/);
    await expect(readZip({ 'botDefinition.json': strToU8('{"a":') })).rejects.toThrow(/botDefinition.json is not JSON/);
    await expect(readZip({ 'notes.txt': strToU8('x') })).rejects.toThrow(/no botDefinition.json/);
    await expect(archives.read({ zip: { name: 'a.zip', bytes: strToU8('PK') } })).rejects.toThrow(/damaged/);
  });

  it('are refused unread when they unpack to more than a bot has', async () => {
    const large = new Uint8Array(61 * 1024 * 1024);
    const bytes = zipSync({ 'botDefinition.json': strToU8('{}'), 'a.csv': [large, { level: 0 }] });
    await expect(archives.read({ zip: { name: 'bot.zip', bytes } })).rejects.toThrow(/more than 60 MB/);
  });
});
