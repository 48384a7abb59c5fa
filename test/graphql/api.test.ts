import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane, POST_URL } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

let opened: TestDatabase;
let plane: ControlPlane;
let server: GraphqlServer;

beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
  server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog }, plane.adminToken);
});
afterAll(async () => {
  await server.stop();
  await opened.drop();
});

const codeOf = async (document: string, variables = {}, token?: string) =>
  (await server.send(document, variables, token)).errors?.[0]?.extensions.code;

const CREATE_CHANNEL = `mutation ($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) {
  message signingSecret approvalRequest { id kind status changes } channel { id name mode isDefault enabled hasAccessToken status blockers functional webhookUrl webhookUrlV2 payloadFormats type bot { name } app { name } approved }
} }`;
const UPDATE_CHANNEL = `mutation ($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) {
  approvalRequest { id kind } channel { id name postUrl mode app { clientId } hasAccessToken status approved webhookUrl }
} }`;

describe('who asks', () => {
  it('is known by a token until it is revoked, expired, or its user disabled', async () => {
    const { data } = await server.send('mutation { createUser(input: { name: "Dev", role: DEVELOPER }) { id } }');
    const userId = data.createUser.id;
    const newToken = async (name: string, expiresAt?: string) =>
      (
        await server.send(
          'mutation ($userId: ID!, $name: String!, $expiresAt: DateTime) { createApiToken(userId: $userId, name: $name, expiresAt: $expiresAt) }',
          { userId, name, expiresAt },
        )
      ).data.createApiToken;
    const [kept, revoked, expiring] = [
      await newToken('kept'),
      await newToken('revoked'),
      await newToken('expiring', new Date(plane.clock.now() + 5000).toISOString()),
    ];
    const ask = (token: string) => server.send('{ viewer { name role } }', {}, token);
    for (const token of [kept, revoked, expiring])
      expect((await ask(token)).data.viewer).toEqual({ name: 'Dev', role: 'DEVELOPER' });
    const listed = (await server.send('{ users { id apiTokens { id name lastUsedAt } } }')).data.users.find(
      (user: { id: string }) => user.id === userId,
    );
    await server.send('mutation ($id: ID!) { revokeApiToken(id: $id) }', {
      id: listed.apiTokens.find((token: { name: string }) => token.name === 'revoked').id,
    });
    plane.clock.advance(5000);
    expect((await ask(kept)).data.viewer.name).toBe('Dev');
    for (const token of [revoked, expiring])
      expect((await ask(token)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await server.send('mutation ($id: ID!) { disableUser(id: $id) { disabledAt } }', { id: userId });
    expect((await ask(kept)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('keeps tokens and passwords only as hashes', async () => {
    await server.send(
      'mutation { createUser(input: { name: "P", role: VIEWER, email: "P@Example.com", password: "correct horse battery" }) { id email } }',
    );
    const rows = JSON.stringify([
      await plane.database.read('users').select('*'),
      await plane.database.read('api_tokens').select('*'),
    ]);
    expect(rows).not.toContain('correct horse');
    expect(rows).not.toContain(plane.adminToken);
    expect(
      await codeOf('mutation { createUser(input: { name: "Q", role: VIEWER, email: "p@example.com" }) { id } }'),
    ).toBe('CONFLICT');
    expect(await codeOf('mutation { createUser(input: { name: "Q", role: VIEWER, password: "short" }) { id } }')).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('cannot take the last admin away', async () => {
    expect(
      await codeOf('mutation ($id: ID!) { updateUser(id: $id, role: VIEWER) { id } }', { id: plane.admin.id }),
    ).toBe('CONFLICT');
    expect(await codeOf('mutation ($id: ID!) { disableUser(id: $id) { id } }', { id: plane.admin.id })).toBe(
      'CONFLICT',
    );
  });

  it('does what the role allows', async () => {
    const tokenOf = async (role: 'VIEWER' | 'DEVELOPER') => {
      const user = await plane.userAs(role);
      return plane.domain.apiTokens.create(plane.admin, { userId: user.id, name: 'own' });
    };
    const [viewer, developer] = [await tokenOf('VIEWER'), await tokenOf('DEVELOPER')];
    expect(
      (await server.send('{ bots { totalCount } accountSettings { fourEyes } auditLog { totalCount } }', {}, viewer))
        .errors,
    ).toBeUndefined();
    expect(await codeOf('mutation { createBot(input: { name: "x" }) { id } }', {}, viewer)).toBe('FORBIDDEN');
    expect(await codeOf('mutation { createBot(input: { name: "x" }) { id } }', {}, developer)).toBeUndefined();
    for (const document of [
      'mutation { createUser(input: { name: "x", role: ADMIN }) { id } }',
      'mutation { approve(requestId: "x") { id } }',
      'mutation { updateAccountSettings(fourEyes: true) { fourEyes } }',
      `mutation { createApiToken(userId: "${plane.admin.id}", name: "x") }`,
    ]) {
      expect(await codeOf(document, {}, developer)).toBe('FORBIDDEN');
    }
  });
});

describe('a channel over the API', () => {
  it('is created, approved, published, and then works', async () => {
    const { data: made } = await server.send(
      'mutation { createBot(input: { name: "Travel" }) { id state engine kind } createApp(input: { name: "caller" }) { clientSecret app { clientId algorithm requireJti } } }',
    );
    expect(made.createBot).toMatchObject({ state: 'IN_PROGRESS', engine: 'DIALOG', kind: 'STANDARD' });
    const botId = made.createBot.id;
    const input = {
      botId,
      name: 'web',
      mode: 'ASYNC',
      appClientId: made.createApp.app.clientId,
      postUrl: POST_URL,
      accessToken: 'secret-token',
      enabled: true,
    };
    const { data: saved } = await server.send(CREATE_CHANNEL, { input });
    const { channel, approvalRequest, signingSecret } = saved.createWebhookChannel;
    expect(channel).toMatchObject({
      type: 'webhook',
      isDefault: true,
      hasAccessToken: true,
      status: 'AWAITING_APPROVAL',
      functional: false,
      blockers: ['AWAITING_APPROVAL', 'BOT_NOT_PUBLISHED'],
      app: { name: 'caller' },
      approved: null,
    });
    expect(channel.webhookUrl).toMatch(/\/chatbot\/hooks\/st-[0-9a-f-]+$/);
    expect(channel.payloadFormats.v1.request.url).toBe(channel.webhookUrl);
    expect(signingSecret).toMatch(/^whsec_/);
    await server.send('mutation ($id: ID!) { approve(requestId: $id) { status decidedBy { name } } }', {
      id: approvalRequest.id,
    });
    const { data: published } = await server.send(
      'mutation ($input: PublishBotInput!) { publishBot(input: $input) { number status } }',
      { input: { botId, channelIds: [channel.id] } },
    );
    expect(published.publishBot).toEqual({ number: 1, status: 'AWAITING_APPROVAL' });
    const { data: waiting } = await server.send(
      '{ approvalRequests(status: PENDING) { edges { node { id kind changes requestedBy { name } } } } }',
    );
    await server.send('mutation ($id: ID!) { approve(requestId: $id) { status } }', {
      id: waiting.approvalRequests.edges[0].node.id,
    });
    const { data } = await server.send(
      'query ($id: ID!) { channel(id: $id) { functional blockers status approved } }',
      { id: channel.id },
    );
    expect(data.channel).toMatchObject({
      functional: true,
      blockers: [],
      status: 'APPROVED',
      approved: { mode: 'ASYNC', postUrl: POST_URL, hasAccessToken: true },
    });
    expect(JSON.stringify(data)).not.toContain('secret-token');
  });

  it('keeps what is absent and clears what is null', async () => {
    const { data: made } = await server.send(
      'mutation { createBot(input: { name: "Travel" }) { id } createApp(input: { name: "caller" }) { app { clientId } } }',
    );
    const input = {
      botId: made.createBot.id,
      name: 'web',
      mode: 'ASYNC',
      appClientId: made.createApp.app.clientId,
      postUrl: POST_URL,
      accessToken: 't',
    };
    const { id } = (await server.send(CREATE_CHANNEL, { input })).data.createWebhookChannel.channel;
    const update = async (change: object) =>
      (await server.send(UPDATE_CHANNEL, { input: { id, ...change } })).data.updateWebhookChannel.channel;
    expect(await update({ name: 'renamed' })).toMatchObject({
      name: 'renamed',
      postUrl: POST_URL,
      hasAccessToken: true,
      webhookUrl: null,
      app: { clientId: input.appClientId },
    });
    expect(await update({ postUrl: null, accessToken: null, appClientId: null })).toMatchObject({
      postUrl: null,
      hasAccessToken: false,
      app: null,
      status: 'NEEDS_CONFIGURATION',
    });
  });
});

describe('a mistake', () => {
  it('is told with a stable code and the field', async () => {
    const cases: [string, Record<string, unknown>, object][] = [
      ['{ nonsense }', {}, { code: 'GRAPHQL_VALIDATION_FAILED' }],
      ['{ viewer {', {}, { code: 'GRAPHQL_PARSE_FAILED' }],
      [
        'mutation ($input: CreateBotInput!) { createBot(input: $input) { id } }',
        { input: { name: 7 } },
        { code: 'BAD_USER_INPUT', field: 'name' },
      ],
      [
        'mutation ($input: CreateBotInput!) { createBot(input: $input) { id } }',
        { input: { name: 'x', engine: 'MAGIC' } },
        { code: 'BAD_USER_INPUT', field: 'engine' },
      ],
      [
        'mutation ($input: CreateBotInput!) { createBot(input: $input) { id } }',
        {},
        { code: 'BAD_USER_INPUT', field: 'input' },
      ],
      ['mutation { createBot(input: { name: "  " }) { id } }', {}, { code: 'BAD_USER_INPUT', field: 'name' }],
      [
        'mutation { createBot(input: { name: "x", engine: HTTP }) { id } }',
        {},
        { code: 'BAD_USER_INPUT', field: 'engineSettings.url' },
      ],
      ['mutation { deleteBot(id: "st-none") }', {}, { code: 'NOT_FOUND' }],
      [
        'mutation { createBot(input: { name: "x", defaultLanguage: "not a language" }) { id } }',
        {},
        { code: 'BAD_USER_INPUT', field: 'defaultLanguage' },
      ],
      [
        '{ channelMetrics(botId: "x", from: "2026-01-01T00:00:00Z", to: "2025-01-01T00:00:00Z", interval: DAY) { channel { id } } }',
        {},
        { code: 'BAD_USER_INPUT', field: 'to' },
      ],
    ];
    for (const [document, variables, extensions] of cases) {
      expect((await server.send(document, variables)).errors?.[0]?.extensions).toMatchObject(extensions);
    }
  });

  it('of ours is masked and can be found in the log by its request id', async () => {
    const lines: object[] = [];
    const log = { ...silentLog, error: (line: object) => void lines.push(line) } as unknown as typeof silentLog; // one method is enough
    const broken = await serveGraphql(
      {
        domain: {
          ...plane.domain,
          audit: { ...plane.domain.audit, list: () => Promise.reject(new Error('password is hunter2')) },
        },
        ports: {},
        log,
      },
      plane.adminToken,
    );
    const { errors } = await broken.send('{ auditLog { totalCount } }');
    await broken.stop();
    expect(JSON.stringify(errors)).not.toContain('hunter2');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL' });
    expect(lines).toMatchObject([{ requestId: errors?.[0]?.extensions.requestId }]);
  });

  it('of asking for a part that is not there is a conflict, not silence', async () => {
    expect(await codeOf('{ deliveries { totalCount } }')).toBe('CONFLICT');
  });
});

describe('engine settings', () => {
  it('never show their credentials again, keep absent ones and drop null ones', async () => {
    const SET = 'mutation ($input: UpdateBotInput!) { updateBot(input: $input) { engineSettings } }';
    const { data } = await server.send(
      'mutation ($s: JSON) { createBot(input: { name: "x", engine: OPENAI, engineSettings: $s }) { id engineSettings } }',
      { s: { url: 'https://llm.example.com/v1', model: 'm', apiKey: 'sk-secret' } },
    );
    expect(data.createBot.engineSettings).toEqual({ url: 'https://llm.example.com/v1', model: 'm' });
    const { id } = data.createBot;
    const cipher = async () =>
      (await plane.database.read('bots').where({ id }).first('engine_secrets_cipher')).engine_secrets_cipher;
    await server.send(SET, { input: { id, engineSettings: { url: 'https://llm.example.com/v2', model: 'm' } } });
    expect(await cipher()).not.toBeNull();
    await server.send(SET, {
      input: { id, engineSettings: { url: 'https://llm.example.com/v2', model: 'm', apiKey: null } },
    });
    expect(await cipher()).toBeNull();
    expect(
      (await server.send(SET, { input: { id, engineSettings: { url: 'https://169.254.169.254/', model: 'm' } } }))
        .errors?.[0]?.extensions,
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'engineSettings.url' });
  });
});
