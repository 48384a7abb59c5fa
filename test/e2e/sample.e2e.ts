import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { ADMIN_TOKEN } from './server.js';
import { signIn } from './steps.js';

describe.skipIf(noBrowser)('a first visit', () => {
  const session = useConsole({ signedIn: false });

  it('leads to a sensible reply of a sample in five clicks, and offers another under a name that is free', async () => {
    const { page, visit } = session;
    let clicks = 0;
    await page.exposeFunction('clicked', () => {
      clicks += 1;
    });
    await page.evaluate("addEventListener('click', () => void clicked(), true)");
    await signIn(session, ADMIN_TOKEN);
    await page.getByRole('button', { name: 'Start with a sample' }).click();
    await page.getByRole('link', { name: 'Talk to the bot' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Where is my order?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('log').getByText('What is your order number?').waitFor();
    expect(clicks).toBeGreaterThan(2); // they are counted
    expect(clicks).toBeLessThanOrEqual(5);

    await visit('/bots');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a bot' });
    await dialog.getByRole('button', { name: 'Start with a sample' }).click();
    await page.getByRole('link', { name: 'Orders (2)' }).waitFor();
    await dialog.waitFor({ state: 'detached' });
  });
});
