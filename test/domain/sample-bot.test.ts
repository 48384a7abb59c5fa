import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

const CREATE = `mutation { createSampleBot {
  message clientSecret app { clientId name } bot { id name state } channel { id name mode webhookUrl functional blockers } } }`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.remove());
/** Bots and apps have names that no other has. */
beforeEach(async () => {
  const account = { apiVersion: 'hookswitch/v1', kind: 'Account', metadata: { name: 'account' }, spec: {} };
  await app.gql('mutation($input: ApplyConfigurationInput!) { applyConfiguration(input: $input) { hash } }', {
    input: { documents: [account], prune: true },
  });
});

const create = async (token?: string) => (await app.gql(CREATE, {}, token)).createSampleBot;
/** Talks over the hook of a sample bot, as one user. */
function talkTo({ app: { clientId }, clientSecret, channel }: Awaited<ReturnType<typeof create>>, customData?: object) {
  const user = `user ${Math.random()}`;
  const authorization = `bearer ${jwt.sign({ appId: clientId, sub: user }, clientSecret)}`;
  return async (text: string) => {
    const body = { message: { text }, from: { id: user }, ...(customData && { customData }) };
    const answer = await app.post(new URL(channel.webhookUrl).pathname, body, { authorization });
    return answer.body.text ?? answer.body;
  };
}

/** The token of a new user; the first ADMIN makes those of people who cannot sign in. */
async function tokenOf(role: string): Promise<string> {
  const { createUser } = await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
    input: { name: `A ${role}`, role },
  });
  const { createApiToken } = await app.gql('mutation($id: ID!) { createApiToken(userId: $id, name: "test") }', {
    id: createUser.id,
  });
  return createApiToken;
}

describe('createSampleBot', () => {
  it('makes a bot that answers at once, by the commands of an ADMIN, each in the audit log', async () => {
    const made = await create();
    expect(made).toMatchObject({
      message: 'The bot "Orders" answers on its channel "Website".',
      app: { name: 'Orders' },
      bot: { name: 'Orders', state: 'PUBLISHED' },
      channel: { name: 'Website', mode: 'SYNC', functional: true, blockers: [] },
    });
    expect(await talkTo(made)('Where is my order?')).toBe('What is your order number?');
    const { auditLog } = await app.gql('{ auditLog(first: 20) { edges { node { action actor } } } }');
    const actions = auditLog.edges
      .filter(({ node }: { node: { actor: string } }) => node.actor === 'Admin')
      .map(({ node }: { node: { action: string } }) => node.action);
    for (const action of ['bot.import', 'app.create', 'channel.create', 'bot.publish', 'approval.approve'])
      expect(actions).toContain(action);
  });

  it('gives the next ones names of their own', async () => {
    const names = [(await create()).bot.name, (await create()).bot.name, (await create()).bot.name];
    expect(names).toEqual(['Orders', 'Orders (2)', 'Orders (3)']);
  });

  it('leaves the decision to an ADMIN where the viewer may not approve, and to another one by four eyes', async () => {
    const waiting = { bot: { state: 'AWAITING_APPROVAL' }, channel: { functional: false } };
    const message = expect.stringContaining('once an ADMIN has approved the channel and the publish');
    expect(await create(await tokenOf('DEVELOPER'))).toMatchObject({ ...waiting, message });
    await app.gql('mutation { updateAccountSettings(fourEyes: true) { fourEyes } }');
    expect(await create()).toMatchObject({ ...waiting, message });
    await app.gql('mutation { updateAccountSettings(fourEyes: false) { fourEyes } }');
  });

  it('answers at once also where everything is approved automatically', async () => {
    const automatic =
      'mutation($kinds: [AutoApproval!]!) { updateAccountSettings(autoApprove: $kinds) { autoApprove } }';
    await app.gql(automatic, { kinds: ['CHANNEL', 'FIRST_PUBLISH'] });
    expect(await create(await tokenOf('DEVELOPER'))).toMatchObject({ channel: { functional: true } });
    await app.gql(automatic, { kinds: [] });
  });

  it('makes nothing for a VIEWER', async () => {
    const token = await tokenOf('VIEWER');
    const count = async () => (await app.gql('{ bots { totalCount } apps { totalCount } }')) as unknown;
    const before = await count();
    await expect(create(token)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await count()).toEqual(before);
  });
});

describe('the sample bot', () => {
  it('has small talk, answers, one of them for webhook channels alone, and calls a customer by name', async () => {
    const made = await create();
    const say = talkTo(made, { name: 'Ada' });
    expect(await say('hello')).toContain('Ask me where your order is');
    expect(await say('when are you open?')).toBe(
      'We are open every day from nine in the morning to six in the evening.',
    );
    expect(await say('what does delivery cost')).toContain('Shipping is free');
    await say('where is my order?');
    expect(await say('4711')).toBe('Order 4711 is on its way, Ada.');
    const unnamed = talkTo(made);
    await unnamed('track my order');
    expect(await unnamed('4711')).toBe('Order 4711 is on its way.');
    const { bot } = await app.gql(
      'query($id: ID!) { bot(id: $id) { messages(first: 100) { edges { node { key contents { value } } } } } }',
      { id: made.bot.id },
    );
    const hours = bot.messages.edges.find(({ node }: { node: { key: string } }) => node.key === 'faq.faq-hours');
    expect(hours.node.contents[0].value).toBe('We are open every day from 9 to 18.');
  });

  it('takes an order back: a number, buttons, and a confirmation', async () => {
    const made = await create();
    for (const [answer, end] of [
      ['yes', 'Done: the label is in your mail. Just hand the parcel in.'],
      ['no', 'Alright, nothing is sent back.'],
    ]) {
      const say = talkTo(made);
      expect(await say('I want to send something back')).toContain('Which order is it?');
      expect(await say('the blue shirt')).toContain('not a number');
      const [buttons] = await say('4711');
      expect(buttons).toMatchObject({ type: 'template', payload: { template_type: 'quick_replies' } });
      const titles = buttons.payload.quick_replies.map(({ title }: { title: string }) => title);
      expect(titles).toEqual(['Too small', 'Damaged', 'Changed my mind']);
      expect(await say('it is broken')).toBe('Shall I send you a label for order 4711?');
      expect(await say(answer ?? '')).toBe(end);
    }
  });

  it('is imported without a warning', async () => {
    const { sampleBot: definition } = await import('../../src/definition/samples/sample-bot.js');
    const { importBot } = await app.gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { dialogs warnings { path message } } }',
      { input: { mode: 'NEW', definition } },
    );
    expect(importBot).toEqual({ dialogs: 2, warnings: [] });
  });
});
