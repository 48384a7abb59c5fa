import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { createCertificate } from '../support/certificate.js';
import { createScimClient } from '../support/scim.js';

const APPLY = `mutation($input: ApplyConfigurationInput!) { plan: applyConfiguration(input: $input) {
  changes { action kind name fields warnings } } }`;

// biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it sends
type Documents = any[];

const documentOf = (kind: string, name: string, spec: object, metadata: object = {}) => ({
  apiVersion: 'hookswitch/v1',
  kind,
  metadata: { name, ...metadata },
  spec,
});

const ENGINE = { engine: 'HTTP', engineSettings: { url: 'http://127.0.0.1:9/bot' } };
const HOOK = 'http://127.0.0.1:9/hooks/secret-path';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.remove());
beforeEach(async () => {
  const account = { fourEyes: false, autoApprove: [], publishCondition: null };
  await apply([documentOf('Account', 'account', account)], { prune: true });
});

const apply = async (documents: Documents, options: object = {}): Promise<Documents> =>
  (await app.gql(APPLY, { input: { documents, ...options } })).plan.changes;
const exported = async (): Promise<Documents> => (await app.gql('{ documents: exportConfiguration }')).documents;
const ofKind = async (kind: string) => (await exported()).filter((document) => document.kind === kind);
const lines = (changes: Documents) => changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const faults = (documents: Documents): Promise<string[]> =>
  apply(documents).then(
    () => [],
    (error) => error.faults.map((one: Documents[number]) => `${one.document} ${one.path.join('.')} ${one.message}`),
  );

describe('Privacy', () => {
  const BOT = [documentOf('Bot', 'Quiet', ENGINE), documentOf('Channel', 'Web', { bot: 'Quiet', mode: 'SYNC' })];
  const masks = [{ kind: 'CARD' }, { kind: 'REGEX', pattern: 'K-[0-9]+', replacement: '[customer]' }];
  const WISH = [
    documentOf('Privacy', 'any', { bot: 'Quiet', masks, retentionDays: 30 }),
    documentOf('Privacy', 'other', { bot: 'Quiet', channel: 'Web', sealCustomData: true }),
  ];

  it('is set for a bot and for a channel, exported in full, and then nothing is left to change', async () => {
    expect(lines(await apply([...WISH, ...BOT])).slice(2)).toEqual([
      'CREATE Privacy Quiet',
      'CREATE Privacy Quiet/Web',
    ]);
    expect(await apply([...WISH, ...BOT])).toEqual([]);
    expect((await ofKind('Privacy')).map(({ spec }) => spec)).toEqual([
      {
        bot: 'Quiet',
        channel: null,
        masks: [{ kind: 'CARD', replacement: '[card]' }, masks[1]],
        retentionDays: 30,
        sealCustomData: false,
      },
      { bot: 'Quiet', channel: 'Web', masks: [], retentionDays: null, sealCustomData: true },
    ]);
  });

  it('shows what somebody changed by hand, clears what is null, and is lifted by prune alone', async () => {
    await apply([...WISH, ...BOT]);
    const [document] = await ofKind('Privacy');
    const [change] = await apply([{ ...document, spec: { bot: 'Quiet', masks: [], retentionDays: null } }]);
    expect(change.fields).toMatchObject({ retentionDays: { from: 30, to: null } });
    expect(lines(await apply([document]))).toEqual(['UPDATE Privacy Quiet']);
    const others = (await exported()).filter(({ kind }) => kind !== 'Privacy');
    expect(await apply(others)).toEqual([]);
    const { createServiceAccount: pipeline } = await app.gql(
      'mutation { createServiceAccount(name: "Pipeline", role: DEVELOPER) { id } }',
    );
    const { token } = await app.gql(
      'mutation($id: ID!) { token: createApiToken(userId: $id, name: "Pipeline") }',
      pipeline,
    );
    const { plan } = await app.gql(APPLY, { input: { documents: others, prune: true } }, token);
    expect(plan.changes).toEqual([]); // only an ADMIN lifts them
    expect(lines(await apply(others, { prune: true }))).toEqual(['DELETE Privacy Quiet', 'DELETE Privacy Quiet/Web']);
    expect(await ofKind('Privacy')).toEqual([]);
  });

  it('is refused with the place of what is wrong', async () => {
    await apply(BOT);
    const wrong = { bot: 'Quiet', channel: 'Wep', masks: [{ kind: 'CRAD' }] };
    expect(await faults([documentOf('Privacy', 'x', wrong)])).toEqual([
      expect.stringMatching(/^0 spec\.masks\.0\.kind /),
    ]);
    expect(await faults([documentOf('Privacy', 'x', { ...wrong, masks: [] })])).toEqual([
      expect.stringMatching(/^0 spec\.channel .*did you mean "Web"\?/),
    ]);
    const pattern = [{ kind: 'REGEX', pattern: '(' }];
    expect(await faults([documentOf('Privacy', 'x', { bot: 'Quiet', masks: pattern })])).toEqual([
      expect.stringMatching(/^0 spec\.masks\.0\.pattern /),
    ]);
  });
});

