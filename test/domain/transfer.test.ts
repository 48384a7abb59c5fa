import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDefinition } from '../../src/definition/read.js';
import type { ImportInput } from '../../src/domain/bots/transfer/import.js';
import { openDefinition } from '../../src/domain/definitions.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';

let opened: TestDatabase;
let plane: ControlPlane;

beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
});
afterAll(() => opened.drop());

/** A small bot file with a bit of everything; `more` goes on top. */
function botFile(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _id: 'st-11111111-1111-5111-8111-111111111111',
    defaultLanguage: 'en',
    supportedLanguages: ['en', 'de'],
    localeData: { en: { name: 'Travel' } },
    sessionInactiveTime: 1_200_000,
    dialogs: [
      {
        _id: 'dg-1',
        refId: 'dialog-1',
        lname: 'book',
        localeData: { en: { name: 'Book' } },
        nodes: [
          { nodeId: 'intent0', type: 'intent', componentId: 'dc-1', transitions: [{ default: 'message1' }] },
          { nodeId: 'message1', type: 'message', componentId: 'dc-2', transitions: [{ default: 'end' }] },
        ],
      },
    ],
    dialogComponents: [
      { _id: 'dc-1', refId: 'component-1', type: 'intent', dialogId: 'dg-1', name: 'Book' },
      message('dc-2', 'component-2', 'Welcome aboard'),
    ],
    channels: [
      {
        displayName: 'web',
        type: 'ivr',
        isAsync: false,
        enable: true,
        enablePolling: false,
        notification: { acl: [7] },
      },
    ],
    madeUpByAnotherTool: { kept: true },
    ...more,
  };
}

const message = (id: string, refId: string, text: string) => ({
  _id: id,
  refId,
  type: 'message',
  name: refId,
  message: [{ channel: 'default', localeData: { en: { text, type: 'basic' } } }],
});

const variable = (key: string, value: string, isSecured = false) => ({
  key,
  value,
  isSecured,
  variableType: 'env',
  hint: 'a hint',
});

const importBot = (input: Partial<ImportInput> & { definition: unknown }) =>
  plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', ...input });
const exportBot = (botId: string) => plane.domain.transfer.exportBot(plane.admin, botId);

