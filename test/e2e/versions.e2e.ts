import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { greeterExport, greeterZip } from './greeter.js';
import { type LiveBot, makeLiveBot, publishLive } from './live-bot.js';
import { approveAll, publish } from './steps.js';

describe.skipIf(noBrowser)('a bot over its versions', () => {
  const session = useConsole();
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    bot = await makeLiveBot(session.server, 'Concierge');
  });

  it('takes in a newer export, shows what would change, and is published again', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/settings`);
    await page.getByRole('button', { name: 'Import into this bot' }).click();
    const dialog = page.getByRole('dialog', { name: 'Import into “Concierge”' });
    await dialog.getByLabel(/^Replace the whole definition/).check();
    await dialog.locator('input[type=file]').setInputFiles(greeterZip('Concierge', 'Good evening'));
    await dialog.getByRole('list', { name: 'Changes' }).getByText('welcome').first().waitFor();
    await dialog.getByRole('button', { name: 'Import it' }).click();
    await dialog.getByText('was imported').waitFor();
    await dialog.getByRole('button', { name: 'Open the bot' }).click();

    await visit(`/bots/${bot.botId}/publish`);
    await page.getByRole('main').getByText('welcome').waitFor();
    await publish(session, bot.botId, 'An evening greeting');
    await approveAll(session);
  });

  it('is compared with an earlier version and rolled back to it, by the same approval', async () => {
    const { page, visit, server } = session;
    const steward = await makeLiveBot(server, 'Steward');
    await server.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { botId: steward.botId, mode: 'FULL', ...greeterExport('Steward', 'Good evening') },
    });
    await publishLive(server, steward.botId, [steward.channelId]);
    await visit(`/bots/${steward.botId}/versions`);
    const versions = page.getByRole('table', { name: 'Versions' });
    await versions.getByRole('row', { name: /^2/ }).getByText('Live').waitFor();
    await page.getByRole('button', { name: 'Compare version 1' }).click();
    const compared = page.getByRole('dialog', { name: 'Version 1 against the live version 2' });
    await compared.getByText('welcome').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Roll back to 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back to 1' });
    await dialog.getByLabel('Comment').fill('Too early for evenings');
    await dialog.getByRole('button', { name: 'Roll back to 1' }).click();
    await versions
      .getByRole('row', { name: /^3 ?Back to 1/ })
      .getByText('Too early for evenings')
      .waitFor();
    await visit('/approvals');
    await page.getByText('Version 3 of Steward, back to version 1').first().waitFor();
    await approveAll(session);
    const { bot: rolled } = await server.gql('query($id: ID!) { bot(id: $id) { liveVersion { number } } }', {
      id: steward.botId,
    });
    expect(rolled.liveVersion.number).toBe(3);
  });

  it('is exported as a zip that can be imported', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/settings`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('Concierge.zip');
    const zip = await readFile(await download.path());
    expect(Object.keys(unzipSync(zip)).sort()).toEqual(['botDefinition.json', 'config.json']);

    await visit('/bots');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a bot' });
    await dialog.getByLabel('Name').fill('Concierge’s twin');
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'Concierge.zip', mimeType: 'application/zip', buffer: zip });
    await dialog.getByRole('button', { name: 'Import it' }).click();
    await dialog.getByText('“Concierge’s twin” was imported').waitFor();
  });

  it('hands its channels down to a smart bot, to be configured there', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/smart-bots`);
    await page.getByRole('textbox', { name: 'New smart bot' }).fill('Night concierge');
    await page.getByRole('button', { name: 'Create' }).click();
    const child = page.getByRole('listitem').filter({ hasText: 'Night concierge' });
    await child.getByText('1 of 1 channels to configure').waitFor();
    await child.getByRole('link', { name: 'Night concierge' }).click();
    await page.getByRole('link', { name: 'Front desk' }).click();
    await page.getByText('Inherited from “Front desk” of Concierge').waitFor();
    await page.getByRole('link', { name: 'Concierge', exact: true }).click();
    await page.waitForURL(new RegExp(`/bots/${bot.botId}$`));
  });
});
