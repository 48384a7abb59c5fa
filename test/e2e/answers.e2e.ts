import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { approveAll, createApp, publish, save } from './steps.js';

describe.skipIf(noBrowser)('a bot that is made here', () => {
  const session = useConsole();

  it('is given something to say, and a list leads the way until it answers', async () => {
    const { page, visit, server } = session;
    await visit('/bots');
    await page.getByRole('button', { name: 'Create bot' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create bot' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Museum');
    await dialog.getByRole('button', { name: 'Create bot' }).click();

    const form = page.getByRole('form', { name: 'What the bot says' });
    await form.getByRole('textbox', { name: 'Welcome', exact: true }).fill('Welcome to the museum!');
    await form.getByLabel('Buttons under the welcome').fill('Opening hours');
    await page.keyboard.press('Enter');
    await form.getByRole('textbox', { name: 'Fallback', exact: true }).fill('I only know about the museum.');
    await form.getByRole('textbox', { name: 'Question', exact: true }).fill('Opening hours');
    await form.getByRole('textbox', { name: 'Answer', exact: true }).fill('Daily from 9 to 18.');
    await form.getByRole('button', { name: 'Add a question' }).click();
    await form.getByRole('textbox', { name: 'Question', exact: true }).nth(1).fill('opening HOURS');
    await form.getByRole('textbox', { name: 'Answer', exact: true }).nth(1).fill('Again.');
    await form.getByRole('button', { name: 'Save' }).click();
    await form
      .getByText(/is asked twice/)
      .first()
      .waitFor();
    await form.getByRole('button', { name: 'Remove question 2' }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Its users hear it once the bot is published.').waitFor();
    await expectAccessible(page);

    const list = page.getByRole('region', { name: 'Until it answers' });
    await list.getByText('It has something to say: done').waitFor();
    await list.getByRole('link', { name: 'New channel' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Web');
    await createApp(session, 'Site');
    await page.getByLabel('Synchronous: in the response').check();
    await page.getByLabel('Yes').check();
    await save(session);
    const { bots } = await server.gql('{ bots { edges { node { id } } } }');
    const botId: string = bots.edges[0].node.id;
    await publish(session, botId);
    await approveAll(session);
    await visit(`/bots/${botId}/answers`);
    await form.getByRole('textbox', { name: 'Answer', exact: true }).waitFor();
    await list.waitFor({ state: 'detached' });
    const { bot } = await server.gql(
      'query($id: ID!) { bot(id: $id) { channels { functional } messages(search: "9 to 18") { edges { node { key } } } } }',
      { id: botId },
    );
    expect(bot.channels).toEqual([{ functional: true }]);
  });
});