describe('an import of a new bot', () => {
  it('takes name, language, session time and channels from the file, the channels as placeholders', async () => {
    const report = await importBot({ definition: botFile() });
    expect(report.bot).toMatchObject({ name: 'Travel', defaultLanguage: 'en', sessionTimeoutMinutes: 20 });
    expect(report.channels).toHaveLength(1);
    expect(report.channels[0]).toMatchObject({
      name: 'web',
      mode: 'SYNC',
      enabled: true,
      enablePolling: false,
      isDefault: true,
      clientId: null,
      postUrl: null,
    });
    const { edges } = await plane.domain.approvals.list(plane.admin, { first: 100 });
    expect(edges.filter(({ node }) => node.botId === report.bot.id)).toEqual([]);
  });

  it('tells two channels of one name in a file apart', async () => {
    const channel = { displayName: 'web', type: 'ivr', enable: false };
    const report = await importBot({ definition: botFile({ channels: [channel, channel] }) });
    expect(report.channels.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['web', true],
      ['web (2)', false],
    ]);
  });

  it('lists a secured variable as to be filled in, and seals a credential that stood in clear text', async () => {
    const config = {
      name: 'Travel',
      envVariables: [variable('TOKEN', '', true), variable('API_KEY', 'abc-123'), variable('url', 'https://x.example')],
    };
    const { bot, warnings } = await importBot({ definition: botFile(), config });
    const variables = (await plane.domain.bots.variablesOf(plane.admin, [bot.id])).get(bot.id);
    expect(variables).toMatchObject([
      { key: 'API_KEY', secured: true, filled: true, value: null },
      { key: 'TOKEN', secured: true, filled: false, value: null },
      { key: 'url', secured: false, filled: true, value: 'https://x.example' },
    ]);
    expect(warnings.map(({ path }) => path)).toEqual(['config.envVariables[TOKEN]', 'config.envVariables[API_KEY]']);
    expect(JSON.stringify(await exportBot(bot.id))).not.toContain('abc-123');
  });

  it('says by path which nodes will not run as on their platform', async () => {
    const node = (nodeId: string, componentId: string) => ({ nodeId, componentId, transitions: [{ default: 'end' }] });
    const [dialog] = botFile().dialogs as Record<string, unknown>[];
    const nodes = ['dc-1', 'dc-3', 'dc-4', 'dc-gone'].map((id, index) => node(index ? `n${index}` : 'intent0', id));
    const { warnings } = await importBot({
      definition: botFile({
        dialogs: [{ ...dialog, nodes }],
        dialogComponents: [
          { _id: 'dc-1', refId: 'r1', type: 'intent', dialogId: 'dg-1' },
          { _id: 'dc-3', refId: 'r3', type: 'holodeck', name: 'Deck' },
          { _id: 'dc-4', refId: 'r4', type: 'generativeai', name: 'Writer' },
        ],
      }),
    });
    expect(warnings.map(({ path, message: text }) => [path, text])).toEqual([
      ['dialogs[0].nodes[1]', expect.stringContaining('"Deck" (holodeck) cannot run')],
      ['dialogs[0].nodes[2]', expect.stringContaining('"Writer" needs a language model')],
      ['dialogs[0].nodes[3]', expect.stringContaining('its component is not in the file')],
    ]);
  });

  it('moves credentials of services out of the file, where only the engine finds them again', async () => {
    const secret = 'sk-abcdefghijklmnopqrstuvwxyz123456';
    const service = {
      _id: 'dc-3',
      refId: 'component-3',
      type: 'service',
      headers: {
        type: 'raw',
        value: encodeURIComponent(JSON.stringify({ Authorization: `Bearer ${secret}`, accept: 'json' })),
      },
      endPoint: { host: 'api.example.com', path: '/v1?api_key=1234567890&q={{context.q}}' },
    };
    const definition = botFile({
      dialogComponents: [service],
      idpConfigurations: [{ name: 'idp', config: { username: 'u', password: 'hunter22' } }],
    });
    const { bot, warnings } = await importBot({ definition });
    const [row] = await plane.database.read('definitions').where({ id: bot.definitionId });
    for (const text of [row.body, row.companions, JSON.stringify(await exportBot(bot.id))]) {
      expect(text).not.toMatch(/sk-abcdef|1234567890|hunter22/);
    }
    expect(row.body).toContain('accept');
    expect(warnings.filter(({ message: text }) => text.includes('credential')).map(({ path }) => path)).toEqual([
      'dialogComponents[0].headers.value',
      'dialogComponents[0].endPoint.path',
      'idpConfigurations[0].config.password',
    ]);
    const { definition: run } = await openDefinition(plane.database.read, plane.vault, bot.definitionId ?? '');
    expect(run).toEqual(definition);
  });

  it('leaves texts with variables where credentials might stand as they are', async () => {
    const headers = { type: 'raw', value: '{"Authorization":"Bearer {{env.TOKEN}}"}' };
    const { warnings } = await importBot({
      definition: botFile({ dialogComponents: [{ _id: 'dc-3', refId: 'r', type: 'service', headers }] }),
    });
    expect(warnings.filter(({ message: text }) => text.includes('credential'))).toEqual([]);
  });

  it('refuses what is no bot file and changes nothing', async () => {
    const count = async () => Number((await plane.database.read('bots').count({ n: '*' }))[0]?.n);
    const before = await count();
    for (const definition of [null, 'text', [], { hello: 1 }]) {
      await expect(importBot({ definition })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { field: 'definition' },
      });
    }
    await expect(
      importBot({ definition: botFile(), config: { hookswitch: { engine: 'MAGIC' } } }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(importBot({ definition: botFile(), mode: 'FULL' })).rejects.toMatchObject({
      details: { field: 'botId' },
    });
    expect(await count()).toBe(before);
  });
});

