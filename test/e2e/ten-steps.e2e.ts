import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { approveAll, createApp, publish, save } from './steps.js';

// The ten steps of the platform's page "Adding WebHook as a channel", from the tile to a working URL.
describe.skipIf(noBrowser)('the ten steps of adding a webhook channel', () => {
  const session = useConsole();

  it('leads from the Webhook tile to a URL that answers', async () => {
    const { page, server, visit } = session;
    const { createBot } = await server.gql(
      'mutation { createBot(input: { name: "Helpdesk", engine: DIALOG }) { id } }',
    );

    // 1. Open the bot. 2. Its channels. 3. The Webhook tile.
    await visit('/bots');
    await page.getByRole('link', { name: 'Helpdesk' }).click();
    await page.getByRole('tab', { name: 'Channels' }).click();
    await page.getByRole('link', { name: 'Add Webhook channel' }).click();
    await page.getByRole('heading', { name: 'New webhook channel' }).waitFor();
    // 4. A name. 5. A new app, whose secret is shown once.
    await page.getByRole('textbox', { name: 'Name' }).fill('Shop');
    await createApp(session, 'Shop backend');
    await page
      .getByText(/^cs-[\w-]+$/)
      .first()
      .waitFor();
    // 6. Synchronous. 7. Enabled.
    await page.getByLabel('Synchronous: in the response').check();
    await page.getByLabel('Yes').check();
    // 8. Save: a message of success, and the URL.
    await save(session);
    const url = page.getByText(`http://hooks.test/chatbot/hooks/${createBot.id}`, { exact: true });
    await url.first().waitFor();
    // 9. Publish with the channel. 10. An admin approves both.
    await publish(session, createBot.id);
    await approveAll(session);

    await visit(`/bots/${createBot.id}`);
    await page.getByRole('article', { name: 'Channel Shop' }).getByText('Working').waitFor();
    await page.getByRole('link', { name: 'Add Webhook channel' }).waitFor(); // the tile stays
  });

  it('keeps what was typed when a save is refused, and says why at the field', async () => {
    const { page, visit, server } = session;
    const { createBot } = await server.gql('mutation { createBot(input: { name: "Shop", engine: DIALOG }) { id } }');
    await visit(`/bots/${createBot.id}/channels/new`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Shop');
    await page.getByLabel('Asynchronous: each message').check();
    await page.getByLabel('POST URL').fill('https://receiver.example.com/replies');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('POST URL').inputValue()).toBe('https://receiver.example.com/replies');
    await page.getByRole('link', { name: 'Apps' }).click();
    await page.goBack();
    expect(await page.getByLabel('POST URL').inputValue()).toBe('https://receiver.example.com/replies');
  });
});
