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

  it('says of scripts beside it that nothing calls them', async () => {
    const { warnings } = await importBot({
      definition: botFile(),
      files: [{ name: 'fn.js', content: 'function f() {}' }],
    });
    expect(warnings).toEqual([{ path: 'files[fn.js]', message: expect.stringContaining('scripts here cannot call') }]);
  });
});

describe('the report of an import', () => {
  it('names what is not understood of entities and conditions', async () => {
    const condition = (raw: Record<string, unknown>) => ({ if: raw, default: 'end' });
    const transitions = [
      condition({ context: 'context.a', op: 'between', value: '1' }),
      condition({ conjoin: 'and', tests: [{ context: 'context,a', op: 'eq', value: '1' }, { context: 'context.b' }] }),
      condition({ context: '', op: '' }),
    ];
    const nodes = [
      { nodeId: 'intent0', type: 'intent', componentId: 'dc-1', transitions: [{ default: 'e' }] },
      { nodeId: 'e', type: 'entity', componentId: 'dc-2', transitions },
    ];
    const { warnings } = await importBot({
      definition: botFile({
        dialogs: [{ _id: 'dg-1', refId: 'r', lname: 'Go', nodes }],
        dialogComponents: [
          { _id: 'dc-1', refId: 'r1', type: 'intent', name: 'Go', dialogId: 'dg-1' },
          { _id: 'dc-2', refId: 'r2', type: 'entity', name: 'Firm', entityType: 'company_name' },
        ],
      }),
    });
    expect(warnings.map(({ path, message }) => [path, message])).toEqual([
      ['dialogs[0].nodes[1]', 'A condition never holds: this server does not know the operator "between".'],
      ['dialogs[0].nodes[1]', 'A condition never holds: "context,a" is not the path of a value.'],
      [
        'dialogs[0].nodes[1]',
        'The node "Firm" asks for a "company_name", which is not recognised here: every answer gets its error prompt.',
      ],
    ]);
  });

  it('names scripts that do not parse, and runs none', async () => {
    const script = (_id: string, name: string, text: string) => ({
      _id,
      refId: _id,
      name,
      type: 'script',
      script: text,
    });
    const text = { text: 'print({a: 1 b: 2})', type: 'uxmap' };
    const { warnings } = await importBot({
      definition: botFile({
        dialogComponents: [
          script('dc-1', 'Sound', 'for (i = 0; i < 3; i++) x = i; return x?.y'),
          script('dc-2', 'Broken', encodeURIComponent('} globalThis.ran = true; {')),
          { ...script('dc-3', 'Says', ''), type: 'message', message: [{ channel: 'ivr', localeData: { en: text } }] },
        ],
      }),
    });
    expect(warnings.map(({ path }) => path)).toEqual(['dialogComponents[1].script', 'dialogComponents[2].message']);
    expect(warnings[0]?.message).toMatch(/"Broken" does not parse \(.*\); it runs the failure event/);
    expect('ran' in globalThis).toBe(false);
  });
});

it('a name that a bot was given here goes along with its export', async () => {
  const { bot } = await importBot({ definition: botFile(), name: 'Renamed' });
  const { definition, config } = await plane.domain.transfer.exportBot(plane.admin, bot.id);
  expect((await importBot({ definition, config })).bot.name).toBe('Renamed');
  expect((await importBot({ definition, config, name: 'Again' })).bot.name).toBe('Again');
  expect(definition.localeData).toEqual({ en: { name: 'Odd' } });
});
