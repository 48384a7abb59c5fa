import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { GREETING } from './greeter.js';
import {
  addChannel,
  approveAll,
  botIdOf,
  call,
  createApp,
  importGreeter,
  openImported,
  publish,
  save,
  talk,
} from './steps.js';

describe.skipIf(noBrowser)('a bot that was dropped in', () => {
  const session = useConsole();

  it('answers once published, says on one of two channels what that overrides, and is in the log and on the dashboard', {
    timeout: 240_000,
  }, async () => {
    const { page, server, visit } = session;
    await importGreeter(session, 'Greeter');
    await page.getByRole('dialog').getByText('To be configured').waitFor();
    await openImported(session);
    const botId = botIdOf(session);
    await page.getByRole('link', { name: 'Associate an app' }).click();
    const secret = await createApp(session, 'Lobby');
    await save(session);
    await publish(session, botId);
    await approveAll(session);

    await visit(`/bots/${botId}`);
    await page.getByRole('link', { name: 'Front desk' }).click();
    const greeted = await talk(session, 'hello');
    await greeted.getByText(GREETING).waitFor();

    await addChannel(session, botId, 'Back office', 'Lobby');

    await visit(`/bots/${botId}/overrides?view=channel`);
    await page.getByRole('combobox', { name: 'Channel' }).click();
    expect(await page.getByRole('option').allTextContents()).toEqual([
      'Front desk (webhook)',
      'Back office (webhook)',
      'All webhook channels',
    ]);
    await page.getByRole('option', { name: 'Back office' }).click();
    await page.getByRole('button', { name: /^Override welcome for Back office/ }).click();
    const dialog = page.getByRole('dialog', { name: 'welcome on Back office' });
    await dialog.getByText(GREETING).first().waitFor();
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Hello from the back office');
    await dialog.getByRole('button', { name: 'Save override' }).click();
    await dialog.waitFor({ state: 'detached' });

    await publish(session, botId);
    await approveAll(session);
    const { bot } = await server.gql('query($id: ID!) { bot(id: $id) { channels { id name } } }', { id: botId });
    const answers: Record<string, string> = {};
    for (const { id, name } of bot.channels) {
      await visit(`/bots/${botId}/channels/${id}`);
      const log = await talk(session, 'hello');
      await log.getByText('Hello from').waitFor();
      await call(session, id, secret, 'hello');
      answers[name] = (await log.getByText('Hello from').textContent()) ?? '';
    }
    expect(answers).toEqual({ 'Front desk': GREETING, 'Back office': 'Hello from the back office' });

    await visit('/conversations');
    await page
      .getByRole('row', { name: /Back office/ })
      .getByRole('button', { name: /^Read/ })
      .click();
    await page.getByRole('dialog').getByText('Hello from the back office').waitFor();

    await visit('/dashboard');
    await page.getByRole('combobox', { name: 'Bot' }).click();
    await page.getByRole('option', { name: 'Greeter' }).click();
    const totals = page.getByRole('table', { name: 'Totals by channel' });
    await totals.getByRole('row', { name: /^Front desk \(webhook\)/ }).waitFor();
    expect(await totals.getByRole('row').count()).toBe(3);
    const channels = page.getByRole('combobox', { name: 'Channels' }).or(page.getByLabel('Channels').first());
    await channels.first().click();
    await page.getByRole('option', { name: 'Back office (webhook)' }).click();
    await page.keyboard.press('Escape');
    await totals.getByRole('row', { name: /^Front desk/ }).waitFor({ state: 'detached' });
    const row = totals.getByRole('row', { name: /^Back office \(webhook\)/ });
    // In, out, sessions, users.
    expect((await row.getByRole('cell').allTextContents()).slice(0, 4)).toEqual(['1', '1', '1', '1']);
    await page.getByText('7 days', { exact: true }).click();
    await row.waitFor();
    expect(await page.getByRole('region', { name: 'Messages' }).textContent()).toContain('In: 1');
    await page.reload(); // what is picked stands in the address
    await row.waitFor();
    await row.getByRole('link', { name: '1' }).first().click();
    await page.getByRole('row', { name: /Back office/ }).waitFor();
    expect(await page.getByRole('row', { name: /Front desk/ }).count()).toBe(0);
    await page.goBack();
    await page.getByRole('button', { name: 'All bots' }).click();
    await page
      .getByRole('table', { name: 'Totals by bot' })
      .getByRole('row', { name: /^Greeter/ })
      .waitFor();
  });
});