describe('Alert', () => {
  const spec = { topics: ['DISK_LOW', 'DELIVERY_DEAD'], format: 'SLACK', target: HOOK };

  it('is made, changed and renamed; its target is a secret, which no plan and no export has', async () => {
    const made = await apply([documentOf('Alert', 'On call', spec)]);
    expect(lines(made)).toEqual(['CREATE Alert On call']);
    expect(await apply([documentOf('Alert', 'On call', spec)])).toEqual([]);
    expect(await ofKind('Alert')).toEqual([
      documentOf('Alert', 'On call', { topics: ['DELIVERY_DEAD', 'DISK_LOW'], format: 'SLACK', enabled: true }),
    ]);
    const changed = await apply([documentOf('Alert', 'On call', { target: `${HOOK}-2` })]);
    expect(changed[0].fields).toEqual({ target: 'changed' });
    expect(JSON.stringify([made, changed])).not.toContain('secret-path');
    await apply([documentOf('Alert', 'Night', { enabled: false }, { previousName: 'On call' })]);
    const { alertSubscriptions } = await app.gql('{ alertSubscriptions { name target enabled } }');
    expect(alertSubscriptions).toEqual([{ name: 'Night', target: `${HOOK}-2`, enabled: false }]);
  });

  it('is exported with what it needs to be left as it is, and goes with prune', async () => {
    await apply([documentOf('Alert', 'Night', spec)]);
    const documents = await exported();
    expect(await apply(documents, { prune: true })).toEqual([]);
    const others = documents.filter(({ kind }) => kind !== 'Alert');
    expect(lines(await apply(others, { prune: true }))).toEqual(['DELETE Alert Night']);
    expect(await faults(documents)).toEqual([expect.stringMatching(/spec\.target A new alert subscription needs/)]);
  });
});

describe('Roles', () => {
  const email = 'jo@example.com';
  beforeAll(() =>
    app.gql('mutation($email: String) { createUser(input: { name: "Jo", email: $email, role: VIEWER }) { id } }', {
      email,
    }),
  );

  it('gives users and groups of the directory what they may do, in the account and on bots', async () => {
    await apply([documentOf('Bot', 'Quiet', ENGINE)]);
    const wish = documentOf('Roles', email, { role: 'DEVELOPER', bots: [{ bot: 'Quiet', role: 'ADMIN' }] });
    const [change] = await apply([wish]);
    expect(change).toMatchObject({
      action: 'UPDATE',
      fields: { role: { from: 'VIEWER', to: 'DEVELOPER' }, bots: { from: [], to: [{ bot: 'Quiet', role: 'ADMIN' }] } },
    });
    expect(await apply([wish])).toEqual([]);
    expect(await ofKind('Roles')).toContainEqual(documentOf('Roles', email, { of: 'USER', ...wish.spec }));
    await apply([documentOf('Roles', email, { bots: [] })]);
    const { users } = await app.gql('{ users { email role botRoles { role } } }');
    expect(users).toContainEqual({ email, role: 'DEVELOPER', botRoles: [] });
  });

  it('is given to a group of the directory, which gives no role on single bots', async () => {
    const directory = await createScimClient(app);
    await directory.send('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Support',
    });
    const wish = documentOf('Roles', 'Support', { of: 'GROUP', role: 'VIEWER' });
    const [change] = await apply([wish]);
    expect(change).toMatchObject({ action: 'UPDATE', fields: { role: { from: null, to: 'VIEWER' } } });
    expect(await apply([wish])).toEqual([]);
    expect(await ofKind('Roles')).toContainEqual(wish);
    expect(await faults([documentOf('Roles', 'Support', { of: 'GROUP', bots: [] })])).toEqual([
      expect.stringMatching(/^0 spec\.bots /),
    ]);
  });

  it('stays when it has no document, and says so of somebody who is not there', async () => {
    const documents = (await exported()).filter(({ kind }) => kind !== 'Roles');
    expect(await apply(documents, { prune: true })).toEqual([]);
    const [change] = await apply([documentOf('Roles', 'joe@example.com', { role: 'VIEWER' })]);
    expect(change).toMatchObject({
      action: 'NONE',
      warnings: [expect.stringContaining('did you mean "jo@example.com"')],
    });
  });

  it('never takes the last ADMIN away', async () => {
    expect(await faults([documentOf('Roles', 'Admin', { role: 'VIEWER' })])).toEqual([
      expect.stringContaining('is the last ADMIN'),
    ]);
  });
});