describe('an import into a bot', () => {
  it('keeps a matched channel untouched and adds new ones, whichever mode', async () => {
    for (const mode of ['FULL', 'INCREMENTAL'] as const) {
      const { bot, channels } = await importBot({ definition: botFile() });
      const [web] = channels;
      const { app } = await plane.domain.apps.create(plane.admin, { name: 'caller' });
      await plane.domain.channels.update(plane.admin, { id: web?.id ?? '', appClientId: app.clientId });
      const file = botFile({
        channels: [
          { displayName: 'web', type: 'ivr', isAsync: true, enable: false },
          { displayName: 'second', type: 'ivr', isAsync: true, enable: true },
        ],
      });
      const again = await importBot({ definition: file, mode, botId: bot.id });
      expect(again.channels.map(({ id, name, clientId, mode: of }) => [id === web?.id, name, clientId, of])).toEqual([
        [true, 'web', app.clientId, 'SYNC'],
        [false, 'second', null, 'ASYNC'],
      ]);
    }
  });

  it('FULL replaces the definition and the variables but for filled secrets; the channels stay', async () => {
    const config = { envVariables: [variable('A', '1'), variable('TOKEN', '', true)] };
    const { bot } = await importBot({ definition: botFile(), config });
    await plane.domain.bots.setVariable(plane.admin, { botId: bot.id, key: 'TOKEN', value: 'filled' });
    await importBot({
      definition: botFile({ dialogs: [], channels: [] }),
      config: { envVariables: [variable('TOKEN', '', true)] },
      mode: 'FULL',
      botId: bot.id,
    });
    const variables = (await plane.domain.bots.variablesOf(plane.admin, [bot.id])).get(bot.id);
    expect(variables).toMatchObject([{ key: 'TOKEN', secured: true, filled: true, value: null, waiting: false }]);
    const { definition } = await exportBot(bot.id);
    expect(definition.dialogs).toEqual([]);
    expect(definition.channels).toMatchObject([{ displayName: 'web' }]);
  });

  it('INCREMENTAL replaces what has the same refId, adds what is new and keeps the rest; references still resolve', async () => {
    const { bot } = await importBot({ definition: botFile() });
    const incoming = botFile({
      dialogs: [
        {
          _id: 'dg-9',
          refId: 'dialog-9',
          lname: 'cancel',
          localeData: { en: { name: 'Cancel' } },
          nodes: [{ nodeId: 'intent0', type: 'message', componentId: 'dc-99', transitions: [] }],
        },
      ],
      dialogComponents: [message('dc-99', 'component-2', 'Welcome back'), message('dc-98', 'component-8', 'New')],
    });
    await importBot({ definition: incoming, mode: 'INCREMENTAL', botId: bot.id });
    const { definition } = await exportBot(bot.id);
    expect(definition.dialogs).toMatchObject([
      { refId: 'dialog-1' },
      { refId: 'dialog-9', nodes: [{ componentId: 'dc-2' }] },
    ]);
    expect(definition.dialogComponents).toMatchObject([
      { refId: 'component-1' },
      { _id: 'dc-2', refId: 'component-2', message: [{ localeData: { en: { text: 'Welcome back' } } }] },
      { refId: 'component-8' },
    ]);
  });

  it('keeps what channels say instead, found again by refId', async () => {
    const { bot, channels } = await importBot({ definition: botFile() });
    const key = 'component-2.prompt';
    await plane.domain.messages.setOverride(plane.admin, {
      botId: bot.id,
      messageKey: key,
      channelId: channels[0]?.id,
      contents: [{ type: 'TEXT', value: 'Ahoy' }],
    });
    await importBot({
      definition: botFile({ dialogComponents: [message('dc-77', 'component-2', 'Welcome again')] }),
      mode: 'FULL',
      botId: bot.id,
    });
    const messages =
      (
        await plane.domain.messages.ofBots(plane.admin, [(await plane.domain.bots.get(plane.admin, bot.id)) ?? bot])
      ).get(bot.id) ?? [];
    const found = messages.find((one) => one.message.key === key);
    expect(found).toMatchObject({
      message: { contents: { en: [{ value: 'Welcome again' }] } },
      overrides: [{ contents: [{ value: 'Ahoy' }] }],
    });
  });
});

