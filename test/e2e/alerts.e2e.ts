import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';

describe.skipIf(noBrowser)('alerts', () => {
  const session = useConsole();
  let target: Receiver;
  beforeAll(async () => {
    target = await createReceiver();
  });
  afterAll(() => target.close());

  it('are subscribed to with a secret that is shown once, tested, changed and deleted', async () => {
    const { page, visit } = session;
    await visit('/alerts');
    await page.getByText('Nobody is told of anything').waitFor();
    await page.getByRole('button', { name: 'New subscription' }).click();
    const dialog = page.getByRole('dialog', { name: 'New subscription' });
    await dialog.getByLabel('Name').fill('On call');
    await dialog.getByRole('textbox', { name: 'URL' }).fill('nowhere');
    await dialog.getByRole('button', { name: 'Create subscription' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('textbox', { name: 'URL' }).fill(`${target.url}/in`);
    await dialog.getByRole('button', { name: 'Create subscription' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.reload();
    await page.getByRole('article', { name: 'Subscription On call' }).waitFor();
    expect(await page.getByText(/^whsec_/).count()).toBe(0);

    const card = page.getByRole('article', { name: 'Subscription On call' });
    await card.getByRole('button', { name: 'Send test' }).click();
    await page.getByText('The test of “On call” was taken.').waitFor();
    expect(target.requests).toHaveLength(1);
    target.script(answer(410));
    await card.getByRole('button', { name: 'Send test' }).click();
    await card.getByText('The latest attempt failed: The endpoint answered 410.').waitFor();

    await card.getByRole('button', { name: 'Edit' }).click();
    const form = page.getByRole('dialog', { name: 'Edit subscription' });
    await form.getByRole('checkbox', { name: 'Too little disk space' }).check();
    await form.getByRole('switch', { name: 'Enabled' }).uncheck({ force: true });
    await form.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Disabled').waitFor();
    await card.getByText(/Too little disk space/).waitFor();
    expect(await card.getByRole('button', { name: 'Send test' }).isDisabled()).toBe(true);
    await card.getByRole('button', { name: 'Delete On call' }).click();
    await page.getByRole('dialog', { name: 'Delete' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nobody is told of anything').waitFor();
  });
});