describe('Channel', () => {
  const { cert: certificate, key } = createCertificate({ hosts: ['client.example.com'] });
  const channel = (delivery: object) => [
    documentOf('Bot', 'Async', ENGINE),
    documentOf('Channel', 'CRM', { bot: 'Async', mode: 'ASYNC', postUrl: 'http://127.0.0.1:9/in', delivery }),
  ];
  const full = {
    maxConcurrency: 3,
    maxPerSecond: 0.5,
    auth: { kind: 'HEADER', header: 'x-key', secret: 'pass-1' },
    clientCertificate: { certificate, privateKey: key },
    certificateAuthority: certificate,
  };
  const delivery = async () => (await ofKind('Channel')).find(({ metadata }) => metadata.name === 'CRM').spec.delivery;

  it('has the certificates of its callbacks; their key is a secret', async () => {
    const changes = await apply(channel(full));
    expect(await apply(channel(full))).toEqual([]);
    expect(JSON.stringify([changes, await exported()])).not.toContain('PRIVATE KEY');
    expect(await delivery()).toMatchObject({ clientCertificate: { certificate: expect.stringContaining('BEGIN') } });
    expect(await apply(await exported())).toEqual([]);
    const other = createCertificate({ hosts: ['client.example.com'] });
    const renewed = { clientCertificate: { certificate: other.cert, privateKey: other.key } };
    const [change] = await apply(channel(renewed));
    expect(change.fields).toEqual({
      'delivery.clientCertificate.certificate': 'changed',
      'delivery.clientCertificate.privateKey': 'changed',
    });
    expect(await faults(channel({ clientCertificate: { certificate } }))).toEqual([
      expect.stringMatching(/^1 spec\.delivery\.clientCertificate\.privateKey .*does not belong/),
    ]);
  });

  it('loses what is null: limits, authentication and certificates', async () => {
    await apply(channel(full));
    const none = Object.fromEntries(Object.keys(full).map((field) => [field, null]));
    const [change] = await apply(channel(none));
    expect(Object.keys(change.fields).sort()).toEqual([
      'delivery.auth.kind',
      'delivery.certificateAuthority',
      'delivery.clientCertificate',
      'delivery.maxConcurrency',
      'delivery.maxPerSecond',
    ]);
    expect(await apply(channel(none))).toEqual([]);
    expect(await delivery()).toMatchObject(none);
  });

  it('is renamed in chains, in one go; names that go round in a circle are refused', async () => {
    const named = (...names: [string, string?][]) => [
      documentOf('Bot', 'Chain', ENGINE),
      ...names.map(([name, previousName]) =>
        documentOf('Channel', name, { bot: 'Chain', mode: 'SYNC' }, previousName ? { previousName } : {}),
      ),
    ];
    const ids = async () => {
      const { bots } = await app.gql('{ bots(search: "Chain") { edges { node { channels { id name } } } } }');
      return new Map(bots.edges[0].node.channels.map((one: Documents[number]) => [one.name, one.id]));
    };
    await apply(named(['a'], ['b'], ['c']));
    const before = await ids();
    const chain = named(['b', 'a'], ['c', 'b'], ['d', 'c']);
    expect(lines(await apply(chain))).toEqual([
      'UPDATE Channel Chain/d',
      'UPDATE Channel Chain/c',
      'UPDATE Channel Chain/b',
    ]);
    const after = await ids();
    expect([after.get('b'), after.get('c'), after.get('d')]).toEqual([
      before.get('a'),
      before.get('b'),
      before.get('c'),
    ]);
    expect(await apply(chain)).toEqual([]);
    expect(await faults(named(['b', 'c'], ['c', 'b'], ['d']))).toEqual([
      expect.stringMatching(/^1 metadata\.previousName .*circle/),
      expect.stringMatching(/^2 metadata\.previousName .*circle/),
    ]);
  });
});

