import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

let opened: TestDatabase;
let plane: ControlPlane;
beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
});
afterAll(() => opened.drop());

const importBot = (input: { definition: unknown; config: unknown }) =>
  plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', ...input });
const exportBot = (botId: string) => plane.domain.transfer.exportBot(plane.admin, botId);

/** A folder of real exports (`BOT_EXPORTS`): each a folder with botDefinition.json or appDefinition.json and config.json. */
const folder = process.env.BOT_EXPORTS;
describe.skipIf(!folder || !existsSync(folder))('real exports', () => {
  for (const name of folder && existsSync(folder) ? readdirSync(folder) : []) {
    it(`${name} comes in, keeps every key, and comes in again as the same bot`, async () => {
      const read = (file: string) => JSON.parse(readFileSync(`${folder}/${name}/${file}`, 'utf8'));
      const definition = read(
        existsSync(`${folder}/${name}/botDefinition.json`) ? 'botDefinition.json' : 'appDefinition.json',
      );
      const { bot } = await importBot({ definition, config: read('config.json') });
      const out = await exportBot(bot.id);
      for (const [key, value] of Object.entries(definition)) {
        if (key !== 'channels') expect(shapeOf(out.definition[key]), key).toEqual(shapeOf(value));
      }
      const again = await importBot({ definition: out.definition, config: out.config });
      const [once, twice] = [neutral(out), neutral(await exportBot(again.bot.id))];
      for (const key of Object.keys(once.definition))
        expect(JSON.stringify(twice.definition[key]) === JSON.stringify(once.definition[key])).toBe(true);
      expect(twice.config).toEqual(once.config);
    });
  }
});

/** What a value is made of: texts may lose their credentials. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') return 'text';
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}

/** Without addresses, which carry ids. */
function neutral<T>(files: T): T {
  return JSON.parse(JSON.stringify(files, (key, value) => (key === 'url_v2' ? '' : value)));
}
