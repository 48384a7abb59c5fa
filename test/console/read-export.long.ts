import { strToU8, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { readExport } from '../../src/console/pages/bots/read-export.js';

const MB = 1024 * 1024;
const DEFINITION = strToU8('{"dialogs":[]}');
const zip = (name: string, files: Record<string, Uint8Array>) =>
  new File([new Uint8Array(zipSync({ 'botDefinition.json': DEFINITION, ...files }, { level: 1 }))], name);

it('an export dropped on the console is read, whatever it holds beside the files of the bot', async () => {
  const dropped = zip('bot.zip', { 'functions.js': strToU8('//'), 'film.mp4': new Uint8Array(61 * MB) });
  expect(await readExport([dropped])).toEqual({
    definition: { dialogs: [] },
    config: null,
    files: [{ name: 'functions.js', content: '//' }],
  });
});

it('an export that unpacks to more than can be imported is refused, in one zip or in several files', async () => {
  const part = new Uint8Array(31 * MB);
  await expect(readExport([zip('bomb.zip', { 'a.csv': part, 'b.csv': part })])).rejects.toThrow(
    'bomb.zip is too large: at most 60 MB, unpacked, can be imported.',
  );
  const plain = new File([DEFINITION], 'botDefinition.json');
  await expect(readExport([plain, new File([part], 'a.csv'), new File([part], 'b.csv')])).rejects.toThrow(
    /b\.csv is too large/,
  );
  await expect(readExport([new File(['PK and nothing else'], 'damaged.zip')])).rejects.toThrow(/damaged zip/);
});
