import { beforeAll, describe, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';

describe.skipIf(noBrowser)('a version that serves a share first', () => {
  const session = useConsole();
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    bot = await makeLiveBot(session.server, 'Concierge');
  });

  it('is asked for when publishing, approved, seen beside the live one, given a larger share and rolled back', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/publish`);
    await page.getByLabel('Serve a share of the conversations first').check();
    await page.getByLabel('Share in per cent').fill('25');
    await page.getByLabel('Promote by itself').check();
    await page.getByRole('main').getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'Version 2 was sent' }).waitFor();
    await page.getByRole('link', { name: 'Review the request' }).click();
    await page.getByRole('link', { name: /^Review .*Version 2/ }).click();
    await page.getByText('It serves 25 % of the conversations first').waitFor();
    await page.getByText('It is promoted once it is shown to be no worse').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Approve: Version 2/ }).click();
    await page.getByText('Approved', { exact: true }).waitFor();

    await visit(`/bots/${bot.botId}/versions`);
    const card = page.getByRole('region', { name: 'Canary of version 2' });
    await card.getByText('25 % of the conversations').waitFor();
    await card.getByRole('table', { name: 'All channels' }).getByRole('columnheader', { name: 'Version 1' }).waitFor();
    await card.getByText(/^Failures: nothing is shown yet/).waitFor();
    await expectAccessible(page);
    await card.getByLabel('Share of conversations in per cent').fill('50');
    await card.getByRole('button', { name: 'Change the share' }).click();
    await card.getByText('50 % of the conversations').waitFor();
    await card.getByRole('button', { name: 'Roll back to version 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back to version 1' });
    await dialog.getByLabel('Reason').fill('Too early');
    await dialog.getByRole('button', { name: 'Roll back to version 1' }).click();
    await card.getByText('Reason: Too early').waitFor();
    await card.getByText('Rolled back', { exact: true }).waitFor();
    await page
      .getByRole('table', { name: 'Versions' })
      .getByRole('row', { name: /^2/ })
      .getByText('Rolled back')
      .waitFor();
    await expectAccessible(page);
  });

  it('is promoted', async () => {
    const { page, visit, server } = session;
    const other = await makeLiveBot(server, 'Night porter');
    await server.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
      input: { botId: other.botId, approve: true, canary: { share: 0.1 } },
    });
    await visit(`/bots/${other.botId}/versions`);
    const card = page.getByRole('region', { name: 'Canary of version 2' });
    await card.getByRole('button', { name: 'Promote version 2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Promote version 2' }).click();
    await card.getByText('Promoted', { exact: true }).waitFor();
    await page.getByText('Version 2 is live').waitFor();
  });
});
