import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

eachDatabase('what somebody else has changed meanwhile', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  let botId: string;
  let channelId: string;
  let messageKey: string;
  let ada: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const { domain, admin } = plane;
    server = await serveGraphql({ domain, ports: {}, log: silentLog }, plane.adminToken);
    const bot = await domain.bots.create(admin, { name: 'Bot' });
    botId = bot.id;
    channelId = (await domain.channels.create(admin, { botId, name: 'Web', mode: 'SYNC' })).channel.id;
    messageKey = (await domain.messages.ofBots(admin, [bot])).get(botId)?.[0]?.message.key ?? '';
    const user = await domain.users.createServiceAccount(admin, { name: 'Ada', role: 'DEVELOPER' });
    ada = await domain.apiTokens.create(admin, { userId: user.id, name: 't' });
  });
  afterAll(() => server.stop());

  const text = (value: string) => [{ type: 'TEXT', value }];
  const outcome = async (document: string, variables: Record<string, unknown>, token?: string) => {
    const { errors } = await server.send(document, variables, token);
    return errors?.[0] ? { message: errors[0].message, ...errors[0].extensions } : 'done';
  };
  const byAda = { changedBy: { name: 'Ada' }, changedAt: expect.stringMatching(/^\d{4}-/) };

  it('is the secret of an app: the second is told who has replaced it and when, and no secret', async () => {
    const { clientId } = (await plane.domain.apps.create(plane.admin, { name: 'Till' })).app;
    const ROTATE = `mutation ($clientId: ID!, $expected: ExpectedAppSecret) {
      rotateAppSecret(clientId: $clientId, expected: $expected) { clientSecret } }`;
    const rotate = (expected: unknown, token?: string) => outcome(ROTATE, { clientId, expected }, token);
    const never = { secretRotatedAt: null };
    expect(await rotate(never, ada)).toBe('done');
    const refused = await rotate(never);
    expect(refused).toMatchObject({ code: 'CONFLICT', field: 'secretRotatedAt', ...byAda });
    const { data } = await server.send(`{ app(clientId: "${clientId}") { secretRotatedAt } }`);
    expect(refused).toMatchObject({ changed: [{ field: 'secretRotatedAt', current: data.app.secretRotatedAt }] });
    expect(await rotate(data.app)).toBe('done');
    expect(await rotate(undefined)).toBe('done');
  });

  it('is an override: the second is told by whom, and what it is now', async () => {
    const SET = 'mutation ($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }';
    const set = (value: string, expected: unknown, token?: string) =>
      outcome(SET, { input: { botId, messageKey, contents: text(value), expected } }, token);
    expect(await set('hers', [], ada)).toBe('done');
    expect(await set('mine', [])).toMatchObject({
      ...{ code: 'CONFLICT', field: 'contents', ...byAda },
      changed: [{ field: 'contents', current: text('hers') }],
      message: expect.stringMatching(/^Ada changed/),
    });
    expect(await set('hers', [])).toBe('done'); // both want the same
    expect(await set('mine', text('hers'))).toBe('done');
    expect(await set('at last', undefined, ada)).toBe('done'); // who does not say what they saw writes last
    const MANY = `mutation ($botId: ID!, $overrides: [OverrideCellInput!]!) {
      setMessageOverrides(botId: $botId, overrides: $overrides) }`;
    const many = (expected: unknown) =>
      outcome(MANY, { botId, overrides: [{ messageKey, contents: text('by many'), expected }] });
    expect(await many(text('mine'))).toMatchObject({ code: 'CONFLICT', ...byAda });
    expect(await many(text('at last'))).toBe('done');
    const REMOVE = `mutation ($botId: ID!, $key: ID!, $expected: [MessageContentInput!]) {
      removeMessageOverride(botId: $botId, messageKey: $key, expected: $expected) { key } }`;
    const remove = (expected: unknown) => outcome(REMOVE, { botId, key: messageKey, expected });
    expect(await remove(text('mine'))).toMatchObject({ code: 'CONFLICT' });
    expect(await remove(text('by many'))).toBe('done');
  });

  it('is a field of a channel; other fields are saved beside it', async () => {
    const UPDATE = 'mutation ($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }';
    const update = (input: Record<string, unknown>, token?: string) =>
      outcome(UPDATE, { input: { id: channelId, ...input } }, token);
    expect(await update({ name: 'Web of Ada', expected: { name: 'Web' } }, ada)).toBe('done');
    expect(await update({ burst: 'JOIN', expected: { burst: 'SERIAL' } })).toBe('done');
    expect(await update({ name: 'Mine', burst: 'LATEST', expected: { name: 'Web', burst: 'JOIN' } })).toMatchObject({
      ...{ code: 'CONFLICT', field: 'name', ...byAda },
      changed: [{ field: 'name', current: 'Web of Ada' }],
    });
    expect(await update({ postUrl: null, expected: { postUrl: null } })).toBe('done');
    expect(await update({ burst: 'LATEST', expected: { burst: 'JOIN' } })).toBe('done'); // the refused save left it
  });

  it('is a delivery setting', async () => {
    const SET = `mutation ($id: ID!, $settings: DeliverySettingsInput!, $expected: JSON) {
      setDeliverySettings(channelId: $id, settings: $settings, expected: $expected) { message } }`;
    const set = (seconds: number, seen: number, token?: string) =>
      outcome(SET, { id: channelId, settings: { timeoutSeconds: seconds }, expected: { timeoutSeconds: seen } }, token);
    expect(await set(20, 15, ada)).toBe('done');
    expect(await set(30, 15)).toMatchObject({ code: 'CONFLICT', field: 'timeoutSeconds', ...byAda });
  });

  describe('is a secret, of which the second is told only that it changed:', () => {
    const secretly = (field: string) => ({
      ...{ code: 'CONFLICT', field, ...byAda },
      changed: [{ field, current: expect.stringMatching(/^[\w-]+\.[\w-]{43}$/), secret: true }],
    });
    const seenAt = async (id: string) => {
      const { data } = await server.send(`{ channel(id: "${id}") { secretMarks } }`);
      return data.channel.secretMarks as Record<string, string | null>;
    };
    const asyncChannel = async (name: string) =>
      (await plane.domain.channels.create(plane.admin, { botId, name, mode: 'ASYNC' })).channel.id;

    it('the access token of a channel', async () => {
      const id = await asyncChannel('Token');
      const UPDATE =
        'mutation ($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }';
      const update = (accessToken: string, seen: string | null | undefined, token?: string) =>
        outcome(UPDATE, { input: { id, accessToken, expected: { accessToken: seen } } }, token);
      const before = await seenAt(id);
      expect(before.accessToken).toBeNull();
      expect(await update('token-of-ada', before.accessToken, ada)).toBe('done');
      const refused = await update('token-of-mine', before.accessToken);
      expect(refused).toMatchObject(secretly('accessToken'));
      expect(JSON.stringify(refused)).not.toContain('token-of');
      expect(await update('token-of-mine', (await seenAt(id)).accessToken)).toBe('done');
    });

    it.each([
      ['credentials', { auth: { kind: 'BASIC', username: 'u', secret: 'hers' } }],
      ['headers', { headers: [{ name: 'X-Key', value: 'hers' }] }],
    ])('the %s of delivery settings', async (field, settings) => {
      const id = await asyncChannel(`With ${field}`);
      const SET = `mutation ($id: ID!, $settings: DeliverySettingsInput!, $expected: JSON) {
        setDeliverySettings(channelId: $id, settings: $settings, expected: $expected) { message } }`;
      const seen = { [field]: (await seenAt(id))[field] };
      expect(await outcome(SET, { id, settings, expected: seen }, ada)).toBe('done');
      const refused = await outcome(SET, { id, settings, expected: seen });
      expect(refused).toMatchObject(secretly(field));
      expect(JSON.stringify(refused)).not.toContain('hers');
      const unmoved = field === 'headers' ? 'credentials' : 'headers';
      const other = { [unmoved]: (await seenAt(id))[unmoved] };
      expect(await outcome(SET, { id, settings: { timeoutSeconds: 9 }, expected: other })).toBe('done');
    });

    it('the signing secret of callbacks', async () => {
      const id = await asyncChannel('Signs');
      const ROTATE =
        'mutation ($id: ID!, $expected: String) { rotateSigningSecret(channelId: $id, expected: $expected) { message } }';
      const { signingSecret: expected } = await seenAt(id);
      expect(await outcome(ROTATE, { id, expected }, ada)).toBe('done');
      expect(await outcome(ROTATE, { id, expected })).toMatchObject(secretly('signingSecret'));
      expect(await outcome(ROTATE, { id, expected: (await seenAt(id)).signingSecret })).toBe('done');
    });

    it('the credentials of the engine of a bot; its other fields are saved beside them', async () => {
      const engineSettings = (token?: string) => ({ url: 'https://engine.test/turn', ...(token && { token }) });
      const made = await plane.domain.bots.create(plane.admin, {
        ...{ name: 'Elsewhere', engine: 'HTTP', engineSettings: engineSettings('first') },
      });
      const UPDATE = 'mutation ($input: UpdateBotInput!) { updateBot(input: $input) { secretMarks } }';
      const update = (token: string, seen: string, by?: string) =>
        outcome(
          UPDATE,
          { input: { id: made.id, engineSettings: engineSettings(token), expected: { engineSecrets: seen } } },
          by,
        );
      const { data } = await server.send(`{ bot(id: "${made.id}") { secretMarks } }`);
      const seen = data.bot.secretMarks.engineSecrets;
      expect(await update('hers', seen, ada)).toBe('done');
      expect(await update('mine', seen)).toMatchObject(secretly('engineSecrets'));
      const beside = { id: made.id, description: 'mine', expected: { description: null } };
      expect(await outcome(UPDATE, { input: beside })).toBe('done');
    });

    it('the target of an alert subscription, and the client secret of a sign-in provider', async () => {
      const { domain, admin } = plane;
      const grace = await plane.userAs('ADMIN', 'Grace');
      const refusal = (field: string, secret: boolean) => ({
        code: 'CONFLICT',
        details: { field, changedBy: { name: 'Grace' }, changed: [secret ? { field, secret } : { field }] },
      });
      const topics = ['DELIVERY_DEAD'] as const;
      const alert = { name: 'Ops', topics, format: 'SLACK' as const, target: 'https://hooks.test/first' };
      const { subscription } = await domain.alerts.create(admin, alert);
      const retarget = (path: string, by: typeof admin) =>
        domain.alerts.update(by, subscription.id, {
          ...alert,
          target: `https://hooks.test/${path}`,
          expected: subscription.secretMarks,
        });
      await retarget('of-grace', grace);
      const refused = await retarget('mine', admin).catch((error: unknown) => error);
      expect(refused).toMatchObject(refusal('target', true));
      expect(JSON.stringify(refused)).not.toContain('of-grace');

      const provider = { name: 'Login', issuer: 'https://login.test', clientId: 'c', clientSecret: 'first' };
      const made = await domain.signInProviders.create(admin, provider);
      const change = (input: object, expected: Record<string, unknown>, by = admin) =>
        domain.signInProviders.update(by, made.id, { ...provider, ...input }, expected);
      await change({ clientSecret: 'hers' }, made.secretMarks, grace);
      await expect(change({ clientSecret: 'mine' }, made.secretMarks)).rejects.toMatchObject(
        refusal('clientSecret', true),
      );
      await change({ name: 'Door' }, { name: 'Login' }, grace);
      await expect(change({ name: 'Gate' }, { name: 'Login' })).rejects.toMatchObject(refusal('name', false));
    });
  });

  it('is a field of a bot', async () => {
    const UPDATE = 'mutation ($input: UpdateBotInput!) { updateBot(input: $input) { id } }';
    const update = (description: string, seen: string | null, token?: string) =>
      outcome(UPDATE, { input: { id: botId, description, expected: { description: seen } } }, token);
    expect(await update('hers', null, ada)).toBe('done');
    expect(await update('mine', null)).toMatchObject({ code: 'CONFLICT', field: 'description', ...byAda });
    expect(await update('mine', 'hers')).toBe('done');
  });

  it('is a variable; of a secured one the second is told only that it changed', async () => {
    const SET = `mutation ($botId: ID!, $key: String!, $value: String!, $secured: Boolean, $seen: String, $mark: String) {
      setBotVariable(botId: $botId, key: $key, value: $value, secured: $secured, expectedValue: $seen, expectedMark: $mark) { key } }`;
    const set = (input: Record<string, unknown>, token?: string) => outcome(SET, { botId, ...input }, token);
    const host = { key: 'HOST', seen: '' };
    expect(await set({ ...host, value: 'hers' }, ada)).toBe('done');
    expect(await set({ ...host, value: 'mine' })).toMatchObject({ code: 'CONFLICT', field: 'value', ...byAda });

    const markOf = async (key: string): Promise<string | null> => {
      const { data } = await server.send(`{ bot(id: "${botId}") { variables { key secretMark } } }`);
      return data.bot.variables.find((variable: { key: string }) => variable.key === key).secretMark;
    };
    expect(await markOf('HOST')).toBeNull();
    const secret = { key: 'SECRET', secured: true };
    const nothing = { seen: '', mark: '' };
    expect(await set({ ...secret, ...nothing, value: 'of-hers' }, ada)).toBe('done');
    const refused = await set({ ...secret, ...nothing, value: 'of-mine' });
    expect(refused).toMatchObject({
      ...{ code: 'CONFLICT', field: 'value', ...byAda },
      changed: [{ field: 'value', current: await markOf('SECRET'), secret: true }],
    });
    expect(JSON.stringify(refused)).not.toMatch(/of-hers|of-mine/);
    expect(await set({ ...secret, ...nothing, value: 'of-hers' })).toBe('done'); // both want the same
    expect(await set({ ...secret, value: 'of-mine', mark: await markOf('SECRET') })).toBe('done');
    expect(await set({ ...secret, value: 'of-hers', seen: '' }, ada)).toBe('done'); // who says nothing of the secret writes last

    const seen = { seen: '', mark: await markOf('SECRET') };
    expect(await set({ key: 'SECRET', secured: false, value: 'plain', ...seen }, ada)).toBe('done');
    expect(await set({ ...secret, value: 'of-mine', ...seen })).toMatchObject({ changed: [{ current: 'plain' }] });
  });
});
