import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser, openBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';
import { ADMIN_TOKEN } from './server.js';
import { type ConsoleSession, signIn } from './steps.js';

describe.skipIf(noBrowser)('two people who change the same', () => {
  const first = useConsole();
  const second = {} as ConsoleSession; // filled below, before any test reads it
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    bot = await makeLiveBot(first.server, 'Valet');
    const browser = await openBrowser();
    const { page } = browser;
    const visit = async (path: string) => void (await page.goto(`${first.server.url}/console${path}`));
    Object.assign(second, { server: first.server, browser, page, visit });
    await visit('/');
    await signIn(second, ADMIN_TOKEN);
  });
  afterAll(() => second.browser?.close());

  async function openOverride({ page, visit }: ConsoleSession) {
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/overrides`);
    await page.getByRole('button', { name: /^(Override|Edit) welcome for Front desk/ }).click();
    const dialog = page.getByRole('dialog', { name: 'welcome on Front desk' });
    await dialog.getByRole('textbox', { name: 'Text' }).waitFor();
    return dialog;
  }
  const said = async () => {
    const { bot: found } = await first.server.gql(
      'query($id: ID!) { bot(id: $id) { messages(overriddenOnly: true) { edges { node { overrides { contents { value } } } } } } }',
      { id: bot.botId },
    );
    return found.messages.edges[0]?.node.overrides[0]?.contents[0]?.value;
  };

  it('see both texts, and the second one chooses', async () => {
    const [mine, theirs] = [await openOverride(first), await openOverride(second)];
    await mine.getByRole('textbox', { name: 'Text' }).fill('Mine');
    await theirs.getByRole('textbox', { name: 'Text' }).fill('Theirs');
    await theirs.getByRole('button', { name: 'Save override' }).click();
    await theirs.waitFor({ state: 'detached' });

    await mine.getByRole('button', { name: 'Save override' }).click();
    const choice = mine.getByRole('alert').filter({ hasText: 'changed the same' });
    await choice
      .getByRole('table', { name: /theirs and mine/ })
      .getByText('Theirs', { exact: true })
      .nth(1)
      .waitFor();
    expect(await said()).toBe('Theirs');
    await choice.getByRole('button', { name: 'Edit mine' }).click();
    await mine.getByRole('textbox', { name: 'Text' }).fill('Mine and theirs');
    await mine.getByRole('button', { name: 'Save override' }).click();
    await mine.waitFor({ state: 'detached' });
    expect(await said()).toBe('Mine and theirs');
  });

  it('take what the other has saved, or save over it', async () => {
    const dialog = await openOverride(first);
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Once more');
    const contents = [{ type: 'TEXT', value: 'Theirs again' }];
    const SET = 'mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }';
    const { bot: found } = await first.server.gql(
      'query($id: ID!) { bot(id: $id) { messages { edges { node { key name } } } } }',
      { id: bot.botId },
    );
    const messageKey = found.messages.edges.find((edge: { node: { name: string } }) => edge.node.name === 'welcome')
      .node.key;
    await first.server.gql(SET, { input: { botId: bot.botId, messageKey, channelId: bot.channelId, contents } });
    await dialog.getByRole('button', { name: 'Save override' }).click();
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    await expect.poll(() => dialog.getByRole('textbox', { name: 'Text' }).inputValue()).toBe('Theirs again');
    expect(await said()).toBe('Theirs again');
    await first.page.keyboard.press('Escape');
  });

  it('are told at the form of a channel, field by field', async () => {
    const { page, visit, server } = first;
    const other = await makeLiveBot(server, 'Doorman');
    await visit(`/bots/${other.botId}/channels/${other.channelId}`);
    await page.getByRole('textbox', { name: 'Name' }).fill('My desk');
    await server.gql(
      'mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }',
      {
        input: { id: other.channelId, name: 'Their desk', burst: 'JOIN' },
      },
    );
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const choice = page.getByRole('alert').filter({ hasText: 'changed the same' });
    await choice.getByText('Their desk').waitFor();
    await choice.getByRole('button', { name: 'Save mine' }).click();
    await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
    const { channel } = await server.gql('query($id: ID!) { channel(id: $id) { name burst } }', {
      id: other.channelId,
    });
    expect(channel).toEqual({ name: 'My desk', burst: 'JOIN' });
  });

  describe('at a secret', () => {
    /** Told that it changed, by whom and when, with nothing of either. */
    const told = async (name: string) => {
      const { page } = first;
      const choice = page.getByRole('alert').filter({ hasText: 'changed the same' });
      await choice.getByText(name, { exact: true }).waitFor();
      await choice.getByText(/^Changed by .+\. It is a secret/).waitFor();
      expect(await choice.textContent()).not.toMatch(/mine-1|theirs-1/);
      return choice;
    };

    it('of the delivery settings of a channel see no value, and choose', async () => {
      const { page, visit, server } = first;
      await visit(`/bots/${bot.botId}/channels/${bot.channelId}/delivery-settings`);
      await page.getByRole('button', { name: 'Add a header' }).click();
      await page.getByRole('textbox', { name: 'Name of header 1' }).fill('X-Mine');
      await page.getByLabel('Value of header 1').fill('mine-1');
      await server.gql(
        'mutation($id: ID!, $settings: DeliverySettingsInput!) { setDeliverySettings(channelId: $id, settings: $settings) { message } }',
        { id: bot.channelId, settings: { headers: [{ name: 'X-Theirs', value: 'theirs-1' }] } },
      );
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const choice = await told('Headers');
      await expectAccessible(page);
      await choice.getByRole('button', { name: 'Save mine' }).click();
      await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
      const { channel } = await server.gql(
        'query($id: ID!) { channel(id: $id) { deliverySettings { headerNames } } }',
        {
          id: bot.channelId,
        },
      );
      expect(channel.deliverySettings.headerNames).toEqual(['x-mine']);
    });

    it('of the engine of a bot', async () => {
      const { page, visit, server } = first;
      const settings = (token: string) => ({ url: `${server.url}/engine`, token });
      const { createBot } = await server.gql(
        'mutation($settings: JSON) { createBot(input: { name: "Elsewhere", engine: HTTP, engineSettings: $settings }) { id } }',
        { settings: settings('first') },
      );
      await visit(`/bots/${createBot.id}/settings`);
      await page.getByLabel('Token', { exact: true }).fill('mine-1');
      await server.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
        input: { id: createBot.id, engineSettings: settings('theirs-1') },
      });
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await (await told('Engine secrets')).getByRole('button', { name: 'Take theirs' }).click();
      await expect.poll(() => page.getByLabel('Token', { exact: true }).inputValue()).toBe('');
    });

    it('that is a variable of a bot', async () => {
      const { page, visit, server } = first;
      const set = (value: string) =>
        server.gql(
          'mutation($id: ID!, $value: String!) { setBotVariable(botId: $id, key: "KEY", value: $value, secured: true) { key } }',
          {
            ...{ id: bot.botId, value },
          },
        );
      await set('first');
      await visit(`/bots/${bot.botId}/settings`);
      await page.getByRole('button', { name: 'Change KEY' }).click();
      await page.getByLabel('Value', { exact: true }).fill('mine-1');
      await set('theirs-1');
      await page.getByRole('button', { name: 'Set variable' }).click();
      await (await told('KEY')).getByRole('button', { name: 'Save mine' }).click();
      await page.getByText('KEY has its value, from now on.').waitFor();
    });

    it('of who is told of alerts, and of a sign-in provider', async () => {
      const { page, visit, server } = first;
      const alert = { name: 'Ops', topics: ['DELIVERY_DEAD'], format: 'SLACK', target: `${server.url}/first` };
      const { createAlertSubscription: made } = await server.gql(
        'mutation($input: AlertSubscriptionInput!) { createAlertSubscription(input: $input) { subscription { id } } }',
        { input: alert },
      );
      await visit('/alerts');
      await page.getByRole('article', { name: 'Subscription Ops' }).getByRole('button', { name: 'Edit' }).click();
      const dialog = page.getByRole('dialog', { name: 'Edit subscription' });
      await dialog.locator('input[required]').nth(1).fill(`${server.url}/mine-1`);
      await server.gql(
        'mutation($id: ID!, $input: AlertSubscriptionInput!) { updateAlertSubscription(id: $id, input: $input) { id } }',
        { id: made.subscription.id, input: { ...alert, target: `${server.url}/theirs-1` } },
      );
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await (await told('Target')).getByRole('button', { name: 'Save mine' }).click();
      await dialog.waitFor({ state: 'detached' });
      const { alertSubscriptions } = await server.gql('{ alertSubscriptions { target } }');
      expect(alertSubscriptions).toEqual([{ target: `${server.url}/mine-1` }]);

      const provider = { name: 'Login', issuer: `${server.url}/login`, clientId: 'c', clientSecret: 'first' };
      const { createSignInProvider } = await server.gql(
        'mutation($input: SignInProviderInput!) { createSignInProvider(input: $input) { id } }',
        { input: provider },
      );
      await visit('/sign-in-providers');
      await page.getByRole('article', { name: /Login/ }).getByRole('button', { name: 'Edit' }).click();
      const form = page.getByRole('dialog', { name: 'Edit provider' });
      await form.getByLabel('Client secret').fill('mine-1');
      await server.gql(
        'mutation($id: ID!, $input: SignInProviderInput!) { updateSignInProvider(id: $id, input: $input) { id } }',
        { id: createSignInProvider.id, input: { ...provider, clientSecret: 'theirs-1' } },
      );
      await form.getByRole('button', { name: 'Save', exact: true }).click();
      await (await told('Client secret')).getByRole('button', { name: 'Take theirs' }).click();
      await expect.poll(() => form.getByLabel('Client secret').inputValue()).toBe('');
    });
  });
});
