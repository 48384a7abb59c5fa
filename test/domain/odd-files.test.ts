import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportInput } from '../../src/domain/bots/transfer/import.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

let opened: TestDatabase;
let plane: ControlPlane;

beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
});
afterAll(() => opened.drop());

const importBot = (input: Partial<ImportInput> & { definition: unknown }) =>
  plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', ...input });

const botFile = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  _id: 'st-1',
  defaultLanguage: 'en',
  localeData: { en: { name: 'Odd' } },
  dialogs: [],
  dialogComponents: [],
  ...more,
});

it.each(['universalbot', 'universalBot'])('a universal bot ("%s") is refused in words that say why', async (type) => {
  const refused = {
    code: 'BAD_USER_INPUT',
    message: expect.stringMatching(/"type" of the definition.*universal bot.*linked bots instead/),
    details: { field: 'definition' },
  };
  await expect(importBot({ definition: botFile({ type }) })).rejects.toMatchObject(refused);
  const wrapped = JSON.stringify({ botDefinition: botFile({ type }) });
  await expect(importBot({ definition: wrapped })).rejects.toMatchObject(refused);
});

it('the file of a single dialog comes in as a bot of that name, and leaves as one that comes in again unchanged', async () => {
  const definition = {
    _id: 'dg-1',
    name: 'Search hotels',
    nodes: [
      { nodeId: 'intent0', type: 'intent', componentIndex: 1, transitions: [{ default: 'm' }] },
      { nodeId: 'm', type: 'message', componentIndex: 0, transitions: [] },
    ],
    components: [
      { name: 'M', type: 'message', message: [{ type: 'basic', text: 'Here', channel: 'default' }] },
      { name: 'Search_hotels', type: 'intent', intent: 'Search hotels', dialogId: 'dg-1' },
    ],
  };
  const { bot, warnings } = await importBot({ definition });
  expect(bot.name).toBe('Search hotels');
  expect(warnings).toEqual([]);
  const once = await plane.domain.transfer.exportBot(plane.admin, bot.id);
  const again = await importBot({ definition: once.definition, config: once.config });
  expect(await plane.domain.transfer.exportBot(plane.admin, again.bot.id)).toEqual(once);
});

describe('a file of an odd shape', () => {
  it('comes in whatever stands where the type of a channel should', async () => {
    const channels = [{ type: { toString: 1 }, displayName: 'Odd' }, { displayName: 'None' }, { type: 'rtm' }];
    const { warnings } = await importBot({ definition: botFile({ channels }) });
    expect(warnings.map(({ path, message }) => [path, message])).toEqual([
      ['channels[0]', 'A channel of the type "unknown" is kept; only webhook channels run here.'],
      ['channels[1]', 'A channel of the type "unknown" is kept; only webhook channels run here.'],
      ['channels[2]', 'A channel of the type "rtm" is kept; only webhook channels run here.'],
    ]);
  });

  it('says by path which entries of its lists are of no use', async () => {
    const dialog = (id: string, refId: string) => ({ _id: id, refId, lname: id, nodes: [{ nodeId: 'intent0' }] });
    const { warnings } = await importBot({
      definition: botFile({
        dialogs: [dialog('dg-1', 'r1'), null, dialog('dg-1', 'r2'), dialog('dg-3', 'r1')],
        dialogComponents: ['text', { _id: 'dc-1', type: 'message' }, { _id: 'dc-1', type: 'message' }],
        traits: {},
      }),
    });
    expect(warnings.map(({ path, message }) => [path, message])).toEqual([
      ['traits', '"traits" is not a list; it is kept but not used.'],
      ['dialogs[1]', 'This entry is not an object; it is kept but not used.'],
      ['dialogComponents[0]', 'This entry is not an object; it is kept but not used.'],
      ['dialogs[0]', 'Another dialog has the same "_id" ("dg-1"), and is the one that is used.'],
      ['dialogs[0]', 'Another dialog has the same "refId" ("r1"), and is the one that is used.'],
      ['dialogComponents[1]', 'Another component has the same "_id" ("dc-1"), and is the one that is used.'],
    ]);
  });

  it('comes in with samples that nest without end as texts', async () => {
    const response = encodeURIComponent('['.repeat(50_000) + ']'.repeat(50_000));
    const component = { _id: 'dc-1', refId: 'r', type: 'service', name: 'S', sampleResponse: [{ response }] };
    const { warnings } = await importBot({ definition: botFile({ dialogComponents: [component] }) });
    expect(warnings).toEqual([]);
  });

  it('comes in as its text, or inside the file of another tool', async () => {
    const text = await importBot({ definition: `\uFEFF${JSON.stringify(botFile())}`, config: '{"name":"Configured"}' });
    expect(text).toMatchObject({ bot: { name: 'Odd' }, warnings: [] });
    const inside = await importBot({ definition: { appDefinition: botFile(), exportedBy: 'me' } });
    expect(inside).toMatchObject({ bot: { name: 'Odd' }, warnings: [{ path: 'exportedBy' }] });
    await expect(importBot({ definition: '{"dialogs":' })).rejects.toMatchObject({ details: { field: 'definition' } });
    await expect(importBot({ definition: botFile(), config: 'no' })).rejects.toMatchObject({
      details: { field: 'config' },
    });
  });

  it('says of scripts which functions they call that are not there, and of files of functions what is wrong', async () => {
    const script = (code: string) => ({ _id: 'dc-s', refId: 'dc-s', type: 'script', name: 'Greet', script: code });
    const definition = { ...botFile(), dialogComponents: [script(encodeURIComponent('sayHello(1); other()'))] };
    const file = (content: string) => [{ name: 'fn.js', content }];
    const told = async (content: string) => (await importBot({ definition, files: file(content) })).warnings;
    const path = 'dialogComponents[0].script';
    expect(await told('function sayHello() {} function other() {}')).toEqual([]);
    const botEvents = { TASK_FAILURE_EVENT: { enabled: true, action: 'displayMessage', script: '.' } };
    expect(await importBot({ definition: { ...botFile(), botEvents } })).toMatchObject({ warnings: [] });
    expect(await told('function sayHello() {}')).toEqual([
      { path, message: expect.stringMatching(/"Greet" calls other\(\)/) },
    ]);
    expect(await told('function sayHello( { } function other() {}')).toMatchObject([
      { path: 'files[fn.js]', message: expect.stringContaining('do not parse') },
    ]);
    const uses = [
      script('koreUtil.moment().tz("UTC"); koreUtil.rrule.MO; new koreUtil.xml2js.Builder(); // koreUtil.none'),
    ];
    expect(await importBot({ definition: { ...botFile(), dialogComponents: uses } })).toMatchObject({
      warnings: [{ path, message: expect.stringMatching(/"Greet" uses koreUtil.rrule, koreUtil.xml2js, which/) }],
    });
    await expect(told(`// ${'x'.repeat(500 * 1024)}`)).rejects.toMatchObject({ details: { field: 'files' } });
  });
});