it('a smart bot is made once its parent is live, by name, and comes out again with its parent', async () => {
  const automatic = { autoApprove: ['CHANNEL', 'FIRST_PUBLISH', 'PUBLISH_UPGRADE'] };
  const family = [
    documentOf('Channel', 'Web', { bot: 'Child', mode: 'SYNC', app: 'Caller', enabled: true }),
    documentOf('Bot', 'Child', { parent: 'Parent', description: 'Inherits' }),
    documentOf('Account', 'account', automatic),
    documentOf('App', 'Caller', {}),
    documentOf('Bot', 'Parent', ENGINE),
    documentOf('Channel', 'Web', { bot: 'Parent', mode: 'SYNC', app: 'Caller', enabled: true }),
  ];
  const first = await apply(family, { publish: true });
  expect(lines(first)).toEqual(
    expect.arrayContaining(['NONE Bot Child', 'NONE Channel Child/Web', 'PUBLISH Bot Parent']),
  );
  expect(lines(await apply(family, { publish: true }))).toEqual([
    'CREATE Bot Child',
    'CREATE Channel Child/Web',
    'PUBLISH Bot Child',
  ]);
  expect(await apply(family, { publish: true })).toEqual([]);
  expect(await ofKind('Bot')).toContainEqual(documentOf('Bot', 'Child', { parent: 'Parent', description: 'Inherits' }));
  expect(await apply(await exported(), { prune: true })).toEqual([]);
});

it('a variable without a document goes from a live bot where the viewer could publish that alone, else it stays', async () => {
  const account = (spec: object) => documentOf('Account', 'account', spec);
  const live = [
    account({ autoApprove: ['CHANNEL', 'FIRST_PUBLISH'] }),
    documentOf('App', 'Caller', {}),
    documentOf('Bot', 'Live', ENGINE),
    documentOf('Channel', 'Web', { bot: 'Live', mode: 'SYNC', app: 'Caller', enabled: true }),
  ];
  const variable = documentOf('Variable', 'region', { bot: 'Live', value: 'north' });
  await apply([...live, variable], { publish: true });
  await apply([account({ fourEyes: true, autoApprove: [] })]);
  const documents = (await exported()).filter(({ kind }) => kind !== 'Variable');
  const [stays] = await apply(documents, { prune: true });
  expect(stays).toMatchObject({ action: 'NONE', name: 'Live/region', warnings: [expect.stringContaining('stays')] });
  await apply([account({ fourEyes: false })]);
  const others = documents.map((one) => (one.kind === 'Account' ? account({ fourEyes: false }) : one));
  expect(lines(await apply(others, { prune: true }))).toEqual(['DELETE Variable Live/region']);
  expect(await ofKind('Variable')).toEqual([]);
});

it('the condition of a publish is set, told in what is exported, and taken away by null', async () => {
  const account = (spec: object) => documentOf('Account', 'account', spec);
  const condition = { maxFailing: 0, maxDifferent: 0.05 };
  const [change] = await apply([account({ publishCondition: condition })]);
  expect(change.fields).toMatchObject({ publishCondition: { from: null, to: condition } });
  expect(await ofKind('Account')).toMatchObject([{ spec: { publishCondition: condition } }]);
  await apply([account({ fourEyes: false })]);
  expect(await ofKind('Account')).toMatchObject([{ spec: { publishCondition: condition } }]);
  await apply([account({ publishCondition: null })]);
  expect(await ofKind('Account')).toMatchObject([{ spec: { publishCondition: null } }]);
});
