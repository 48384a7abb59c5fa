import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBot } from '../../src/definition/samples/sample-bot.js';
import { startTestApp, type TestApp } from '../support/app.js';

const IMPORT = `mutation($input: ImportBotInput!) { report: importBot(input: $input) {
  applied bot { id name state } channels { name status } warnings { path message } version { number status }
  changes { action kind name fields warnings } bound { signingSecret channel { name } approvalRequest { kind status } } } }`;

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asks for
type Answer = any;

const channel = (displayName: string, isAsync: boolean) => ({
  displayName,
  type: 'ivr',
  isAsync,
  enable: true,
  notification: { acl: [] },
});

const FILE = {
  definition: { ...sampleBot, channels: [channel('Web', false), channel('CRM', true)] },
  config: { envVariables: [{ key: 'crmKey', value: '', isSecured: true }] },
};

const BINDINGS = {
  channels: [
    { channel: 'Web', app: 'Caller' },
    { channel: 'CRM', app: 'Caller', postUrl: 'http://127.0.0.1:9/in', accessToken: 'token-1' },
  ],
  variables: [{ key: 'crmKey', value: 'key-1' }],
};

describe('importBot', () => {
  let app: TestApp;
  let clientId: string;
  beforeAll(async () => {
    app = await startTestApp();
    const { createApp } = await app.gql('mutation { createApp(input: { name: "Caller" }) { app { clientId } } }');
    clientId = createApp.app.clientId;
  });
  afterAll(() => app.remove());

  const importBot = async (input: object): Promise<Answer> =>
    (await app.gql(IMPORT, { input: { mode: 'NEW', ...FILE, ...input } })).report;
  const refused = (input: object): Promise<Answer> =>
    importBot(input).then(
      () => null,
      (error) => error,
    );
  const bots = async () => (await app.gql('{ bots { totalCount } }')).bots.totalCount;
  const lines = ({ changes }: Answer): string[] =>
    changes.map(({ action, kind, name }: Answer) => `${action} ${kind} ${name}`);

  it('goes in one call from a file to a bot whose publication waits for approval', async () => {
    const report = await importBot({ name: 'Orders', bindings: BINDINGS, publish: true });
    expect(report).toMatchObject({ applied: true, version: { number: 1, status: 'AWAITING_APPROVAL' } });
    expect(report.channels).toEqual([
      { name: 'Web', status: 'AWAITING_APPROVAL' },
      { name: 'CRM', status: 'AWAITING_APPROVAL' },
    ]);
    expect(report.bound).toEqual([
      { signingSecret: null, channel: { name: 'Web' }, approvalRequest: { kind: 'CHANNEL', status: 'PENDING' } },
      {
        signingSecret: expect.stringMatching(/^whsec_/),
        channel: { name: 'CRM' },
        approvalRequest: { kind: 'CHANNEL', status: 'PENDING' },
      },
    ]);
    expect(report.warnings.map(({ path }: Answer) => path)).not.toContain('config.envVariables[crmKey]');
    const { bot } = await app.gql('query($id: ID!) { bot(id: $id) { variables { key filled secured } } }', {
      id: report.bot.id,
    });
    expect(bot.variables).toEqual([{ key: 'crmKey', filled: true, secured: true }]);
    expect(JSON.stringify(report.changes)).not.toMatch(/token-1|key-1/);
  });

  it('says what it would do, and writes nothing, with dryRun', async () => {
    const before = await bots();
    const input = { name: 'Shown', bindings: BINDINGS, publish: true };
    const shown = await importBot({ ...input, dryRun: true });
    expect(shown).toMatchObject({ applied: false, version: null });
    expect(await bots()).toBe(before);
    expect(shown.bound.map(({ signingSecret }: Answer) => signingSecret)).toEqual([null, null]);
    expect(lines(shown)).toEqual(
      expect.arrayContaining([
        'CREATE Bot Shown',
        'CREATE Dialog Return an order',
        'CREATE Variable crmKey',
        'CREATE Channel Web',
        'CREATE Channel CRM',
        'PUBLISH Bot Shown',
      ]),
    );
    const crm = shown.changes.find(({ kind, name }: Answer) => kind === 'Channel' && name === 'CRM');
    expect(crm.fields).toMatchObject({ app: { from: null, to: 'Caller' }, accessToken: 'changed' });
    expect(crm.warnings).toEqual([expect.stringContaining('approval')]);
    expect(lines(await importBot(input))).toEqual(lines(shown));
  });

  it('tells what is made, changed and removed in a bot that is there, and nothing of what stays', async () => {
    const { bot } = await importBot({ name: 'Changed' });
    const into = { mode: 'FULL', botId: bot.id, dryRun: true };
    expect(lines(await importBot(into))).toEqual([]);
    const [first, ...dialogs] = sampleBot.dialogs as Answer[];
    const definition = {
      ...FILE.definition,
      dialogs,
      sessionInactiveTime: 3_600_000,
      channels: [channel('Web', false), channel('Phone', false)],
    };
    const config = { envVariables: [{ key: 'region', value: 'north' }] };
    const name = first.localeData.en.name;
    const changes = lines(await importBot({ ...into, definition, config }));
    expect(changes).toEqual(
      expect.arrayContaining([
        'UPDATE Bot Changed',
        `DELETE Dialog ${name}`,
        'CREATE Variable region',
        'DELETE Variable crmKey',
        'CREATE Channel Phone',
      ]),
    );
    expect(changes.filter((line) => /Web|CRM/.test(line))).toEqual([]);
  });

  it('lists all bindings that cannot be, with the nearest names, and imports nothing', async () => {
    const before = await bots();
    const error = await refused({
      bindings: {
        channels: [
          { channel: 'Wep', app: clientId },
          { channel: 'Web', app: 'Callr' },
          { channel: 'CRM', app: clientId, postUrl: 'ftp://example.com' },
        ],
        variables: [{ key: 'crmkey', value: 'x' }],
      },
    });
    expect(error.message.split('\n')).toEqual([
      expect.stringContaining('Nothing was imported.'),
      'bindings.channels[0].channel: The bot has no channel "Wep"; did you mean "Web"?',
      'bindings.channels[1].app: There is no app "Callr"; did you mean "Caller"?',
      expect.stringMatching(/^bindings\.channels\[2\]\.postUrl: /),
      'bindings.variables[0].key: The bot has no variable "crmkey"; did you mean "crmKey"?',
    ]);
    expect(await bots()).toBe(before);
  });

  it('imports nothing when it is to publish what has no channel that is ready', async () => {
    const before = await bots();
    const error = await refused({ publish: true });
    expect(error.field).toBe('publish');
    expect(await bots()).toBe(before);
  });
});
