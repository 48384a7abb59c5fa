import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { GREETING, greeterZip } from './greeter.js';
import { ADMIN_TOKEN } from './server.js';

const MOST_STOPS = 150;

// In a narrow window, too: what the pointer reaches by scrolling, Tab must reach as well.
describe.skipIf(noBrowser).each([
  { name: 'a wide window', viewport: { width: 1280, height: 800 } },
  { name: 'a telephone', viewport: { width: 390, height: 800 } },
])('somebody with nothing but a keyboard, in $name', ({ viewport }) => {
  const session = useConsole({ signedIn: false, viewport });

  /** Presses Tab until the element with that role (or tag) and a name that begins so has the focus. */
  async function tabTo(role: string, name: string): Promise<void> {
    const seen: string[] = [];
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      await session.page.keyboard.press('Tab');
      const focused = await session.page.evaluate<string>(`(() => {
        const element = document.activeElement;
        const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
        return (element.getAttribute('role') ?? element.localName) + ' ' + name.trim();
      })()`);
      if (focused.startsWith(`${role} ${name}`)) return;
      seen.push(focused);
    }
    expect.unreachable(`Tab never comes to ${role} ${name}, but to ${[...new Set(seen)].join(', ')}`);
  }

  async function press(role: string, name: string): Promise<void> {
    await tabTo(role, name);
    await session.page.keyboard.press('Enter');
  }

  it('signs in, imports a bot, configures, publishes and approves it, and gets its first reply', async () => {
    const { page } = session;
    const { keyboard } = page;
    await tabTo('input', 'API token *'); // after the choice of the way to sign in
    await keyboard.type(ADMIN_TOKEN);
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    await page.goto(`${session.server.url}/console/bots`); // as typed into the browser
    await page.getByText('No bots yet').waitFor();

    await press('button', 'Import');
    await page.getByRole('dialog', { name: 'Import a bot' }).waitFor();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('button', 'Choose files')]);
    await chooser.setFiles(greeterZip('Greeter'));
    await page.getByText('This would import “Greeter”').waitFor();
    await press('button', 'Import it');
    await page.getByText('“Greeter” was imported').waitFor();
    await press('button', 'Open the bot');

    await page.getByRole('link', { name: 'Associate an app' }).waitFor();
    await press('a', 'Associate an app');
    await page.getByRole('button', { name: 'New app' }).waitFor();
    await press('button', 'New app');
    await page.getByRole('dialog', { name: 'New app' }).waitFor();
    await keyboard.type('Lobby'); // the dialog opens with the focus on its first field
    await keyboard.press('Enter');
    await page.getByText('a secret is never shown again').waitFor();
    await press('button', 'Save');
    await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();

    await press('a', 'Publish');
    await page.getByRole('heading', { name: 'What changes' }).waitFor();
    await press('button', 'Publish');
    await page.getByRole('status').filter({ hasText: 'was sent' }).waitFor();
    await press('a', 'Review the request');
    for (const left of [1, 0]) {
      await page.getByRole('link', { name: `Approvals ${left + 1} pending` }).waitFor();
      await press('button', 'Approve');
      await page.getByRole('link', { name: `Approvals ${left} pending` }).waitFor();
    }

    await page.getByRole('link', { name: 'On to Greeter' }).waitFor();
    await press('a', 'On to Greeter');
    await page.getByRole('article', { name: 'Channel Front desk' }).getByText('Working').waitFor();
    await press('a', 'Front desk');
    await page.getByRole('link', { name: 'Talk to the bot' }).waitFor();
    await press('a', 'Talk to the bot');
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await tabTo('input', 'Message');
    await keyboard.type('hello');
    await keyboard.press('Enter');
    await page.getByRole('log').getByText(GREETING).waitFor();
  });
});
