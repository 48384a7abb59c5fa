import { describe, expect, it } from 'vitest';
import { ecKey, rsaKey } from '../support/caller-keys.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { makeLiveBot, publishLive } from './live-bot.js';
import { settled } from './steps.js';

describe.skipIf(noBrowser)('an app with keys', () => {
  const session = useConsole();
  const [first, second] = [ecKey(), ecKey()];
  let clientId = '';

  const app = async () => {
    const { app: found } = await session.server.gql(
      'query($id: ID!) { app(clientId: $id) { name publicKeys tokenEncryption encryptionKeys } }',
      { id: clientId },
    );
    return found;
  };

  it('is made with a key, gets a second one and encryption, and signs and encrypts its tests in the browser', async () => {
    const { page, visit } = session;
    await visit('/apps');
    await settled(session);
    await page.getByRole('button', { name: 'New app' }).click();
    const dialog = page.getByRole('dialog', { name: 'New app' });
    await dialog.getByLabel('Name').fill('Kiosk');
    await dialog.getByRole('combobox', { name: 'Signing algorithm' }).click();
    await page.getByRole('option', { name: 'ES256' }).click();
    await dialog.getByRole('textbox', { name: 'Public key', exact: true }).fill(rsaKey().pem);
    await dialog.getByRole('button', { name: 'Create app' }).click();
    // a wrong one is explained beside its field
    await dialog.getByText('ES256 needs a key on the curve P-256').first().waitFor();
    await dialog.getByRole('textbox', { name: 'Public key', exact: true }).fill(first.pem);
    await dialog.getByRole('button', { name: 'Create app' }).click();
    const told = await page.getByText(/The app “Kiosk” was made/).textContent();
    clientId = /cs-[\w-]+/.exec(told ?? '')?.[0] ?? '';
    expect(await app()).toMatchObject({ name: 'Kiosk', publicKeys: [first.pem], tokenEncryption: 'NONE' });
    await page.getByText('1 public key').waitFor();

    await visit('/apps');
    await settled(session);
    await page.getByRole('button', { name: 'Keys of Kiosk' }).click();
    await page.getByLabel('Second public key').fill(second.pem);
    await page.getByRole('button', { name: 'Save keys' }).click();
    await page.getByText('2 public keys').waitFor();
    expect((await app()).publicKeys).toEqual([first.pem, second.pem]);

    await page.getByRole('button', { name: 'Encryption of Kiosk' }).click();
    await page.getByRole('combobox', { name: 'Encrypted tokens' }).click();
    await page.getByRole('option', { name: /^Required/ }).click();
    await page.getByRole('region', { name: 'Public key (JWK)' }).getByText(clientId).waitFor();
    expect((await app()).encryptionKeys).toHaveLength(1);

    const bot = await makeLiveBot(session.server, 'Kiosk bot');
    await session.server.gql(
      'mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }',
      { input: { id: bot.channelId, appClientId: clientId } },
    );
    await publishLive(session.server, bot.botId, [bot.channelId]);
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/payload-formats`);
    await settled(session);
    const pem = second.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await page.getByRole('textbox', { name: 'Private key' }).fill(pem);
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByRole('status').getByText('200').waitFor();
  });
});
