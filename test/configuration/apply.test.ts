import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampleBot } from '../../src/definition/samples/sample-bot.js';
import { startTestApp, type TestApp } from '../support/app.js';

const APPLY = `mutation($input: ApplyConfigurationInput!) { plan: applyConfiguration(input: $input) {
  hash applied changes { action kind name fields warnings } } }`;

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of the documents it sends
type Documents = any[];

const documentOf = (kind: string, name: string, spec: object, metadata: object = {}) => ({
  apiVersion: 'hookswitch/v1',
  kind,
  metadata: { name, ...metadata },
  spec,
});

const SECRET = 'a-secret-that-callers-have-had-for-years';

/** One of everything. */
const SHOP: Documents = [
  documentOf('Override', 'entity-number.prompt', {
    bot: 'Shop',
    channel: 'Web',
    contents: [{ type: 'TEXT', value: 'Which order?' }],
  }),
  documentOf('Channel', 'Web', { bot: 'Shop', mode: 'SYNC', app: 'Caller', enabled: true }),
  documentOf('Channel', 'Phone', {
    bot: 'Shop',
    mode: 'ASYNC',
    app: 'Caller',
    enabled: true,
    isDefault: true,
    postUrl: 'http://127.0.0.1:9/in',
    accessToken: 'token-1',
    delivery: { timeoutSeconds: 20, auth: { kind: 'BASIC', username: 'me', secret: 'pass-1' } },
  }),
  documentOf('Variable', 'region', { bot: 'Shop', value: 'north' }),
  documentOf('Variable', 'apiKey', { bot: 'Shop', value: 'key-1', secured: true }),
  documentOf('Bot', 'Shop', { description: 'Sells', definition: { definition: sampleBot } }),
  documentOf('Bot', 'Elsewhere', { engine: 'HTTP', engineSettings: { url: 'http://127.0.0.1:9/bot', token: 'bot-1' } }),
  documentOf('App', 'Caller', { clientSecret: SECRET }),
];

