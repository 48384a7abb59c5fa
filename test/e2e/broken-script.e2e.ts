import { beforeAll, describe, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { greeterExport } from './greeter.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';

/** The greeter, whose welcome is a script that does not parse. */
function brokenGreeter(name: string) {
  const files = greeterExport(name);
  const text = JSON.stringify(files.definition);
  return { ...files, definition: JSON.parse(text.replace('"type":"basic"', '"type":"uxmap"')) };
}

describe.skipIf(noBrowser)('a script that does not parse', () => {
  const session = useConsole();
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    bot = await makeLiveBot(session.server, 'Porter');
    await session.server.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { botId: bot.botId, mode: 'FULL', ...brokenGreeter('Porter') },
    });
  });

  it('is marked where it is written, while it is written', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/overrides`);
    const grid = page.getByRole('grid', { name: 'Messages by channels and languages' });
    await grid
      .getByRole('row', { name: /^welcome/ })
      .getByText('Error: The script does not parse')
      .waitFor();
    await page.getByText('One channel', { exact: true }).click();
    const messages = page.getByRole('table', { name: 'Messages' });
    await messages
      .getByRole('row', { name: /^welcome/ })
      .getByText('The script does not parse')
      .waitFor();
    await page.getByRole('button', { name: 'Override welcome for Front desk' }).click();
    const dialog = page.getByRole('dialog', { name: 'welcome on Front desk' });
    const editor = dialog.getByRole('textbox', { name: 'Script' });
    await editor.fill('print("a");\nprint(');
    await dialog.getByText(/The script does not parse .* Line 2, column/).waitFor();
    await editor.fill('print("a {{env.NOBODY}}");');
    await dialog.getByText('The bot has no variable "NOBODY"').waitFor();
    await editor.fill('print("Hello from {{context.desk}}");');
    await dialog.getByText('Nothing in this bot sets context.desk').waitFor();
    await page.keyboard.press('Escape');
  });

  it('is not published by accident, nor approved', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/publish`);
    await page.getByRole('group', { name: 'Changed: welcome' }).getByText('The script does not parse').waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).and(page.locator(':disabled')).waitFor();
    await page.getByLabel('Publish with 1 error').check();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('status').filter({ hasText: 'was sent' }).waitFor();

    await visit('/approvals');
    const request = page.getByRole('article', { name: /^Version 2/ });
    await request.getByText('1 error', { exact: true }).waitFor();
    await request.getByRole('button', { name: 'Approve with 1 error' }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve with 1 error' });
    await dialog.getByRole('button', { name: 'Approve with 1 error' }).click();
    await page.getByText('Nothing waits for a decision').waitFor();
  });
});
