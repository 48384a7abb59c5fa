import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReceiver, type Receiver } from '../support/receiver.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';
import { settled } from './steps.js';

describe.skipIf(noBrowser)('the delivery settings of a channel', () => {
  const session = useConsole();
  let receiver: Receiver;
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    receiver = await createReceiver();
    bot = await makeLiveBot(session.server, 'Courier', { mode: 'ASYNC', postUrl: `${receiver.url}/replies` });
  });
  afterAll(() => receiver?.close());

  const shown = async () => {
    const { channel } = await session.server.gql(
      'query($id: ID!) { channel(id: $id) { deliverySettings { timeoutSeconds auth headerNames } } }',
      { id: bot.channelId },
    );
    return channel.deliverySettings;
  };

  it('are set in a form that says what is wrong beside the field, and keeps secrets that are left empty', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/delivery-settings`);
    await settled(session);
    await page.getByLabel('Time limit in seconds').fill('20');
    await page.getByRole('button', { name: 'Add a header' }).click();
    await page.getByLabel('Name of header 1').fill('Host');
    await page.getByLabel('Value of header 1').fill('acme');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A header of this name cannot be sent').first().waitFor();
    await page.getByLabel('Name of header 1').fill('X-Tenant');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A request has been sent to the Bots Admin').waitFor();
    expect(await shown()).toEqual({ timeoutSeconds: 20, auth: 'NONE', headerNames: ['x-tenant'] });

    await page.getByRole('combobox', { name: 'Authentication' }).click();
    await page.getByRole('option', { name: 'Basic: user name and password' }).click();
    await page.getByLabel('User name').fill('bot');
    await page.getByLabel('Password', { exact: true }).fill('secret');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Discard changes' }).waitFor({ state: 'detached' });
    expect(await shown()).toEqual({ timeoutSeconds: 20, auth: 'BASIC', headerNames: ['x-tenant'] });
  });
});