describe('documents over the API', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.remove());
  beforeEach(() => apply([documentOf('Account', 'account', { fourEyes: false })], { prune: true }));

  const apply = async (documents: Documents, options: object = {}, on = app) =>
    (await on.gql(APPLY, { input: { documents, ...options } })).plan;
  const exported = async (on = app) => (await on.gql('{ documents: exportConfiguration }')).documents as Documents;
  const fault = (documents: Documents, options: object = {}) =>
    apply(documents, options).then(
      () => null,
      (error) => error,
    );

  it('make what they want, whatever their order, and nothing more the second time', async () => {
    const shown = await apply(SHOP, { dryRun: true });
    expect(shown.applied).toBe(false);
    expect((await app.gql('{ bots { totalCount } }')).bots.totalCount).toBe(0);
    const plan = await apply(SHOP, { planHash: shown.hash });
    expect(plan).toMatchObject({ applied: true, hash: shown.hash });
    expect(plan.changes.map(({ action, kind, name }: Documents[number]) => `${action} ${kind} ${name}`)).toEqual([
      'CREATE App Caller',
      'CREATE Bot Shop',
      'CREATE Bot Elsewhere',
      'CREATE Channel Shop/Web',
      'CREATE Channel Shop/Phone',
      'CREATE Variable Shop/region',
      'CREATE Variable Shop/apiKey',
      'CREATE Override Shop/Web/entity-number.prompt (en)',
    ]);
    expect(JSON.stringify(plan)).not.toMatch(/a-secret|token-1|pass-1|key-1|bot-1/);
    expect(plan.changes[3].warnings).toEqual([expect.stringContaining('An ADMIN has to approve it (CHANNEL)')]);
    expect((await apply(SHOP)).changes).toEqual([]);
    const { approvalRequests } = await app.gql('{ approvalRequests(status: PENDING) { totalCount } }');
    expect(approvalRequests.totalCount).toBe(2);
  });

  it('come out again without secrets, and an export changes nothing', async () => {
    await apply(SHOP);
    const documents = await exported();
    expect(JSON.stringify(documents)).not.toMatch(/a-secret|token-1|pass-1|key-1|bot-1/);
    expect((await apply(documents)).changes).toEqual([]);
    expect((await apply(documents, { prune: true })).changes).toEqual([]);
  });

  it('say of a secret only that it changed', async () => {
    await apply(SHOP);
    const documents = structuredClone(SHOP);
    documents[2].spec.delivery.auth.secret = 'pass-2';
    documents[4].spec.value = 'key-2';
    documents[6].spec.engineSettings.token = 'bot-2';
    documents[7].spec.clientSecret = `${SECRET}-2`;
    const { changes } = await apply(documents);
    expect(changes.map(({ name, fields }: Documents[number]) => [name, fields])).toEqual([
      ['Caller', { clientSecret: 'changed' }],
      ['Elsewhere', { 'engineSettings.token': 'changed' }],
      ['Shop/Phone', { 'delivery.auth.secret': 'changed' }],
      ['Shop/apiKey', { value: 'changed' }],
    ]);
    expect((await apply(documents)).changes).toEqual([]);
  });

  it('show what somebody changed elsewhere, field by field, and put it right', async () => {
    await apply(SHOP);
    const { bots } = await app.gql('{ bots { edges { node { id name channels { id name } } } } }');
    const shop = bots.edges.find(({ node }: Documents[number]) => node.name === 'Shop').node;
    const web = shop.channels.find(({ name }: Documents[number]) => name === 'Web').id;
    const documents = await exported();
    await app.gql(
      `mutation($web: ID!, $shop: ID!) {
        updateWebhookChannel(input: { id: $web, textForm: ARRAY, enabled: false }) { message }
        createWebhookChannel(input: { botId: $shop, name: "By hand", mode: SYNC }) { message }
        removeMessageOverride(botId: $shop, messageKey: "entity-number.prompt", channelId: $web) { key }
        updateBot(input: { id: $shop, description: "Bought" }) { id } }`,
      { web, shop: shop.id },
    );
    const { changes } = await apply(documents, { prune: true });
    expect(changes.map(({ action, name, fields }: Documents[number]) => [action, name, fields])).toEqual([
      ['UPDATE', 'Shop', { description: { from: 'Bought', to: 'Sells' } }],
      ['UPDATE', 'Shop/Web', { enabled: { from: false, to: true }, textForm: { from: 'ARRAY', to: 'AUTO' } }],
      ['CREATE', 'Shop/Web/entity-number.prompt (en)', expect.anything()],
      ['DELETE', 'Shop/By hand', null],
    ]);
    expect(await exported()).toEqual(documents);
  });

  it('rename what had another name, with all that belongs to it', async () => {
    await apply(SHOP);
    const { bots } = await app.gql('{ bots(search: "Shop") { edges { node { id } } } }');
    const documents = (await exported()).map((document) => {
      const copy = structuredClone(document);
      if (copy.spec.bot === 'Shop') copy.spec.bot = 'Store';
      if (copy.kind === 'Bot' && copy.metadata.name === 'Shop') copy.metadata = { name: 'Store', previousName: 'Shop' };
      if (copy.spec.app === 'Caller') copy.spec.app = 'Client';
      if (copy.kind === 'App') copy.metadata = { name: 'Client', previousName: 'Caller' };
      return copy;
    });
    const { changes } = await apply(documents, { prune: true });
    expect(changes.map(({ action, name, fields }: Documents[number]) => [action, name, fields])).toEqual([
      ['UPDATE', 'Client', { name: { from: 'Caller', to: 'Client' } }],
      ['UPDATE', 'Store', { name: { from: 'Shop', to: 'Store' } }],
    ]);
    expect((await apply(documents, { prune: true })).changes).toEqual([]);
    const after = await app.gql('{ bots(search: "Store") { edges { node { id } } } }');
    expect(after.bots.edges).toEqual(bots.edges);
  });

  it('ask for the publication of what changed, once', async () => {
    await apply(SHOP);
    const plan = await apply(SHOP, { publish: true });
    expect(plan.changes).toEqual([
      {
        action: 'PUBLISH',
        kind: 'Bot',
        name: 'Shop',
        fields: { channels: { from: null, to: ['Phone', 'Web'] } },
        warnings: ['An ADMIN has to approve version 1 (PUBLISH).'],
      },
    ]);
    const comment = `Configuration ${plan.hash.slice(0, 12)}`;
    const { bots } = await app.gql(
      '{ bots(search: "Shop") { edges { node { versions { edges { node { comment } } } } } } }',
    );
    expect(bots.edges[0].node.versions.edges).toEqual([{ node: { comment } }]);
    expect((await apply(SHOP, { publish: true })).changes).toEqual([]);
  });

  it('are refused with all faults at once, and nothing is changed', async () => {
    await apply(SHOP);
    const before = await exported();
    const error = await fault([
      documentOf('App', 'New', {}),
      documentOf('Chanel', 'x', {}),
      documentOf('Channel', 'x', { bot: 'Shop', mode: 'SYNC', enbled: true }),
      documentOf('Bot', 'y', { sessionTimeoutMinutes: 'long', definition: { definition: { no: 'bot' } } }),
      { kind: 'Bot' },
      'text',
    ]);
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(
      error.faults.map(({ document, path, message }: Documents[number]) => [document, path.join('.'), message]),
    ).toEqual([
      [1, 'kind', 'Unknown kind "Chanel"; did you mean "Channel"?'],
      [2, 'spec.enbled', 'Unknown field "enbled"; did you mean "enabled"?'],
      [3, 'spec.sessionTimeoutMinutes', expect.stringContaining('expected number')],
      [4, 'apiVersion', expect.anything()],
      [4, 'metadata', expect.anything()],
      [4, 'spec', expect.anything()],
      [5, '', expect.stringContaining('A document has')],
    ]);
    expect(await exported()).toEqual(before);
  });

  it('may not refer to nothing, stand twice, or inherit in a circle', async () => {
    await apply(SHOP);
    const error = await fault([
      documentOf('Channel', 'a', { bot: 'Shpo', mode: 'SYNC', app: 'Nobody' }),
      documentOf('Channel', 'Web', { bot: 'Shop' }),
      documentOf('Channel', 'Web', { bot: 'Shop' }),
      documentOf('Override', 'm', { bot: 'Shop', channel: 'Wbe', contents: [{ type: 'TEXT', value: 'x' }] }),
      documentOf('Bot', 'a', { parent: 'b' }),
      documentOf('Bot', 'b', { parent: 'a' }),
      documentOf('Channel', 'b', { bot: 'Shop' }),
    ]);
    const messages = error.faults.map(
      ({ document, path, message }: Documents[number]) => `${document} ${path.join('.')} ${message}`,
    );
    expect(messages).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^0 spec.bot .*"Shpo".*did you mean "Shop"\?/),
        expect.stringMatching(/^0 spec.app .*"Nobody"/),
        expect.stringMatching(/^2 metadata.name .*documents\[1\]/),
        expect.stringMatching(/^3 spec.channel .*did you mean "Web"\?/),
        expect.stringMatching(/^4 spec.parent .*circle/),
        expect.stringMatching(/^5 spec.parent .*circle/),
        expect.stringMatching(/^6 spec.mode /),
      ]),
    );
  });

  it('are refused for what they hold and what they refer to at once; one that is wrong can still be referred to', async () => {
    const error = await fault([
      documentOf('Bot', 'Broken', { engine: 'HTPT' }),
      documentOf('Channel', 'Web', { bot: 'Broken', mode: 'SYNC', app: 'Callr' }),
      documentOf('App', 'New', { algorithm: 'RS1' }),
      documentOf('Channel', 'CRM', { bot: 'Broken', mode: 'SYNC', app: 'New' }),
    ]);
    expect(error.faults.map(({ document, path }: Documents[number]) => `${document} ${path.join('.')}`)).toEqual([
      '0 spec.engine',
      '2 spec.algorithm',
      '1 spec.app',
    ]);
  });

  it('are refused with everything that commands refuse, and nothing of the others stands', async () => {
    await apply(SHOP);
    const before = await exported();
    const error = await fault([
      documentOf('Bot', 'New', {}),
      documentOf('Channel', 'One', { bot: 'New', mode: 'ASYNC', postUrl: 'http://10.0.0.1/' }),
      documentOf('Override', 'unknown', { bot: 'New', contents: [{ type: 'TEXT', value: 'x' }] }),
      documentOf('Variable', 'a', { bot: 'New', value: '{{env.a}}' }),
    ]);
    expect(error.faults.map(({ document, path }: Documents[number]) => `${document} ${path.join('.')}`)).toEqual([
      '1 spec.postUrl',
      '3 spec.value',
      '2 metadata.name',
    ]);
    expect(await exported()).toEqual(before);
  });

  it('are applied only as they were shown: of two at once one is told', async () => {
    await apply(SHOP);
    const wish = (description: string) => [documentOf('Bot', 'Shop', { description })];
    const hashes = await Promise.all(['A', 'B'].map(async (text) => (await apply(wish(text), { dryRun: true })).hash));
    const results = await Promise.allSettled(
      ['A', 'B'].map((text, index) => apply(wish(text), { planHash: hashes[index] })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [lost] = results.filter((result) => result.status === 'rejected');
    expect(lost?.reason).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('Nothing was changed') });
  });

  it('stay what they are when others set up an empty server with them', async () => {
    await apply(SHOP);
    const other = await startTestApp();
    try {
      const documents = (await exported()).map((document) => {
        // The receiver knows the password of this authentication, which no export has.
        if (document.spec.delivery?.auth) document.spec.delivery.auth.secret = 'theirs';
        return document;
      });
      await apply(documents, {}, other);
      expect(await exported(other)).toEqual(await exported());
    } finally {
      await other.remove();
    }
  });
});

it('the JSON Schema for editors is that of the documents', async () => {
  const { configurationJsonSchema } = await import('../../src/domain/configuration/schema.js');
  const committed = readFileSync(new URL('../../schema/configuration.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(committed)).toEqual(configurationJsonSchema());
});