describe('an export', () => {
  it('has every key that came in, and comes in again as the same bot', async () => {
    const files = [{ name: 'tableDefinition_x_1.json', content: '{"a":1}' }];
    const config = { name: 'Travel', other: [1, 2], envVariables: [variable('A', '1'), variable('S', '', true)] };
    const { bot, channels } = await importBot({ definition: botFile(), config, files });
    plane.clock.advance(1000);
    await plane.domain.channels.create(plane.admin, {
      botId: bot.id,
      name: 'slow',
      mode: 'ASYNC',
      burst: 'LATEST',
      enabled: true,
    });
    for (const channelId of [channels[0]?.id, null]) {
      await plane.domain.messages.setOverride(plane.admin, {
        botId: bot.id,
        messageKey: 'component-2.prompt',
        channelId,
        contents: [{ type: 'TEXT', value: `for ${channelId ? 'one' : 'all'}` }],
      });
    }
    const out = await exportBot(bot.id);
    expect(out.files).toEqual(files);
    expect(out.definition).toMatchObject({
      madeUpByAnotherTool: { kept: true },
      dialogs: botFile().dialogs,
      channels: [{ notification: { acl: [7] } }, { displayName: 'slow' }],
    });
    expect(out.config).toMatchObject({
      other: [1, 2],
      envVariables: [
        { key: 'A', hint: 'a hint' },
        { key: 'S', value: '' },
      ],
    });

    const again = await importBot({ ...out, definition: out.definition, config: out.config });
    expect(neutral(await exportBot(again.bot.id))).toEqual(neutral(out));
    expect(again.channels.map(({ name, burst, isDefault, enabled }) => [name, burst, isDefault, enabled])).toEqual([
      ['web', 'SERIAL', true, true],
      ['slow', 'LATEST', false, true],
    ]);
  });

  it('says what all webhook channels say instead where other readers look for it, and takes that back', async () => {
    const entry = (channel: string, texts: Record<string, string>) => ({
      channel,
      localeData: Object.fromEntries(Object.entries(texts).map(([code, text]) => [code, { text, type: 'basic' }])),
    });
    const list = [
      entry('ivr', { en: 'File', de: 'Datei' }),
      entry('default', { en: 'All' }),
      entry('rtm', { en: 'R' }),
    ];
    const definition = botFile({ dialogComponents: [{ ...message('dc-2', 'component-2', ''), message: list }] });
    const { bot } = await importBot({ definition });
    await plane.domain.messages.setOverride(plane.admin, {
      botId: bot.id,
      messageKey: 'component-2.prompt',
      contents: [
        { type: 'TEXT', value: 'Ahoy {{x}}' },
        { type: 'TEMPLATE', value: '{"a":1}' },
      ],
    });
    const out = await exportBot(bot.id);
    const elsewhere = readDefinition(out.definition).definition.components['dc-2']?.message ?? [];
    expect(
      elsewhere.filter(({ channel }) => channel === 'ivr').map(({ language, content }) => [language, content]),
    ).toEqual([
      ['de', { type: 'TEXT', value: 'Datei' }],
      ['en', { type: 'TEXT', value: 'Ahoy {{x}}' }],
      ['en', { type: 'SCRIPT', value: 'print(JSON.stringify({"a":1}));' }],
    ]);
    const again = await importBot({ definition: out.definition, config: out.config });
    const { definition: stored } = await openDefinition(plane.database.read, plane.vault, again.bot.definitionId ?? '');
    expect(stored.dialogComponents).toEqual(definition.dialogComponents);
    expect(neutral(await exportBot(again.bot.id))).toEqual(neutral(out));
  });

  it('leaves the entries of other channels where they stood', async () => {
    const [web] = botFile().channels as Record<string, unknown>[];
    const { bot } = await importBot({ definition: botFile({ channels: [web, { type: 'rtm', enable: true }] }) });
    expect((await exportBot(bot.id)).definition.channels).toMatchObject([{ type: 'ivr' }, { type: 'rtm' }]);
  });

  it('works for a bot made from nothing, with its engine and without its key', async () => {
    const bot = await plane.domain.bots.create(plane.admin, {
      name: 'Elsewhere',
      engine: 'HTTP',
      engineSettings: { url: 'https://bot.example.com', secret: 'quite-secret' },
    });
    const out = await exportBot(bot.id);
    expect(JSON.stringify(out)).not.toContain('quite-secret');
    const again = await importBot({ definition: out.definition, config: out.config });
    expect(again.bot).toMatchObject({
      name: 'Elsewhere',
      engine: 'HTTP',
      engineSettings: { url: 'https://bot.example.com' },
      engineSecretsCipher: null,
    });
  });

  it('is not for viewers', async () => {
    const { bot } = await importBot({ definition: botFile() });
    const viewer = await plane.userAs('VIEWER');
    await expect(plane.domain.transfer.exportBot(viewer, bot.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(plane.domain.transfer.importBot(viewer, { definition: botFile(), mode: 'NEW' })).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
  });
});

describe('a publish of an imported bot', () => {
  it('tells the admin by name what it changes against the live one', async () => {
    const { bot, channels } = await importBot({ definition: botFile() });
    const { app } = await plane.domain.apps.create(plane.admin, { name: 'caller' });
    const { channel } = await plane.domain.channels.update(plane.admin, {
      id: channels[0]?.id ?? '',
      appClientId: app.clientId,
    });
    const publish = async () => {
      await plane.domain.publish.publish(plane.admin, { botId: bot.id, channelIds: [channel.id] });
      const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
      const request = edges.map(({ node }) => node).find((one) => one.kind === 'PUBLISH' && one.botId === bot.id);
      await plane.domain.approvals.approve(plane.admin, request?.id ?? '');
      return request?.changes;
    };
    expect(await publish()).toMatchObject({
      version: { from: null, to: 1 },
      channels: { added: ['web'], removed: [] },
      definition: { dialogs: { added: ['Book'] }, languages: { added: ['en', 'de'] } },
    });

    const dialogs = [{ _id: 'dg-9', refId: 'dialog-9', localeData: { en: { name: 'Cancel' } }, nodes: [] }];
    const dialogComponents = [
      message('dc-22', 'component-2', 'Welcome back'),
      { _id: 'dc-1', refId: 'component-1', type: 'intent', dialogId: 'dg-other', name: 'Book' },
    ];
    await importBot({ definition: botFile({ dialogs, dialogComponents }), mode: 'FULL', botId: bot.id });
    await plane.domain.messages.setOverride(plane.admin, {
      botId: bot.id,
      messageKey: 'component-2.prompt',
      channelId: channel.id,
      contents: [{ type: 'TEXT', value: 'Ahoy' }],
    });
    expect(await publish()).toEqual({
      version: { from: 1, to: 2 },
      channels: { added: [], removed: [] },
      settings: {},
      definition: {
        dialogs: { added: ['Cancel'], changed: [], removed: ['Book'] },
        components: { added: [], changed: ['component-2'], removed: [] },
      },
      overrides: [
        {
          message: 'component-2.prompt',
          channel: 'web',
          language: 'en',
          from: null,
          to: [{ type: 'TEXT', value: 'Ahoy' }],
        },
      ],
    });
  });
});

describe('a file that somebody has meddled with', () => {
  /** Puts `value` at the place that the steps lead to, as far as there is one. */
  function meddle(root: unknown, steps: readonly number[], value: unknown): unknown {
    const [step, ...rest] = steps;
    if (step === undefined || typeof root !== 'object' || root === null) return value;
    const keys = Object.keys(root);
    const key = keys[step % Math.max(1, keys.length)] ?? 'x';
    if (Array.isArray(root))
      return root.map((item, index) => (String(index) === key ? meddle(item, rest, value) : item));
    const copy: Record<string, unknown> = { ...root };
    copy[key] = meddle(copy[key], rest, value);
    return copy;
  }

  it('comes in or is refused with a field, never half and never as a fault of the server', async () => {
    const config = { name: 'Travel', envVariables: [variable('A', '1'), variable('S', '', true)] };
    const whole = { definition: botFile(), config };
    const { bot } = await importBot(whole);
    const count = async () => Number((await plane.database.read('bots').count({ n: '*' }))[0]?.n);
    const steps = fc.array(fc.nat(30), { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('NEW', 'FULL', 'INCREMENTAL'),
        async (at, value, mode) => {
          const { definition, config: odd } = meddle(whole, at, value) as typeof whole; // whatever it is now
          const before = await count();
          const into = mode === 'NEW' ? {} : { botId: bot.id };
          const outcome = await importBot({ definition, config: odd, mode, ...into }).catch((error: unknown) => error);
          if (outcome instanceof Error) {
            expect(outcome).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: expect.any(String) } });
            expect(await count()).toBe(before);
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

/** Without addresses, which carry ids. */
function neutral<T>(files: T): T {
  return JSON.parse(JSON.stringify(files, (key, value) => (key === 'url_v2' ? '' : value)));
}
