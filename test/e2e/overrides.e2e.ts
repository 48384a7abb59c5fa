import type { Locator } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';
import { approveAll, publish, talk } from './steps.js';

const colourOf = (text: Locator): Promise<string> =>
  text.evaluate((element) => element.ownerDocument.defaultView.getComputedStyle(element).color);

describe.skipIf(noBrowser)('an override of a channel', () => {
  const session = useConsole();
  let bot: LiveBot;
  let bots = 0;

  beforeEach(async () => {
    if (noBrowser) return;
    bots += 1;
    bot = await makeLiveBot(session.server, `Porter ${bots}`);
  });

  /** Opens the override of the greeting, as a content of that kind. */
  async function edit(kind: 'Script' | 'Template') {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/overrides`);
    await page.getByRole('button', { name: 'Override welcome for Front desk' }).click();
    const dialog = page.getByRole('dialog', { name: 'welcome on Front desk' });
    await dialog.getByRole('radiogroup', { name: 'Kind of content' }).getByText(kind).click();
    const editor = dialog.getByRole('textbox', { name: kind });
    await editor.waitFor();
    return { dialog, editor };
  }

  async function reply() {
    const { visit } = session;
    await publish(session, bot.botId);
    await approveAll(session);
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}`);
    return talk(session, 'hello');
  }

  it('is written as a script in colours, and answers what the script prints', async () => {
    const { dialog, editor } = await edit('Script');
    expect(await editor.textContent()).toContain('print('); // what was a text is what the script prints
    await editor.fill('const floor = 3 * 4;\nprint("Take the lift to floor " + floor);');
    const keyword = dialog.getByText('const', { exact: true });
    const plain = dialog.getByText('floor', { exact: true }).first();
    expect(await colourOf(keyword)).not.toBe(await colourOf(plain));
    await dialog.getByRole('button', { name: 'Save override' }).click();
    await dialog.waitFor({ state: 'detached' });
    await (await reply()).getByText('Take the lift to floor 12').waitFor();
  });

  it('is written as a template with a preview of what users will see', async () => {
    const { dialog, editor } = await edit('Template');
    await editor.fill('{ "type": ');
    await dialog.getByText('Not JSON yet').waitFor();
    const buttons = [{ type: 'postback', title: 'To the bar', payload: 'bar' }];
    const payload = { template_type: 'button', text: 'Where to?', buttons };
    await editor.fill(JSON.stringify({ type: 'template', payload }));
    await dialog.getByText('Where to?').last().waitFor();
    await dialog.getByText('To the bar', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Save override' }).click();
    await dialog.waitFor({ state: 'detached' });
    const log = await reply();
    await log.getByText('Where to?').waitFor();
    await log.getByText('To the bar', { exact: true }).waitFor();
  });

  it('is taken back, and the channel says again what all channels say', async () => {
    const { page, visit, server } = session;
    const { bot: found } = await server.gql(
      'query($id: ID!) { bot(id: $id) { messages(search: "welcome") { edges { node { key } } } } }',
      { id: bot.botId },
    );
    await server.gql('mutation($input: SetMessageOverrideInput!) { setMessageOverride(input: $input) { key } }', {
      input: {
        ...{ botId: bot.botId, channelId: bot.channelId, messageKey: found.messages.edges[0].node.key },
        contents: [{ type: 'TEXT', value: 'Take the lift' }],
      },
    });
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/overrides`);
    await page.getByLabel('Overridden only').check();
    await page.getByRole('button', { name: 'Edit welcome for Front desk' }).click();
    await page.getByRole('button', { name: 'Remove override' }).click();
    await page.getByText('No messages').waitFor();
  });
});
